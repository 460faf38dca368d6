import ClientTestKit
import Formats
import Foundation
import Identity
import LedgerTestKit
import Licences
import Nodes
import Synchronization
import Testing

@Suite("An import that was interrupted")
struct LicenceImportProgressTests {
    private let registry: TestRegistry
    private let directory: LedgerTestKit.TemporaryDirectory
    private let table: URL

    init() throws {
        registry = try TestRegistry()
        directory = try LedgerTestKit.TemporaryDirectory()
        table = directory.url.appending(path: "table.csv")
        let text = try String(contentsOf: DemonstrationFiles.licences, encoding: .utf8)
        var lines = text.split(separator: "\n").map(String.init).prefix(42)
        // One that is refused each time, and has to be told each time.
        lines[5] = lines[5].replacingOccurrences(of: "1.2.156.3005.2.", with: "1.2.840.3005.2.")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: table)
    }

    private var progress: URL { directory.url.appending(path: "table.csv.import") }

    /// The real ledger, as one who is interrupted sees it: after some transactions it does not answer any more.
    private final class InterruptedLedger: LicenceLedger {
        private struct Counts {
            var asked = 0
            var transactions = 0
        }

        private struct Interruption: Error {}

        private let ledger: SubmitterLedger
        private let transactionCount: Int
        private let counts = Mutex(Counts())

        init(_ ledger: SubmitterLedger, after transactionCount: Int = .max) {
            (self.ledger, self.transactionCount) = (ledger, transactionCount)
        }

        /// How many licences were asked about.
        var askedCount: Int { counts.withLock(\.asked) }

        func licences(_ identifiers: [LicenceIdentifier]) async throws -> LicencesAnswer {
            counts.withLock { $0.asked += identifiers.count }
            return try await ledger.licences(identifiers)
        }

        func licence(ofFile file: Digest) async throws -> LicencesAnswer { try await ledger.licence(ofFile: file) }

        func outcome(of calls: [Call]) async throws -> Outcome {
            let isOver = counts.withLock { counts in
                counts.transactions += 1
                return counts.transactions > transactionCount
            }
            guard !isOver else { throw Interruption() }
            return try await ledger.outcome(of: calls)
        }
    }

    private func subject(
        department: DepartmentName? = nil, hasPseudonyms: Bool = false, genesis: Genesis? = nil
    ) throws -> LicenceImportProgress.Subject {
        LicenceImportProgress.Subject(
            table: try FileDigest.digest(of: table, suite: registry.consortium.suite),
            genesis: genesis ?? registry.consortium.genesis,
            department: department ?? registry.counter.member.department, strictness: .issue,
            hasPseudonyms: hasPseudonyms)
    }

    private func bring(by ledger: InterruptedLedger) async throws -> LicenceImportReport {
        let importing = LicenceImport(
            ledger: ledger,
            preparation: LicencePreparation(
                genesis: registry.consortium.genesis, department: registry.counter.member.department,
                files: DemonstrationFiles.folder,
                salts: try LicenceSaltsStore(directory.url.appending(path: "salts"))),
            limits: registry.consortium.genesis.limits, batchCount: 10, concurrency: 1,
            progressFile: try LicenceImportProgressFile(progress, of: try subject()))
        var generator = SeededGenerator(seed: 51)
        return await importing.run(
            try LicenceTable(contentsOf: table, rules: try DemonstrationFiles.rules(.issue)), using: &generator
        ) { _ in }
    }

    @Test func anotherRunAsksAboutTheRowsAloneThatWereNotConfirmed() async throws {
        let stopped = try await bring(by: InterruptedLedger(registry.ledger(), after: 2))
        #expect(stopped.failure != nil && stopped.issuedCount == 20)
        #expect(FileManager.default.fileExists(atPath: progress.path))
        let ledger = InterruptedLedger(registry.ledger())
        let report = try await bring(by: ledger)
        #expect(report.failure == nil)
        #expect(report.confirmedBeforeCount == 20 && report.issuedCount == 20 && report.unchangedCount == 0)
        #expect(ledger.askedCount == 20)
        #expect(report.refused.map(\.line) == [6] && report.rowCount == 41)
        // The receipts are of all transactions, of this run and of the one before.
        #expect(report.transactions.count == 4 && report.transactions.starts(with: stopped.transactions))
        #expect(!FileManager.default.fileExists(atPath: progress.path))
        // Without a progress everything is asked about, and nothing changes.
        let all = InterruptedLedger(registry.ledger())
        let again = try await bring(by: all)
        #expect(again.unchangedCount == 40 && all.askedCount == 40 && again.transactions.count == 4)
    }

    /// The transaction got through, and nobody heard of it: the rows are not confirmed, and asked about.
    @Test func aRowIsConfirmedByTheLedgersWordAlone() async throws {
        let first = try await bring(by: InterruptedLedger(registry.ledger(), after: 1))
        #expect(first.issuedCount == 10)
        let kept = try Data(contentsOf: progress)
        _ = try await bring(by: InterruptedLedger(registry.ledger(), after: 1))
        // As the file stands where the run was killed before it was written again.
        try kept.write(to: progress)
        let report = try await bring(by: InterruptedLedger(registry.ledger()))
        #expect(report.confirmedBeforeCount == 10 && report.unchangedCount == 10 && report.issuedCount == 20)
    }

    @Test func theProgressOfAnotherImportIsRefused() async throws {
        _ = try await bring(by: InterruptedLedger(registry.ledger(), after: 1))
        let other = try TestConsortium(consortium: "other").genesis
        let foreign = [
            try subject(department: registry.neighbour.member.department), try subject(hasPseudonyms: true),
            try subject(genesis: other),
        ]
        for subject in foreign {
            #expect(throws: LicenceError(.wrongProgress, "")) {
                try LicenceImportProgressFile(progress, of: subject)
            }
        }
        // The table was changed since.
        let handle = try FileHandle(forWritingTo: table)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\n".utf8))
        try handle.close()
        #expect(throws: LicenceError(.wrongProgress, "")) {
            try LicenceImportProgressFile(progress, of: try subject())
        }
    }

    @Test func aDamagedProgressIsRefused() async throws {
        _ = try await bring(by: InterruptedLedger(registry.ledger(), after: 1))
        let subject = try subject()
        let bytes = try Data(contentsOf: progress)
        var damaged = [Data(), Data(bytes.prefix(bytes.count / 2)), bytes + bytes]
        for position in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[position] ^= 1
            damaged.append(changed)
        }
        for (number, content) in damaged.enumerated() {
            try content.write(to: progress)
            #expect(throws: LicenceError(.wrongProgress, ""), "\(number)") {
                try LicenceImportProgressFile(progress, of: subject)
            }
        }
    }
}
