import ClientTestKit
import Formats
import Foundation
import Identity
import LedgerTestKit
import Licences
import Nodes
import Testing

@Suite struct LicenceImportTests {
    private let registry: TestRegistry
    private let directory: LedgerTestKit.TemporaryDirectory

    init() throws {
        registry = try TestRegistry()
        directory = try LedgerTestKit.TemporaryDirectory()
    }

    private func table(_ url: URL, _ strictness: LicenceTableRules.Strictness = .issue) throws -> LicenceTable {
        try LicenceTable(contentsOf: url, rules: try DemonstrationFiles.rules(strictness))
    }

    /// The demonstration's table with some of its lines.
    private func table(lines: ClosedRange<Int>, edit: (String) -> String = { $0 }) throws -> LicenceTable {
        let text = try String(contentsOf: DemonstrationFiles.licences, encoding: .utf8)
        let all = text.split(separator: "\n").map(String.init)
        let chosen = [all[0]] + all[(lines.lowerBound - 1)...(lines.upperBound - 1)].map(edit)
        return try LicenceTable(
            bytes: Array((chosen.joined(separator: "\n") + "\n").utf8), rules: try DemonstrationFiles.rules(.issue))
    }

    private func importing(
        as member: MemberIdentity? = nil, salts: String = "salts", batch: Int = 50, concurrency: Int = 4
    ) throws -> LicenceImport<SubmitterLedger> {
        let member = member ?? registry.counter
        return LicenceImport(
            ledger: registry.ledger(as: member),
            preparation: LicencePreparation(
                genesis: registry.consortium.genesis,
                department: member.member.department,
                files: DemonstrationFiles.folder,
                salts: try LicenceSaltsStore(directory.url.appending(path: salts))
            ),
            limits: registry.consortium.genesis.limits,
            batchCount: batch,
            concurrency: concurrency
        )
    }

    private func run(
        _ importing: LicenceImport<SubmitterLedger>, _ table: LicenceTable, seed: UInt64 = 51,
        progress: (LicenceImportReport) -> Void
    ) async -> LicenceImportReport {
        var generator = SeededGenerator(seed: seed)
        return await importing.run(table, using: &generator, progress: progress)
    }

    @Test func theDemonstrationsTableGoesOnTheLedgerAndItsReceiptsHold() async throws {
        var heard: [Int] = []
        let report = try await run(importing(), try table(DemonstrationFiles.licences)) { heard.append($0.rowCount) }
        #expect(report.failure == nil)
        #expect(report.issuedCount == 640)
        #expect(report.refused.map(\.description) == [])
        #expect(report.transactions.count == 13)
        #expect(heard.last == 640 && heard == heard.sorted())
        var proved = 0
        for transaction in report.transactions {
            let receipt = try await registry.client.sealedReceipt(
                for: transaction, retry: Retry(clock: ManualClock()))
            _ = try receipt.verify(against: registry.consortium.genesis)
            let proof = try #require(receipt.subject.transaction)
            proved += proof.transaction.body.calls.compactMap(LicenceCall.init).count
        }
        #expect(proved == 1_280)
    }

    @Test func importingAgainChangesNothing() async throws {
        _ = try await run(importing(), try table(lines: 2...120)) { _ in }
        let arrived = await registry.client.arrived.count
        let height = registry.client.height
        let report = try await run(importing(batch: 30), try table(lines: 2...120)) { _ in }
        #expect(report.unchangedCount == 119)
        #expect(report.rowCount == 119)
        #expect(report.transactions.count == 3)
        #expect(await registry.client.arrived.count == arrived)
        #expect(registry.client.height == height)
    }

    @Test func brokenRowsAreNamedAndTheRestIsImported() async throws {
        let report = try await run(importing(), try table(DemonstrationFiles.broken)) { _ in }
        #expect(report.issuedCount == 4)
        #expect(report.refusedInOrder.map(\.line) == Array(4...47))
        #expect(report.failure == nil)
    }

    @Test func deviationsOfALibraryAreNotedButIdentifiersStayStrict() async throws {
        let report = try await run(importing(), try table(DemonstrationFiles.broken, .library)) { _ in }
        // Lines 13 and 14 deviate in the identifier, 15 and 36 elsewhere.
        #expect(report.issuedCount == 6)
        #expect(Set(report.notes.map(\.line)) == [15, 36])
        #expect(report.refusedInOrder.map(\.line).contains(13))
        #expect(report.refusedInOrder.map(\.line).contains(14))
    }

    @Test func aTableOfAnotherDepartmentCostsNoTransaction() async throws {
        let report = try await run(importing(as: registry.neighbour), try table(lines: 2...20)) { _ in }
        #expect(report.refused.count == 19)
        #expect(report.refused.allSatisfy { $0.errors.map(\.code) == [.foreignIssuer] })
        #expect(registry.client.height == .zero)
    }

    @Test func aLicenceThatIsThereOtherwiseIsRefusedAlone() async throws {
        _ = try await run(importing(), try table(lines: 5...5)) { _ in }
        let report = try await run(importing(salts: "others"), try table(lines: 2...10), seed: 52) { _ in }
        #expect(report.issuedCount == 8)
        #expect(report.refused.map(\.line) == [5])
        #expect(report.refused[0].reason.contains("salts"))
    }

    @Test func whatTheLedgerRefusesIsIsolatedAndTheOthersGoOn() async throws {
        // Somebody has taken the file of one licence for another, which no question about identifiers shows.
        var rows = try table(DemonstrationFiles.licences)
        let row = try #require(try rows.readAll().rows.first { $0.file != nil })
        let url = DemonstrationFiles.folder.appending(path: row.file?.text ?? "")
        let file = try FileDigest.digest(of: url, suite: registry.consortium.suite)
        let thief = try registry.issue(
            try registry.identifier("THIEF"), EvidenceContent(file: file, metadataRoot: registry.digest("x")))
        #expect(try await registry.ledger().outcome(of: thief).rejection == nil)
        let around = max(2, row.line - 20)...min(641, row.line + 20)
        let report = try await run(importing(), try table(lines: around)) { _ in }
        #expect(report.issuedCount == around.count - 1)
        #expect(report.refused.map(\.line) == [row.line - around.lowerBound + 2])
        #expect(report.refused[0].reason.contains("THIEF"))
        #expect(report.refused[0].errors[0].found == "fileInUse")
    }

    @Test func aMissingFileRefusesItsRow() async throws {
        let report = try await run(
            importing(),
            try table(lines: 2...4) { line in line.hasSuffix(",") ? line + "files/none.pdf" : line }
        ) { _ in }
        #expect(report.refused.count + report.issuedCount == 3)
        #expect(report.refused.allSatisfy { $0.errors.map(\.code) == [.unreadableFile] })
        #expect(!report.refused.isEmpty)
    }

    @Test func anImportThatStopsGoesOnLater() async throws {
        let ledger = registry.ledger()
        try await ledger.submitter.register()
        let retry = Retry(patience: .seconds(1), clock: ManualClock())
        let impatient = SubmitterLedger(
            submitter: Submitter(client: registry.client, identity: registry.counter, retry: retry))
        let preparation = LicencePreparation(
            genesis: registry.consortium.genesis, department: registry.counter.member.department,
            files: DemonstrationFiles.folder,
            salts: try LicenceSaltsStore(directory.url.appending(path: "salts")))
        let importing = LicenceImport(
            ledger: impatient, preparation: preparation, limits: registry.consortium.genesis.limits, batchCount: 10,
            concurrency: 1)
        await registry.client.meet(
            [.answerLost, .answerLost] + [InProcessClient.Fault](repeating: .requestLost, count: 50))
        let stopped = await run(importing, try table(lines: 2...41)) { _ in }
        #expect(stopped.failure is TransactionUndecided)
        await registry.client.meet([])
        let report = await run(importing, try table(lines: 2...41)) { _ in }
        #expect(report.failure == nil)
        #expect(report.unchangedCount == 10)
        #expect(report.issuedCount == 30)
    }

    @Test func aNewerVersionInALaterTableIsAChange() async throws {
        _ = try await run(importing(), try table(lines: 2...6)) { _ in }
        let report = try await run(importing(), try table(lines: 2...6, edit: Self.nextVersion)) { _ in }
        #expect(report.refused.map(\.description) == [])
        #expect(report.changedCount == 5)
        let again = try await run(importing(), try table(lines: 2...6)) { _ in }
        #expect(again.unchangedCount == 5)
        #expect(again.notes.count == 5)
    }

    /// The row with the next version of its licence, without a file.
    private static func nextVersion(_ line: String) -> String {
        var values = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        values[0] = (try? LicenceIdentifier(values[0]))?.nextVersion?.text ?? values[0]
        values[values.count - 1] = ""
        return values.joined(separator: ",")
    }

    @Test func batchesFitTheChannelsTransactions() async throws {
        var limits = ChannelLimits()
        limits.maximumTransactionBytes = 4_096
        var plan = LicenceImportPlan(batchCount: 200, limits: limits)
        var rows = try table(lines: 2...101)
        var batches: [LicenceBatch] = []
        for row in try rows.readAll().rows {
            if let batch = plan.add(PreparedLicence(row: row, line: "", content: registry.content("file"))) {
                batches.append(batch)
            }
        }
        if let last = plan.finish() { batches.append(last) }
        #expect(plan.finish() == nil)
        #expect(batches.map(\.calls.count).reduce(0, +) == 200)
        for batch in batches {
            let transaction = try registry.consortium.transaction(batch.calls, by: registry.counter)
            #expect(transaction.derBytes.count <= 4_096)
        }
        #expect(batches.count < 25)
        // Also where each of them turns out to be the version after one that the ledger has.
        for batch in batches {
            let changes = batch.entries.flatMap { entry -> [Call] in
                guard case .issue(let issue)? = entry else { return [] }
                let change = SupersedeLicence(supersedes: issue.particulars.identifier, by: issue.particulars)
                let evidence = RecordEvidence(
                    identifier: issue.particulars.identifier, content: registry.content("file"))
                return [LicenceCall.supersede(change).call, LicenceCall.record(evidence).call]
            }
            #expect(changes.count == batch.calls.count)
            let transaction = try registry.consortium.transaction(changes, by: registry.counter)
            #expect(transaction.derBytes.count <= 4_096)
        }
    }
}
