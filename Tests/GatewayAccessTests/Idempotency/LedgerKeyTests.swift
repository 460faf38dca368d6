import ClientTestKit
import Formats
import GatewayAccess
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Testing
import ZhenglianClient

/// What the ledger makes of one idempotency key with other calls: why a request is claimed besides.
@Suite("The ledger's own idempotency key")
struct LedgerKeyTests {
    private let scene: AccessScene

    init() throws { scene = try AccessScene(transactionLifetime: 80) }

    @Test func theSameKeyWithOtherCallsIsAnotherTransaction() async throws {
        let identity = try scene.consortium.member("desk", role: .administrator)
        let submitter = Submitter(client: scene.node, identity: identity)
        let key = try RequestKey(
            "order-1", of: Principal(kind: .member(identity.member), department: scene.department, entitlements: []),
            suite: scene.consortium.suite)
        func register(_ audience: String) -> Call {
            Call(
                contract: ApplicationsContract.contractName, method: ApplicationsContract.Method.registerPlatform,
                arguments: AccessScene.platform(audience: audience).derBytes)
        }
        let first = try await submitter.submit([register("first")], key: key.ledgerKey)
        let again = try await submitter.submit([register("first")], key: key.ledgerKey)
        #expect(again.transaction == first.transaction, "the same calls in the same heights are the same transaction")
        let other = try await submitter.submit([register("second")], key: key.ledgerKey)
        #expect(other.transaction != first.transaction, "and other calls are another one, which takes effect")
        // Many heights later, the same calls are another transaction as well: the claim is what holds.
        let request = RequestKey.digest(method: "PUT", path: "/", body: [1], suite: scene.consortium.suite)
        let claimed = try await submitter.submit([key.claim(request), register("third")], key: key.ledgerKey)
        try await scene.node.idle(20)
        // As after a restart: nothing is remembered of the first.
        let later = Submitter(client: scene.node, identity: identity)
        #expect(
            try await scene.code {
                try await later.submit([key.claim(request), register("third")], key: key.ledgerKey)
            } == .alreadyClaimed)
        let claim = try await ApplicationsClient(reading: scene.node).claim(key, of: scene.department)
        #expect(claim.transaction == claimed.transaction)
    }
}
