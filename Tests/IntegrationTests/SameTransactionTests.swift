import Formats
import Identity
import LoadGeneration
import LocalConsortium
import Nodes
import Testing

extension IntegrationTests {
    @Suite("The same transaction at several nodes")
    struct SameTransactionTests {
        /// A signature is no part of what a transaction is called: whoever signs the same body again makes other bytes
        /// of the same transaction. Nodes that hold different ones have to agree on blocks all the same.
        @Test func aBodyThatIsSignedAnewForEveryNodeTakesEffectOnce() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                let identity = try run.identity(at: run.folder.client(of: run.departments[0].name))
                let clients = try run.departments.indices.map { try run.client(as: identity, first: $0) }
                try await Submitter(client: clients[0], identity: identity).register()
                for round in 0..<10 {
                    let outcomes = try await submitAtAll(clients, round: round, by: identity)
                    #expect(outcomes.count == 4)
                    #expect(Set(outcomes).count == 1, "round \(round): \(outcomes)")
                }
                for client in clients { await client.close() }
                _ = try await run.nodes.waitUntilAgreed(run.departments)
            }
        }

        private func submitAtAll(
            _ clients: [RemoteLedgerClient], round: Int, by identity: MemberIdentity
        ) async throws -> [Outcome] {
            let genesis = clients[0].genesis
            let records = try LoadRecords(
                genesis: genesis, department: identity.member.department, byteCount: nil, run: 1)
            let body = TransactionBody(
                channel: genesis.channel,
                submitter: identity.certificate.publicKey.identifier,
                idempotencyKey: IdempotencyKey(genesis.suite.digest(of: Array("round \(round)".utf8))),
                lastValidHeight: Height(rawValue: genesis.limits.transactionLifetime / 2),
                calls: [try records.call(client: 0, sequence: round)]
            )
            return try await withThrowingTaskGroup(of: Outcome.self) { group in
                for client in clients {
                    let transaction = try body.signed(with: identity.key, suite: genesis.suite)
                    group.addTask { try await client.submit(transaction) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
    }
}
