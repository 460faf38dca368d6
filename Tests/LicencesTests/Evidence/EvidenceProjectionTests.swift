import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Testing

/// What the table `licences` says is what the contract answers.
@Suite struct EvidenceProjectionTests {
    private let registry: TestRegistry
    private let directory: TemporaryDirectory
    private let ledger: ChannelLedger
    private let model: ReadModel

    init() throws {
        registry = try TestRegistry()
        directory = try TemporaryDirectory()
        ledger = try ChannelLedger(
            path: directory.path("ledger.sqlite"), genesis: registry.consortium.genesis,
            contracts: try Contracts([EvidenceContract()]))
        model = try ReadModel(
            path: directory.path("read-model.sqlite"), genesis: registry.consortium.genesis,
            projections: [EvidenceProjection()])
    }

    /// Appends one block for each group of calls, and follows.
    private func execute(_ groups: [[EvidenceCall]]) async throws -> [TransactionIdentifier] {
        var chain = try TestChain(registry.consortium, contracts: [EvidenceContract()])
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
            [registry.issue(first, registry.content("deed")), registry.issue(other, registry.content(nil))],
            [registry.change(second, from: first, registry.content("deed 2"))],
            [registry.revoke(other)],
        ])
        let answer = try await model.query(
            sql: """
                SELECT identifier, serial, version, type, issuer, department, status, file, issued_at, issued_height,
                    "transaction", changed_height, supersedes, superseded_by, end_status, end_basis, ended_at
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
                    .blob(transactions[0].digest.bytes), .integer(2), .null, .text(second.text), .null, .null, .null,
                ],
                [
                    .text(second.text), .text("A1"), .integer(2), type, issuer, department, .text("valid"),
                    .blob(registry.digest("deed 2").bytes), time(2), .integer(2),
                    .blob(transactions[1].digest.bytes), .integer(2), .text(first.text), .null, .null, .null, .null,
                ],
                [
                    .text(other.text), .text("B2"), .integer(1), type, issuer, department, .text("revoked"), .null,
                    time(1), .integer(1), .blob(transactions[0].digest.bytes), .integer(3), .null, .null,
                    .text("04"), .text("行政许可法第七十条"), time(3),
                ],
            ])
        let digests = try await model.query(sql: "SELECT DISTINCT metadata_root, seal, issuer_key FROM licences")
        let key = registry.counter.certificate.publicKey.identifier
        #expect(digests.rows == [[.blob(registry.digest("fields").bytes), .null, .blob(key.digest.bytes)]])
        let shared = try await model.query(sql: "SELECT count(DISTINCT identifier) FROM licence_transactions")
        #expect(shared.rows == [[.integer(2)]])
    }

    @Test func whatWasRefusedIsAnOutcomeAndNoLicence() async throws {
        let identifier = try registry.identifier("A1")
        _ = try await execute([
            [registry.issue(identifier, registry.content("deed"))],
            [registry.issue(identifier, registry.content("other"))],
        ])
        #expect(try await model.query(sql: "SELECT count(*) FROM licences").rows == [[.integer(1)]])
        let refused = try await model.query(sql: "SELECT height, error FROM outcomes WHERE status = 'rejected'")
        #expect(refused.rows == [[.integer(2), .text("contentDiffers")]])
    }

    @Test func filledFromTheStateTheTableIsTheSame() async throws {
        let identifier = try registry.identifier("A1")
        _ = try await execute([
            [registry.issue(identifier, registry.content("deed"))], [registry.revoke(identifier)],
        ])
        let select = "SELECT * FROM licences"
        let before = try await model.query(sql: select)
        let seeded = try ReadModel(
            path: directory.path("seeded.sqlite"), genesis: registry.consortium.genesis,
            projections: [EvidenceProjection()])
        let source = StateFirst(ledger: ledger)
        while try await !seeded.advance(from: source).isCurrent {}
        #expect(try await seeded.query(sql: select) == before)
    }

    @Test(arguments: [
        ("identifier = 'x'", "licence_rows_by_identifier"), ("file = x'00'", "licence_rows_by_file"),
        ("identifier GLOB '1.2.156.3005.2.11100000MB0143028R001.*'", "licence_rows_by_identifier"),
        ("department = 'tax' AND status = 'revoked'", "licence_rows_by_department"),
        ("type = '11100000MB0143028R001'", "licence_rows_by_type"),
        ("changed_height > 7", "licence_rows_by_change"),
    ])
    func questionsUseTheirIndex(_ condition: String, _ index: String) async throws {
        let plan = try await model.query(sql: "EXPLAIN QUERY PLAN SELECT * FROM licences WHERE \(condition)")
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
