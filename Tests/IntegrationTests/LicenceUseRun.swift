import Foundation
import Licences
import LocalConsortium
import Testing

/// A licence in the vault of the first department's node, whose holder has a device; the second department's counter is
/// entitled to it. All of it by the commands that people type.
struct LicenceUseRun {
    struct Person {
        let pseudonym: String
        /// The file with the key of the person's device.
        let key: String
    }

    let run: LocalRun
    let licence: String
    let holder: Person
    /// Somebody else, who has a device too.
    let agent: Person

    static let purpose = "TAX-REGISTRATION"
    static let application = "counter"
    static let field = "holder_name"

    private struct Pseudonyms: Decodable {
        let pseudonyms: [String]
    }

    struct Written: Decodable {
        let identifier: String?
    }

    struct Anything: Decodable {}

    /// A consortium's nodes have to be running.
    init(_ run: LocalRun) async throws {
        self.run = run
        let table = try Self.table(of: run)
        let rows = table.rows
        let keys = "\(run.folder.path)/pseudonyms.json"
        let salts = "\(run.folder.path)/salts"
        _ = try await run.executable.mustSucceed(
            ["holder", "keys", "init", "--keys", keys, "--genesis", run.folder.genesis])
        _ = try await run.executable.mustSucceed(
            ["licence", "import", table.path, "--salts", salts, "--pseudonym-keys", keys]
                + run.consortium.clientOptions(as: run.departments[0], at: run.departments[0]))
        _ = try await run.executable.mustSucceed([
            "vault", "put", table.path, "--vault", run.folder.vault(ofNodeOf: run.departments[0].name), "--genesis",
            run.folder.genesis, "--salts", salts,
        ])
        licence = rows[0].identifier.text
        holder = try await Self.register(rows[0], "holder", keys: keys, run)
        agent = try await Self.register(rows[1], "agent", keys: keys, run)
        _ = try await run.executable.mustSucceed(
            [
                "authorise", "entitle", "--department", run.departments[1].name, "--application", Self.application,
                "--type", rows[0].identifier.typeCode.text, "--action", "query", "--action", "present", "--field",
                Self.field,
            ] + asOwner)
    }

    /// The number of the licence's holder.
    var holderCode: HolderCode {
        get throws { try Self.table(of: run).rows[0].holder }
    }

    var owner: ConsortiumPlan.Department { run.departments[0] }
    var counter: ConsortiumPlan.Department { run.departments[1] }
    var asOwner: [String] { run.consortium.clientOptions(as: owner, at: owner) }
    var asCounter: [String] { run.consortium.clientOptions(as: counter, at: counter) }

    /// Runs a command that has to end with `status`, and reads what it says.
    func answer<Answer: Decodable>(
        _ arguments: [String], status: Int32 = 0, as type: Answer.Type = Answer.self,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let result = try await run.executable.run(arguments + ["--json"], limit: .seconds(90))
        try #require(
            result.status == status, "\(arguments.prefix(2)): \(result.output) \(result.errors)",
            sourceLocation: sourceLocation)
        return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
    }

    /// Two rows of the demonstration, of a company and of a person, as a table of their own.
    private static func table(of run: LocalRun) throws -> (path: String, rows: [LicenceRow]) {
        let text = try String(contentsOf: demonstration, encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        let chosen = ["001", "111"].compactMap { type in
            lines.dropFirst().first { $0.hasSuffix(",") && $0.contains(",\(type),") }
        }
        let path = "\(run.folder.path)/licences.csv"
        try Data((([lines[0]] + chosen).joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        var table = try LicenceTable(
            contentsOf: URL(fileURLWithPath: path), rules: LicenceTableRules(strictness: .issue))
        let rows = try table.readAll().rows
        try #require(rows.count == 2)
        return (path, rows)
    }

    static let demonstration = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Demo/licences.csv")

    /// Binds a device of the holder of `row`, whom the department knows by that licence.
    private static func register(
        _ row: LicenceRow, _ name: String, keys: String, _ run: LocalRun
    ) async throws -> Person {
        let person = row.holder
        let result = try await run.executable.mustSucceed([
            "holder", "pseudonym", "--keys", keys, "--genesis", run.folder.genesis, "--holder-code-type", person.type,
            "--holder-code", person.text, "--json",
        ])
        let pseudonyms = try JSONDecoder().decode(Pseudonyms.self, from: Data(result.output.utf8)).pseudonyms
        let pseudonym = try #require(pseudonyms.first)
        let key = "\(run.folder.path)/\(name).key"
        _ = try await run.executable.mustSucceed(
            ["holder", "device", "--out", key, "--genesis", run.folder.genesis])
        _ = try await run.executable.mustSucceed(
            [
                "authorise", "bind", "--holder", pseudonym, "--level", "4", "--key", key, "--licence",
                row.identifier.text,
            ] + run.consortium.clientOptions(as: run.departments[0], at: run.departments[0]))
        return Person(pseudonym: pseudonym, key: key)
    }
}
