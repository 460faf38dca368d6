import Foundation
import Gateway
import Testing

/// What the description of the interface says of itself, without a server.
@Suite struct DescriptionTests {
    private static let document: JSONValue = {
        guard let document = try? OpenAPIDocument(of: Operation.all),
            let value = try? JSONReader.value(of: document.json)
        else { return .null }
        return value
    }()

    private static var operations: [(path: String, method: String, value: JSONValue)] {
        members(document["paths"]).flatMap { path, methods in
            members(methods).map { (path, $0, $1) }
        }
    }

    private static func members(_ value: JSONValue?) -> [(String, JSONValue)] {
        guard case .object(let members)? = value else { return [] }
        return members.sorted { $0.key < $1.key }
    }

    /// Every schema in the document, wherever it stands.
    private static func schemas(in value: JSONValue) -> [JSONValue] {
        switch value {
        case .array(let elements): elements.flatMap(schemas(in:))
        case .object(let members):
            (value["pattern"] == nil ? [] : [value]) + members.sorted { $0.key < $1.key }.flatMap { schemas(in: $1) }
        default: []
        }
    }

    private static func hasChinese(_ text: String?) -> Bool {
        text?.unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) } ?? false
    }

    @Test func everyOperationIsThereAndSaysInBothLanguagesWhatItIs() {
        #expect(Self.operations.count == Operation.all.count)
        for (path, method, operation) in Self.operations {
            let summary = operation["summary"]?.string
            #expect(Self.hasChinese(summary) && summary?.contains(" / ") == true, "\(method) \(path)")
        }
    }

    @Test func everyPartOfAPathIsDescribed() {
        for (path, method, operation) in Self.operations {
            let named = path.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            let described = (operation["parameters"]?.array ?? []).filter { $0["in"]?.string == "path" }
                .compactMap { $0["name"]?.string }
            #expect(named.sorted() == described.sorted(), "\(method) \(path)")
        }
    }

    @Test func everyExampleIsWhatItsPatternSays() throws {
        let schemas = Self.schemas(in: Self.document)
        #expect(schemas.count > 100)
        for schema in schemas {
            guard let pattern = schema["pattern"]?.string, let example = schema["examples"]?.array?.first?.string else {
                Issue.record("a pattern has no example: \(schema)")
                continue
            }
            let expression = try NSRegularExpression(pattern: pattern)
            let whole = NSRange(example.startIndex..., in: example)
            #expect(expression.firstMatch(in: example, range: whole)?.range == whole, "\(pattern) \(example)")
        }
    }

    @Test func everyObjectIsClosedAndEveryListAndTextBounded() {
        func check(_ value: JSONValue) {
            switch (value["type"], value) {
            case (.string("object")?, _) where value["properties"] != nil:
                #expect(value["additionalProperties"] == .boolean(false))
            case (.string("array")?, _): #expect(value["maxItems"] != nil)
            case (.string("string")?, _) where value["pattern"] != nil: #expect(value["maxLength"] != nil)
            default: break
            }
            switch value {
            case .array(let elements): elements.forEach(check)
            case .object(let members): members.values.forEach(check)
            default: break
            }
        }
        check(Self.document["components"] ?? .null)
        check(Self.document["paths"] ?? .null)
    }

    @Test func whatWritesInTheDepartmentsNameIsForItsOwnCallers() {
        for (path, method, operation) in Self.operations {
            let hasKey = (operation["parameters"]?.array ?? []).contains { $0["name"]?.string == "Idempotency-Key" }
            guard hasKey else { continue }
            let rule = operation["description"]?.string ?? ""
            #expect(rule.hasPrefix("For callers of the node's own department"), "\(method) \(path)")
            #expect(operation["security"] != nil, "\(method) \(path)")
        }
    }

    @Test func everyOperationSaysWhoMayHaveItOrIsOpenToAll() {
        let open = Self.operations.filter { $0.value["security"] == nil }.compactMap { $0.value["operationId"]?.string }
        #expect(
            open.sorted() == [
                "checkPresentation", "getGenesis", "getLightClientStep", "verifyLicence", "verifyReceipt",
            ])
    }
}
