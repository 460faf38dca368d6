public import ArgumentParser
import Formats
import Foundation
import Identity
public import Licences
import Nodes
public import OneThings
import ZhenglianClient

// How cases and what is in them are written on a command line.

extension OneThingCode: ExpressibleByArgument {
    public init?(argument: String) {
        guard let code = try? OneThingCode(argument) else { return nil }
        self = code
    }
}

extension CaseUrgency: ExpressibleByArgument {}

/// What a case is about: a licence's identifier, or a holder's pseudonym.
func caseSubject(_ text: String) throws -> CaseSubject {
    if text.hasPrefix("P") { return .holder(try HolderPseudonym(text)) }
    return .licence(try LicenceIdentifier(text))
}

/// A name with what it stands for: `name=value`.
struct NamedText: ExpressibleByArgument {
    let name: Label
    let text: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = Label(parts[0]), !parts[1].isEmpty else { return nil }
        (self.name, text) = (name, String(parts[1]))
    }
}

/// Data and papers that come into a case, and the node that keeps them.
struct CaseContentOptions: ParsableArguments {
    /// The longest file of data.
    private static let itemsByteCount = 1 << 20

    @Option(
        help: ArgumentHelp(
            "A datum, name=value; repeat for more. Others on this machine may see it: for persons prefer --items."))
    var item: [NamedText] = []

    @Option(help: "A JSON file with data: one object whose members are names and values.")
    var items: String?

    @Option(help: "A paper, name=FILE; repeat for more.")
    var paper: [NamedText] = []

    @OptionGroup var nodes: DepartmentNodeOptions

    /// Has the own department's node keep what the options name, and says what goes on the ledger; `nil` for nothing.
    /// - Throws: `FileError`, `OneThingError`, `OneThingServiceError`, or ``CommandFailure``.
    func store(_ client: ZhenglianClient, _ connection: ConnectionOptions) async throws -> CaseContent? {
        var generator = SystemRandomNumberGenerator()
        var contents = try data().map { try CaseItem($0.name, datum: $0.text, using: &generator) }
        var files: [CaseFile] = []
        for paper in paper {
            let bytes = try ProtectedFile.contents(of: paper.text, limit: ReleasedItems.maximumByteCount)
            files.append(CaseFile(paper: paper.name, bytes: bytes))
            contents.append(
                CaseItem(paper.name, paper: client.genesis.suite.digest(of: bytes), using: &generator))
        }
        guard !contents.isEmpty else { return nil }
        let list = try CaseItems(contents)
        return try await nodes.withService(of: client.identity.member.department, connection) { service in
            try await client.oneThings.contents.store(list, files: files, at: service)
        }
    }

    private func data() throws -> [(name: Label, text: String)] {
        let given = item.map { (name: $0.name, text: $0.text) }
        guard let items else { return given }
        let bytes = try ProtectedFile.contents(of: items, limit: Self.itemsByteCount)
        do {
            let members = try JSONDecoder().decode([String: String].self, from: Data(bytes))
            return try given
                + members.sorted { $0.key < $1.key }.map { name, text in
                    guard let label = Label(name) else {
                        throw CommandFailure(
                            .wrongUse, Phrase("\(items): '\(name)' is no name", "\(items)：“\(name)”不是名称"))
                    }
                    return (name: label, text: text)
                }
        } catch let error as DecodingError {
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "\(items) is no JSON object of names and texts: \(error)", "\(items) 不是由名称与文字组成的 JSON 对象：\(error)"))
        }
    }
}
