import Testing

/// Whatever is signed, hashed, stored or sent has its bytes in a file of `docs/vectors`, which its module's tests hold
/// it to. Here is only checked that none is forgotten.
@Suite("Bytes in docs/vectors")
struct VectorTests {
    private static let folder = "docs/vectors/"
    /// What a type has to conform to for its values to be DER.
    private static let derProtocols: Set<String> = [
        "DERSequence", "DERSerializable", "DERParseable", "DERImplicitlyTaggable",
    ]

    @Test func everyDERTypeHasItsBytes() throws {
        let known = try Self.names(of: "structures")
        let types = Repository.sources(in: ["Sources"]).flatMap(Self.derTypes)
        #expect(types.count > 50, "the scan finds the types")
        for type in types {
            #expect(known.contains(type.name), "\(type.place): no vector of \(type.name) in \(Self.folder)")
        }
    }

    @Test func everyMessageOfADistributedActorHasItsBytes() throws {
        let known = try Self.names(of: "wire-messages")
        let types = Repository.sources(in: ["Sources"]).flatMap(Self.messageTypes)
        #expect(types.count > 10, "the scan finds the types")
        for type in types {
            #expect(known.contains(type.name), "\(type.place): no vector of \(type.name) in \(Self.folder)")
        }
    }

    @Test func typesAreFoundWhereverTheyConform() {
        let source = SwiftSource(
            path: "a.swift",
            text: """
                public struct A: DERSequence, Hashable {}
                extension B: Sendable,
                    DERSerializable {}
                struct C<Element: DERSequence>: Sendable {}
                // struct D: DERSequence
                func e(_ value: some DERSequence) {}
                public protocol F: DERSequence {}
                private struct G: Hashable { let text = "struct H: DERSequence {}" }
                """)
        #expect(Self.derTypes(in: source).map(\.name) == ["A", "B"])
    }

    @Test func messagesAreFoundInSignaturesAndTables() {
        let source = SwiftSource(
            path: "a.swift",
            text: """
                    static let remoteMethods = RemoteMethods<P> { $0.method(1, "a(_:)", failure: E.self) { $1 } }
                    distributed func a(_ request: A) async throws -> B { C() }
                    distributed func b() async -> [D] {}
                    func c(_ other: F) -> G {}
                """)
        #expect(Self.messageTypes(in: source).map(\.name) == ["E", "A", "B", "D"])
    }

    private struct FoundType {
        let name: String
        let place: String
    }

    /// The names in the files that begin with `prefix`, without what tells one value of a type from others.
    private static func names(of prefix: String) throws -> Set<String> {
        var names: Set<String> = []
        for path in Repository.paths where path.hasPrefix(folder + prefix) && path.hasSuffix(".txt") {
            for line in try Repository.text(of: path).split(separator: "\n") where !line.hasPrefix("#") {
                names.insert(String(line.prefix { $0 != " " && $0 != "-" }))
            }
        }
        return names
    }

    private static func derTypes(in source: SwiftSource) -> [FoundType] {
        source.tokens.indices.compactMap { index in
            guard ["struct", "enum", "class", "extension"].contains(source.token(index)),
                source.token(index + 2) == ":"
            else { return nil }
            let clause = source.tokens[(index + 3)...].prefix { $0.text != "{" && $0.text != "where" }
            guard clause.contains(where: { derProtocols.contains($0.text) }) else { return nil }
            return FoundType(
                name: source.token(index + 1), place: "\(source.path):\(source.tokens[index].line)")
        }
    }

    private static func messageTypes(in source: SwiftSource) -> [FoundType] {
        var types: [FoundType] = []
        func add(_ token: SwiftSource.Token) {
            types.append(FoundType(name: token.text, place: "\(source.path):\(token.line)"))
        }
        for index in source.occurrences(of: ".self)") where source.token(index - 2) == ":" {
            // A method without a declared error declares this one, which has no values.
            let isError = source.token(index - 3) == "failure" && source.token(index - 1) != "NoFailure"
            if isError { add(source.tokens[index - 1]) }
        }
        for index in source.occurrences(of: "distributed func") {
            let signature = source.tokens[(index + 3)...].prefix { $0.text != "{" }
            for token in signature where token.text.first?.isUppercase == true { add(token) }
        }
        return types
    }
}
