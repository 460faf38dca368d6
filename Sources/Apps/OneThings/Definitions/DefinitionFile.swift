import Formats
import Foundation
public import Identity
import Licences

/// A definition as people write it: JSON, read strictly. `docs/one-things.md` describes it, and
/// `docs/schemas/onething-definition.schema.json` is its schema.
///
/// What a definition leaves open to whoever brings it into a consortium, departments and limits, can be set before it
/// is read: the definition is another then, with another digest.
public struct DefinitionFile {
    /// Longest file. A definition that fills its entry of the ledger has about a third of this, without its comments.
    public static let maximumByteCount = 256 << 10

    private var tree: JSONTree

    /// Takes a file apart.
    /// - Throws: ``DefinitionFileError`` where it is no JSON, is too long, or has members that no definition has.
    public init(_ bytes: [UInt8]) throws(DefinitionFileError) {
        guard bytes.count <= Self.maximumByteCount else {
            throw DefinitionFileError(
                .wrongFile, "", "the file has \(bytes.count) bytes, at most \(Self.maximumByteCount) are read",
                "文件有 \(bytes.count) 字节，最多 \(Self.maximumByteCount) 字节")
        }
        do {
            tree = try JSONDecoder().decode(JSONTree.self, from: Data(bytes))
        } catch {
            let reason = Self.syntaxError(in: bytes) ?? "\(error)"
            throw DefinitionFileError(.wrongFile, "", "the file is no JSON: \(reason)", "文件不是 JSON：\(reason)")
        }
        guard case .object = tree else {
            throw DefinitionFileError(.wrongFile, "", "a definition is a JSON object", "定义须为 JSON 对象")
        }
        let problems = DefinitionShape.definition.problems(of: tree, at: "")
        guard problems.isEmpty else { throw DefinitionFileError(problems) }
    }

    /// Where the bytes stop being JSON: what the decoder of Linux does not say.
    private static func syntaxError(in bytes: [UInt8]) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(bytes))
            return nil
        } catch {
            return (error as NSError).userInfo["NSDebugDescription"] as? String
        }
    }

    /// Gives a role to another department.
    /// - Throws: ``DefinitionFileError`` where there is no such role.
    public mutating func setDepartment(_ department: DepartmentName, of role: Label) throws(DefinitionFileError) {
        let index = try index(of: role, in: "roles")
        tree["roles"]?.elements[index]["department"] = .text(department.rawValue)
    }

    /// Puts another limit in the place of one that the definition has.
    /// - Parameters:
    ///   - name: a member of the step's `limits`, or `lift` of its window.
    /// - Throws: ``DefinitionFileError`` where there is no such step, or the step has no such limit.
    public mutating func setLimit(_ limit: TimeLimit, _ name: String, of step: Label) throws(DefinitionFileError) {
        let index = try index(of: step, in: "steps")
        let known = tree["steps"]?.elements[index]
        let group = name == "lift" ? "window" : "limits"
        let isLimit = Self.limitNames.contains(name) && known?[group]?[name] != nil
        guard isLimit else {
            let names = Self.limitNames.filter { known?[$0 == "lift" ? "window" : "limits"]?[$0] != nil }
                .joined(separator: ", ")
            throw DefinitionFileError(
                .unknownName, "steps.\(step).limits", "'\(step)' has no limit '\(name)'; it has \(names)",
                "“\(step)”没有期限“\(name)”；现有：\(names)")
        }
        tree["steps"]?.elements[index][group]?[name] = .text("\(limit)")
    }

    private static let limitNames = [
        "acknowledge", "answer", "amber", "extended", "supplement", "suspension", "lift",
    ]

    private func index(of name: Label, in list: String) throws(DefinitionFileError) -> Int {
        let elements = tree[list]?.elements ?? []
        guard let index = elements.firstIndex(where: { $0.name == name.rawValue }) else {
            let names = elements.compactMap(\.name).joined(separator: ", ")
            throw DefinitionFileError(
                .unknownName, list, "there is no '\(name)'; there are \(names)", "没有“\(name)”；现有：\(names)")
        }
        return index
    }

    /// The definition that the file says, with nothing wrong with it.
    /// - Throws: ``DefinitionFileError`` with the first value that cannot be read, or with all that
    ///   ``DefinitionCheck`` finds.
    public func definition() throws(DefinitionFileError) -> OneThingDefinition {
        let definition: OneThingDefinition
        do {
            definition = try JSONDecoder().decode(OneThingDefinition.self, from: try JSONEncoder().encode(tree))
        } catch {
            throw DefinitionFileError(error, in: tree)
        }
        let problems = DefinitionCheck(definition).problems
        guard problems.isEmpty else { throw DefinitionFileError(problems) }
        do throws(FormatError) {
            // Whatever a node would refuse to read is told here, before it is on the ledger.
            return try OneThingDefinition(
                derBytes: definition.derBytes, limit: OneThingLimits.definitionByteCount)
        } catch {
            throw DefinitionFileError(.wrongFile, "", error.message, "账本无法读取：\(error.message)")
        }
    }

    /// A definition as a file. The same definition gives the same bytes.
    /// - Parameter version: the version's number in the file, where it is to be another.
    public static func json(of definition: OneThingDefinition, version: UInt64? = nil) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var tree = try JSONTree(definition)
        if let version { tree["version"] = .number(Decimal(version)) }
        return Array(try encoder.encode(tree)) + [UInt8(ascii: "\n")]
    }
}

/// Why a file is no definition: everything that is wrong with it, as far as it could be read.
public struct DefinitionFileError: Error, Hashable, Sendable {
    /// At least one.
    public let problems: [DefinitionProblem]

    init(_ problems: [DefinitionProblem]) { self.problems = problems }

    init(_ rule: DefinitionProblem.Rule, _ place: String, _ english: String, _ chinese: String) {
        problems = [DefinitionProblem(rule, place, english, chinese)]
    }

    /// What a decoder found.
    init(_ error: any Error, in tree: JSONTree) {
        guard let error = error as? DecodingError else {
            self.init(.wrongFile, "", "\(error)", "文件无法读取：\(error)")
            return
        }
        switch error {
        case .keyNotFound(let key, let context):
            self.init(
                .wrongFile, Self.place(context.codingPath, in: tree), "'\(key.stringValue)' is missing",
                "缺少“\(key.stringValue)”")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(
                .wrongFile, Self.place(context.codingPath, in: tree), context.debugDescription,
                "值的类型不对：\(context.debugDescription)")
        case .dataCorrupted(let context):
            self.init(
                .wrongFile, Self.place(context.codingPath, in: tree), context.debugDescription,
                "值不合要求：\(context.debugDescription)")
        @unknown default:
            self.init(.wrongFile, "", "\(error)", "文件无法读取：\(error)")
        }
    }

    private static func place(_ path: [any CodingKey], in tree: JSONTree) -> String {
        var place = ""
        var here: JSONTree? = tree
        for key in path {
            if let index = key.intValue {
                let elements = here?.elements ?? []
                here = elements.indices.contains(index) ? elements[index] : nil
                place = DefinitionShape.place(of: here, index, in: place)
            } else {
                here = here?[key.stringValue]
                place += place.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return place
    }
}

extension DefinitionFileError: CustomStringConvertible {
    public var description: String { problems.map(\.description).joined(separator: "; ") }
}
