import Formats
import Identity
import Licences
import Testing

@Suite struct LicenceBatchTests {
    private func licences(_ count: Int) throws -> [PreparedLicence] {
        var table = try LicenceTable(
            contentsOf: DemonstrationFiles.licences, rules: try DemonstrationFiles.rules(.issue))
        let suite = CryptoSuiteIdentifier.p256.suite
        return try table.readAll().rows.prefix(count).map {
            PreparedLicence(
                row: $0, line: "",
                content: EvidenceContent(file: nil, metadataRoot: suite.digest(of: Array($0.identifier.text.utf8)))
            )
        }
    }

    private func outcome(_ status: Outcome.Status) -> Outcome {
        Outcome(transaction: TransactionIdentifier(.zero), height: Height(rawValue: 1), index: 0, status: status)
    }

    private func rejected(_ call: Int) -> Outcome {
        outcome(.rejected(Rejection(call: call, code: "fileInUse", message: "the file is another's")))
    }

    @Test func everyRoundSettlesOneLicenceAtLeast() throws {
        var batch = LicenceBatch(try licences(20))
        var generator = SeededGenerator(seed: 41)
        var rounds = 0
        while !batch.isSettled {
            // Positions that no call has come from a node that is wrong; they must not keep the import busy for ever.
            batch.apply(rejected(Int.random(in: 0...40, using: &generator)))
            rounds += 1
        }
        #expect(rounds == 20)
        #expect(batch.settled.count == 20)
        #expect(batch.calls.isEmpty)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func theNamedCallIsRefusedAndTheOthersGoAgain(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let licences = try licences(5)
        var batch = LicenceBatch(licences)
        // Each licence is two calls: either of them is the licence's.
        batch.apply(rejected(Bool.random(using: &generator) ? 6 : 7))
        #expect(batch.identifiers == [0, 1, 2, 4].map { licences[$0].identifier })
        #expect(batch.calls.compactMap { LicenceCall($0)?.identifier } == batch.identifiers.flatMap { [$0, $0] })
        batch.apply(outcome(.applied(events: [], returnValues: [])))
        #expect(batch.isSettled)
        #expect(batch.settled.map(\.row.line) == [5, 2, 3, 4, 6])
    }

    @Test func twoVersionsInOneBatchBecomeIssueAndChange() throws {
        var table = try LicenceTable(
            contentsOf: DemonstrationFiles.licences, rules: try DemonstrationFiles.rules(.issue))
        let row = try #require(try table.readAll().rows.first)
        let header = LicenceColumn.allCases.map(\.rawValue)
        let next = try #require(row.identifier.nextVersion)
        let values: [LicenceIdentifier] = [row.identifier, next]
        let lines = values.map { identifier in
            CSVLine.text(of: [
                identifier.text, row.typeName.text, row.name.text, row.holderName.text, row.holder.text,
                row.holder.type, row.issuerName.text, row.issuer.text, row.issuedOn.text, row.validity.from.text, "",
                row.region.text, "",
            ])
        }
        var both = try LicenceTable(
            bytes: Array(([CSVLine.text(of: header)] + lines).joined(separator: "\n").utf8),
            rules: try DemonstrationFiles.rules(.issue))
        let prepared = try both.readAll().rows.map {
            PreparedLicence(row: $0, line: "", content: EvidenceContent(file: nil, metadataRoot: .zero))
        }
        var batch = LicenceBatch(prepared)
        batch.apply(LicencesAnswer(height: .zero, time: Timestamp(milliseconds: 0), records: [], evidence: []))
        guard case .issue = batch.entries[0], case .supersede(let change) = batch.entries[1] else {
            Issue.record("\(batch.calls)")
            return
        }
        #expect(change.supersedes == row.identifier)
    }
}
