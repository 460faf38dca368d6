import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Testing

/// What the tables `catalogue`, `licences` and `licence_changes` say is what the contracts answer.
@Suite struct LicenceProjectionTests {
    private let registry: TestRegistry
    private let directory: TemporaryDirectory
    private let ledger: ChannelLedger
    private let model: ReadModel

    init() throws {
        registry = try TestRegistry()
        directory = try TemporaryDirectory()
        ledger = try ChannelLedger(
            path: directory.path("ledger.sqlite"), genesis: registry.consortium.genesis,
            contracts: try Contracts([CatalogueContract(), EvidenceContract()]))
        model = try ReadModel(
            path: directory.path("read-model.sqlite"), genesis: registry.consortium.genesis,
            projections: [LicenceProjection()])
    }

    /// Appends one block for each group of calls, and follows.
    private func execute(_ groups: [[LicenceCall]]) async throws -> [TransactionIdentifier] {
        var chain = try TestChain(registry.consortium, contracts: [CatalogueContract(), EvidenceContract()])
        for (index, calls) in groups.enumerated() {
            let transaction = try registry.consortium.transaction(
                calls.map(\.call), by: registry.counter, key: UInt64(index), registering: index == 0)
            try chain.append([try chain.verified(transaction, by: registry.counter)])
        }
        try await ledger.execute(chain.blocks)
        while try await !model.advance(from: ledger).isCurrent {}
        return chain.blocks.flatMap { $0.transactions.map(\.identifier) }
    }

    private func time(_ height: Int) -> SQLValue {
        .integer(TestConsortium.createdAt.advanced(by: .seconds(height)).milliseconds)
    }

    @Test func everyVersionOfALicenceIsARow() async throws {
        let (first, second) = (try registry.identifier("A1"), try registry.identifier("A1", version: 2))
        let other = try registry.identifier("B2")
        let transactions = try await execute([
            try registry.issue(first, registry.content("deed")) + registry.issue(other, registry.content(nil)),
            try registry.change(second, from: first, registry.content("deed 2")),
            [registry.decide(other)],
        ])
        let answer = try await model.query(
            sql: """
                SELECT identifier, serial, version, type, issuer, department, status, file, issued_at, issued_height,
                    "transaction", supersedes, changed_height, basis
                FROM licences ORDER BY identifier
                """)
        #expect(answer.height == Height(rawValue: 3))
        let department = SQLValue.text("department-0")
        let (type, issuer) = (SQLValue.text("11100000MB0143028R001"), SQLValue.text(TestRegistry.issuerCode))
        #expect(
            answer.rows == [
                [
                    .text(first.text), .text("A1"), .integer(1), type, issuer, department, .text("superseded"),
                    .blob(registry.digest("deed").bytes), time(1), .integer(1),
                    .blob(transactions[0].digest.bytes), .null, .integer(2), .null,
                ],
                [
                    .text(second.text), .text("A1"), .integer(2), type, issuer, department, .text("01"),
                    .blob(registry.digest("deed 2").bytes), time(2), .integer(2),
                    .blob(transactions[1].digest.bytes), .text(first.text), .integer(2), .null,
                ],
                [
                    .text(other.text), .text("B2"), .integer(1), type, issuer, department, .text("04"), .null,
                    time(1), .integer(1), .blob(transactions[0].digest.bytes), .null, .integer(3),
                    .text("行政许可法第七十条"),
                ],
            ])
        let digests = try await model.query(sql: "SELECT DISTINCT metadata_root, seal, issuer_key FROM licences")
        let key = registry.counter.certificate.publicKey.identifier
        #expect(digests.rows == [[.blob(registry.digest("fields").bytes), .null, .blob(key.digest.bytes)]])
    }

    @Test func theCatalogueHasOneRowForEachLicence() async throws {
        let (first, second) = (try registry.identifier("A1"), try registry.identifier("A1", version: 2))
        let other = try registry.identifier("B2")
        let holder = HolderPseudonym(epoch: 4, digest: registry.digest("holder"))
        let transactions = try await execute([
            try registry.issue(first, registry.content("deed"))
                + registry.issue(other, registry.content(nil), until: "20301231", holder: holder),
            try registry.change(second, from: first, registry.content("deed 2")),
            [.takeDown(TakeDownLicence(identifier: second, basis: "个保法第四十七条"))],
        ])
        let answer = try await model.query(
            sql: """
                SELECT identifier, licence, type, department, holder, region, issued_on, valid_from, valid_until,
                    status, operation, basis, metadata_root, related, taken_down_at, revision, changed_height,
                    "transaction"
                FROM catalogue ORDER BY licence
                """)
        let (type, department) = (SQLValue.text("11100000MB0143028R001"), SQLValue.text("department-0"))
        let day = SQLValue.integer(20_250_101)
        #expect(
            answer.rows == [
                [
                    .text(second.text), .text(LicenceKey(second).text), type, department, .null, .text("650100"), day,
                    day, .null, .text("01"), .text("13"), .text("个保法第四十七条"), .null, .text(first.text), time(3),
                    .integer(3), .integer(3), .blob(transactions[2].digest.bytes),
                ],
                [
                    .text(other.text), .text(LicenceKey(other).text), type, department, .blob(holder.bytes),
                    .text("650100"), day, day, .integer(20_301_231), .text("01"), .text("01"), .null,
                    .blob(registry.digest("fields").bytes), .null, .null, .integer(1), .integer(1),
                    .blob(transactions[0].digest.bytes),
                ],
            ])
        let gone = try await model.query(sql: "SELECT status FROM licences ORDER BY identifier")
        #expect(gone.rows == [[.text("takenDown")], [.text("takenDown")], [.text("01")]])
    }

    @Test func everyChangeAfterTheIssueIsARow() async throws {
        let (first, second) = (try registry.identifier("A1"), try registry.identifier("A1", version: 2))
        let transactions = try await execute([
            try registry.issue(first, registry.content("deed"))
                + registry.issue(registry.identifier("B2"), registry.content(nil)),
            try registry.change(second, from: first, registry.content("deed 2")),
            [.takeDown(TakeDownLicence(identifier: second, basis: "个保法第四十七条"))],
        ])
        let answer = try await model.query(
            sql: """
                SELECT licence, revision, identifier, status, operation, basis, changed_at, changed_height,
                    "transaction"
                FROM licence_changes ORDER BY licence, revision
                """)
        let (licence, version) = (SQLValue.text(LicenceKey(first).text), SQLValue.text(second.text))
        #expect(
            answer.rows == [
                [
                    licence, .integer(2), version, .text("01"), .text(LicenceOperation.change.text), .null, time(2),
                    .integer(2), .blob(transactions[1].digest.bytes),
                ],
                [
                    licence, .integer(3), version, .text("01"), .text("13"), .text("个保法第四十七条"), time(3), .integer(3),
                    .blob(transactions[2].digest.bytes),
                ],
            ])
    }

    @Test func whatWasRefusedIsAnOutcomeAndNoLicence() async throws {
        let identifier = try registry.identifier("A1")
        let other = RecordEvidence(identifier: identifier, content: registry.content("other"))
        _ = try await execute([try registry.issue(identifier, registry.content("deed")), [.record(other)]])
        #expect(try await model.query(sql: "SELECT count(*) FROM licences").rows == [[.integer(1)]])
        let refused = try await model.query(sql: "SELECT height, error FROM outcomes WHERE status = 'rejected'")
        #expect(refused.rows == [[.integer(2), .text("contentDiffers")]])
    }

    @Test func filledFromTheStateTheTablesAreTheSame() async throws {
        let identifier = try registry.identifier("A1")
        _ = try await execute([
            try registry.issue(identifier, registry.content("deed")), [registry.decide(identifier)],
        ])
        for select in ["SELECT * FROM licences", "SELECT * FROM catalogue", "SELECT * FROM licence_changes"] {
            let before = try await model.query(sql: select)
            let seeded = try ReadModel(
                path: directory.path("seeded-\(select.suffix(4)).sqlite"), genesis: registry.consortium.genesis,
                projections: [LicenceProjection()])
            let source = StateFirst(ledger: ledger)
            while try await !seeded.advance(from: source).isCurrent {}
            #expect(try await seeded.query(sql: select) == before)
        }
    }

    @Test(arguments: [
        ("licences", "identifier = 'x'", "evidence_rows_by_identifier"),
        ("licences", "file = x'00'", "evidence_rows_by_file"),
        ("licences", "identifier GLOB '1.2.156.3005.2.11100000MB0143028R001.*'", "evidence_rows_by_identifier"),
        ("catalogue", "licence = 'x'", "catalogue_rows_by_licence"),
        ("catalogue", "holder = x'00'", "catalogue_rows_by_holder"),
        ("catalogue", "department = 'tax'", "catalogue_rows_by_department"),
        ("catalogue", "type = '11100000MB0143028R001' AND issued_on = 20260101", "catalogue_rows_by_bucket"),
        ("catalogue", "changed_height > 7", "catalogue_rows_by_change"),
    ])
    func questionsUseTheirIndex(_ table: String, _ condition: String, _ index: String) async throws {
        let plan = try await model.query(sql: "EXPLAIN QUERY PLAN SELECT * FROM \(table) WHERE \(condition)")
        #expect("\(plan.rows)".contains(index), "\(plan.rows)")
    }
}

/// A ledger whose blocks begin at its end.
private struct StateFirst: ReadModelSource {
    let ledger: ChannelLedger

    func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition) {
        let last = try await ledger.followableHeights().last
        return (last.height, last)
    }

    func followedBlocks(
        from first: Height,
        limit: Int,
        maximumBytes: Int
    ) async throws(LedgerError) -> [FollowedBlock] {
        try await ledger.followedBlocks(from: first, limit: limit, maximumBytes: maximumBytes)
    }

    func currentValues(
        after number: Int64,
        limit: Int
    ) async throws(LedgerError) -> (entries: [StateChange], last: Int64) {
        try await ledger.currentValues(after: number, limit: limit)
    }
}
