import Formats
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Testing

extension NodeRuntimeTests {
    /// Whom a network does not serve, and what it says.
    @Suite struct RefusalTests {
        @Test func aRevokedClientIsRefusedOnItsLiveConnectionAndOnNewOnes() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                let identity = try network.identity("counter", of: 1)
                let client = try network.client(identity, at: [0])
                let submitter = Submitter(client: client, identity: identity)
                try await submitter.submit([NotesContract.call("put", "a", [1])])
                let list = try network.revoke(identity, of: 1)
                let administrator = try network.identity("head", of: 1, role: .administrator)
                let publisher = Submitter(client: try network.client(administrator, at: [2]), identity: administrator)
                let outcome = try await publisher.publish(list)
                try await network.agreement(from: outcome.height)
                try await eventually("the live connection is refused") {
                    do {
                        _ = try await client.status()
                        return false
                    } catch let error as LedgerClientError {
                        return error.code == .refused
                    }
                }
                for index in 0..<4 {
                    let other = try network.client(identity, at: [index])
                    try await eventually("a new connection to node \(index) is refused") {
                        do {
                            _ = try await other.status()
                            return false
                        } catch let error as LedgerClientError {
                            return error.code == .refused
                        }
                    }
                }
            }
        }

        @Test func anExpiredCertificateIsRefused() async throws {
            try await TestNetwork.with { network in
                try await network.start([0])
                let yesterday = SystemWallClock().now.advanced(by: .seconds(-7_200))
                let identity = try network.identity(
                    "late", of: 0, validity: yesterday...yesterday.advanced(by: .seconds(3_600)))
                #expect(throws: IdentityError.self) { try network.client(identity, at: [0]) }
                // A client whose own clock is behind does not notice; the node does.
                let clock = FixedClock(now: yesterday.advanced(by: .seconds(60)))
                let client = try network.client(identity, at: [0], clock: clock)
                let error = await thrown(LedgerClientError.self) { try await client.status() }
                #expect(error?.code == .refused)
            }
        }

        @Test func aClientOfAnotherConsortiumIsRefused() async throws {
            try await TestNetwork.with { network in
                try await network.start([0])
                try await TestNetwork.with(consortium: "other") { other in
                    let stranger = try other.identity("counter", of: 0)
                    let client = try network.client(stranger, at: [0], genesis: other.genesis)
                    let error = await thrown(LedgerClientError.self) { try await client.status() }
                    #expect(error?.code == .refused)
                }
            }
        }

        @Test func aNodeThatIsNotThereIsUnreachableAndTheNextIsAsked() async throws {
            try await TestNetwork.with { network in
                try await network.start([1])
                let alone = try network.client(at: [0])
                let error = await thrown(LedgerClientError.self) { try await alone.status() }
                #expect(error?.code == .unreachable)
                #expect(error?.message.contains("civil/validator/node") == true)
                let status = try await network.client(at: [0, 1]).status()
                #expect(status.member == (try network.reference(1).member))
            }
        }

        @Test func aQueryOfAnUnknownContractIsInvalid() async throws {
            try await TestNetwork.with { network in
                try await network.start([0])
                let client = try network.client(at: [0])
                for (contract, name) in [("nothing", "get"), ("notes", "nothing")] {
                    let error = await thrown(NodeError.self) {
                        try await client.query(contract: contract, name: name, arguments: [])
                    }
                    #expect(error?.code == .invalidQuery)
                }
                let error = await thrown(NodeError.self) {
                    try await client.query(contract: "notes", name: "get", arguments: [1, 2, 3])
                }
                #expect(error?.code == .invalidQuery)
            }
        }

        @Test func transactionsThatCannotTakeEffectAreRefusedAtOnce() async throws {
            try await TestNetwork.with { network in
                try await network.start([0])
                let identity = try network.identity("counter", of: 0)
                let client = try network.client(identity, at: [0])
                let cases: [(Transaction, NodeError.Code)] = [
                    (try network.transaction(by: identity, lastValidHeight: Height(rawValue: 50)), .notEntitled),
                    (try network.registration(of: identity, lastValidHeight: .zero), .expired),
                    (
                        try network.registration(of: identity, lastValidHeight: Height(rawValue: 1_000_000)),
                        .invalidTransaction
                    ),
                ]
                for (transaction, code) in cases {
                    let error = await thrown(NodeError.self) { try await client.submit(transaction) }
                    #expect(error?.code == code)
                }
                let unknown = TransactionIdentifier(TestNetwork.suite.digest(of: [1]))
                let error = await thrown(NodeError.self) { try await client.receipt(for: unknown) }
                #expect(error?.code == .notFound)
            }
        }
    }
}
