import Formats
import Foundation
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// Opens cases from a file, as the counter of the department that leads their matters does from its own system.
///
/// Each line has a key of its own: a file that is read again opens nothing twice.
public struct CaseIntake: Sendable {
    /// One line of the file.
    struct Line: Decodable, Sendable {
        /// The licence that a case is about, issued first.
        struct Licence: Decodable, Sendable {
            let type: String
            let holderName: String
            let number: Int
        }

        let key: String
        let matter: String
        let options: [String]
        /// Data and the text of papers, by name.
        let items: [String: String]
        let papers: [String: String]
        let licence: Licence?
    }

    /// Longest file, and how many cases are opened at once.
    private static let byteCount = 256 << 20
    private static let concurrency = 32
    /// How long a node may be away while a case is opened.
    private static let patience = Duration.seconds(120)

    private let connection: DepartmentConnection
    private let seed: SimulationSeed
    private let log: SimulationLog

    public init(_ connection: DepartmentConnection, seed: SimulationSeed, log: SimulationLog) {
        (self.connection, self.seed, self.log) = (connection, seed, log)
    }

    /// Opens the cases of a file.
    /// - Parameter path: a JSON object on each line.
    /// - Returns: how many cases are open.
    /// - Throws: ``SimulationError`` with code `wrongInput`; the node's error.
    public func open(path: String) async throws -> Int {
        let text = try ProtectedFile.contents(of: path, limit: Self.byteCount)
        let lines = try text.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            do {
                return try JSONDecoder().decode(Line.self, from: Data(line))
            } catch {
                throw SimulationError(.wrongInput, "line \(number + 1) of \(path) is no case: it is not read")
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, line) in lines.enumerated() {
                if number >= Self.concurrency { try await group.next() }
                group.addTask { try await self.open(line, number) }
            }
            try await group.waitForAll()
        }
        return lines.count
    }

    private func open(_ line: Line, _ number: Int) async throws {
        let client = connection.client
        let suite = client.genesis.suite
        let key = IdempotencyKey(suite.digest(of: Array("zhenglian intake 1|\(seed.number)|\(line.key)".utf8)))
        let subject: CaseSubject
        if let licence = line.licence {
            subject = .licence(try await issued(licence, line.key))
        } else {
            subject = .holder(HolderPseudonym(epoch: 1, digest: suite.digest(of: Array("holder \(line.key)".utf8))))
        }
        let opening = OpenCase(
            matter: try label(line.matter), subject: subject, options: try line.options.map(label),
            content: try await content(of: line))
        let began = log.now
        let code = try await Retry(patience: Self.patience).run(while: DepartmentDesk.isPassing) {
            try await client.oneThings.cases.open(opening, key: key)
        }
        var entry = SimulationLog.Entry(.opened, connection.department)
        (entry.code, entry.number, entry.begunAt) = (code.text, UInt64(number), began)
        try log.write(entry)
    }

    private func content(of line: Line) async throws -> CaseContent {
        var draws = seed.draws("intake", line.key)
        let suite = connection.client.genesis.suite
        var items: [CaseItem] = []
        for (name, text) in line.items.sorted(by: { $0.key < $1.key }) {
            items.append(try CaseItem(try label(name), datum: text, using: &draws))
        }
        var files: [CaseFile] = []
        for (name, text) in line.papers.sorted(by: { $0.key < $1.key }) {
            let bytes = Array(text.utf8)
            items.append(CaseItem(try label(name), paper: suite.digest(of: bytes), using: &draws))
            files.append(CaseFile(paper: try label(name), bytes: bytes))
        }
        let list = try CaseItems(items)
        let stored = files
        return try await Retry(patience: Self.patience).run(while: DepartmentDesk.isPassing) {
            try await connection.client.oneThings.contents.store(list, files: stored, at: connection.service)
        }
    }

    private func issued(_ licence: Line.Licence, _ key: String) async throws -> LicenceIdentifier {
        let client = connection.client
        let digits = String(repeating: "0", count: max(0, 6 - "\(licence.number)".utf8.count)) + "\(licence.number)"
        let draft = LicenceDraft(
            genesis: client.genesis, department: connection.department, type: try LicenceTypeCode(licence.type),
            holderName: licence.holderName, holderCode: StepResults.creditCode(digits: digits),
            issuedOn: try CalendarDate("20250106"),
            holder: HolderPseudonym(
                epoch: 1, digest: client.genesis.suite.digest(of: Array("holder \(key)".utf8))))
        var draws = seed.draws("licence", key)
        let prepared = try draft.prepared(serial: "ZLINTAKE\(digits)", draws: &draws)
        let calls = CasesClient.issuing(prepared)
        let name = IdempotencyKey(client.genesis.suite.digest(of: Array("licence|\(seed.number)|\(key)".utf8)))
        try await Retry(patience: Self.patience).run(while: DepartmentDesk.isPassing) {
            _ = try await client.submitter.submit(calls, key: name)
        }
        return prepared.identifier
    }

    private func label(_ text: String) throws -> Label {
        guard let label = Label(text) else {
            throw SimulationError(.wrongInput, "'\(text)' names no matter, option or item")
        }
        return label
    }
}
