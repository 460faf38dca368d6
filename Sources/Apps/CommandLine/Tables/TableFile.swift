import Formats
import Foundation
import Identity
import Licences
import Nodes
import ZhenglianClient

/// A table that is voted on, as people write and read it: JSON with every parameter spelt out.
protocol TableFile: Codable, SendableMetatype {
    associatedtype Table: VotedTable

    /// The longest file that is read.
    static var maximumByteCount: Int { get }
    /// The words of the command that its ``TableCommands`` stand under.
    static var command: String { get }
    /// The document that describes the file.
    static var document: String { get }
    /// What the next version has to keep of the one in force, as a sentence.
    static var rule: String { get }

    /// The table with another version's number: what the next version starts from.
    init(_ table: Table, version: UInt64)

    /// The table that the file says.
    /// - Throws: `LicenceError` where a value is outside of its range.
    func table() throws -> Table

    /// The table for people, one line for each rule.
    func lines(in language: Language) -> [String]

    /// The table in force and the one that is proposed, as the client's node states them.
    static func answer(to client: ZhenglianClient) async throws -> TableAnswer<Table>
    static func propose(_ table: Table, by client: ZhenglianClient) async throws
    static func approve(_ proposal: Digest, by client: ZhenglianClient) async throws
}

extension TableFile {
    /// Reads a file.
    /// - Throws: ``CommandFailure`` with status 2 where it is no such table, or `FileError`.
    static func read(_ path: String) throws -> Table {
        let bytes = try ProtectedFile.contents(of: path, limit: maximumByteCount)
        do {
            let table = try JSONDecoder().decode(Self.self, from: Data(bytes)).table()
            // Whatever a node would refuse to read is told here, before it is on the ledger.
            return try Table(derBytes: table.derBytes, limit: maximumByteCount)
        } catch {
            throw CommandFailure(
                .wrongUse,
                Phrase(
                    "\(path) is no table of this kind: \(Self.reason(error))",
                    "\(path) 不是此类表：\(Self.reason(error))"))
        }
    }

    /// Writes the table as a file to start from; no file may be there.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try ProtectedFile.create(at: path, with: Array(try encoder.encode(self)), access: .shared)
    }

    /// What is wrong, and where in the file.
    private static func reason(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return path.isEmpty ? "" : "\(path.joined(separator: ".")): "
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "\(place(context))'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return "\(place(context))\(context.debugDescription)"
        default: return "\(error)"
        }
    }
}
