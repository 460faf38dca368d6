import ClientTestKit
import Formats
import GatewayAccess
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Testing
import ZhenglianClient

/// A request under one idempotency key takes effect once, whoever hands it in and when.
@Suite("Claims of idempotency keys")
struct ClaimTests {
    private let scene: AccessScene

    init() throws { scene = try AccessScene() }

    private func key(_ header: String = "order-1", _ name: String = "counter") throws -> RequestKey {
        let member = MemberName(department: scene.department, role: .client, name: try #require(Label(name)))
        return try RequestKey(
            header, of: Principal(kind: .member(member), department: scene.department, entitlements: []),
            suite: scene.consortium.suite)
    }

    private func request(_ body: String = "{}") -> Digest {
        RequestKey.digest(method: "POST", path: "/api/v1/cases", body: Array(body.utf8), suite: scene.consortium.suite)
    }

    /// Hands the claim in, with calls beside it, as a gateway does after any restart: with a fresh key of its own.
    private func submit(
        _ key: RequestKey, _ request: Digest, _ calls: [Call] = [], department: Int = 0
    ) async throws
        -> Outcome
    {
        let identity = try scene.consortium.member("node", department: department, role: .observer)
        return try await ZhenglianClient(ledger: scene.node, identity: identity).submitter
            .submit([key.claim(request)] + calls)
    }

    @Test func theSecondTransactionOfARequestIsRefusedAndNamesTheFirst() async throws {
        let first = try await submit(key(), request())
        #expect(try await scene.code { try await submit(key(), request()) } == .alreadyClaimed)
        let claim = try await ApplicationsClient(reading: scene.node).claim(key(), of: scene.department)
        #expect(claim.transaction == first.transaction && claim.height == first.height)
    }

    @Test func anotherRequestUnderTheSameKeyIsRefused() async throws {
        _ = try await submit(key(), request())
        #expect(try await scene.code { try await submit(key(), request("{ }")) } == .claimedOtherwise)
    }

    @Test func keysAreTheCallersAndTheDepartments() async throws {
        _ = try await submit(key(), request())
        #expect(try await scene.code { try await submit(key("order-2"), request()) } == nil)
        #expect(try await scene.code { try await submit(key("order-1", "other"), request()) } == nil)
        #expect(try await scene.code { try await submit(key(), request(), department: 1) } == nil)
    }

    @Test func aRequestThatWasRejectedHasClaimedNothing() async throws {
        let wrong = Call(
            contract: ApplicationsContract.contractName, method: ApplicationsContract.Method.endApplication,
            arguments: try scene.reference().derBytes)
        #expect(try await scene.code { try await submit(key(), request(), [wrong]) } == .notPermitted)
        #expect(try await scene.code { try await submit(key(), request()) } == nil)
    }

    @Test func aClaimHoldsForADayOfLedgerTimeAndThenGoes() async throws {
        _ = try await submit(key(), request())
        try await scene.node.idle(1, apart: ApplicationLimits.claimLifetime - .seconds(60))
        #expect(try await scene.code { try await submit(key(), request()) } == .alreadyClaimed)
        try await scene.node.idle(1, apart: .seconds(120))
        #expect(try await scene.code { try await submit(key(), request()) } == nil)
        #expect(try await scene.code { try await submit(key(), request()) } == .alreadyClaimed)
    }

    @Test func aKeyIsBoundedAndSomebodys() throws {
        let suite = scene.consortium.suite
        let member = try #require(MemberName("department-0/client/a"))
        let principal = Principal(kind: .member(member), department: member.department, entitlements: [])
        for header in ["", "a b", "schlüssel", String(repeating: "a", count: 129)] {
            #expect(throws: AccessError(.malformedIdempotencyKey, "")) {
                try RequestKey(header, of: principal, suite: suite)
            }
        }
        #expect(throws: AccessError(.notAuthenticated, "")) {
            try RequestKey("a", of: .anonymous, suite: suite)
        }
    }

    @Test func requestsThatDifferHaveOtherDigests() {
        let suite = scene.consortium.suite
        let digests = [("POST", "/a", "b"), ("POST", "/ab", ""), ("PUT", "/a", "b"), ("POST", "/a", "")].map {
            RequestKey.digest(method: $0.0, path: $0.1, body: Array($0.2.utf8), suite: suite)
        }
        #expect(Set(digests).count == digests.count)
    }
}
