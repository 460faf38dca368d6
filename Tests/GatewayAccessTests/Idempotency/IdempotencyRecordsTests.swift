import Formats
import GatewayAccess
import Identity
import LedgerTestKit
import Testing

/// The same request again is answered again, and nothing is carried out twice.
@Suite("Idempotency at the door")
struct IdempotencyRecordsTests {
    private static let start = TestConsortium.createdAt
    private let suite = CryptoSuiteIdentifier.p256.suite

    private func key(_ header: String, _ member: String = "market/client/a") throws -> RequestKey {
        let member = try #require(MemberName(member))
        return try RequestKey(
            header, of: Principal(kind: .member(member), department: member.department, entitlements: []), suite: suite)
    }

    private func request(_ body: String = "") -> Digest {
        RequestKey.digest(method: "POST", path: "/", body: Array(body.utf8), suite: suite)
    }

    private func response(_ body: String = "{}") -> IdempotencyRecords.Response {
        IdempotencyRecords.Response(status: 201, contentType: "application/json", body: Array(body.utf8))
    }

    @Test func aRequestIsCarriedOutOnceAndAnsweredAgain() throws {
        var records = IdempotencyRecords()
        let key = try key("1")
        #expect(records.begin(key, request: request(), at: Self.start) == .proceed)
        #expect(records.begin(key, request: request(), at: Self.start) == .underWay)
        records.finish(key, with: response())
        #expect(records.begin(key, request: request(), at: Self.start) == .replay(response()))
        #expect(records.begin(key, request: request("other"), at: Self.start) == .reused)
        #expect(records.begin(try self.key("1", "market/client/b"), request: request(), at: Self.start) == .proceed)
        #expect(records.begin(key, request: request(), at: Self.start.advanced(by: .seconds(86_400))) == .proceed)
    }

    @Test func whatHasComeToNothingMayBeMadeAgain() throws {
        var records = IdempotencyRecords()
        let key = try key("1")
        #expect(records.begin(key, request: request(), at: Self.start) == .proceed)
        records.abandon(key)
        #expect(records.begin(key, request: request("other"), at: Self.start) == .proceed)
        records.finish(key, with: response())
        records.abandon(key)
        #expect(records.begin(key, request: request("other"), at: Self.start) == .replay(response()))
    }

    @Test func whatIsUnderWayIsNeverPushedOut() throws {
        var records = IdempotencyRecords(capacity: 3)
        for number in 0..<3 {
            #expect(records.begin(try key("\(number)"), request: request(), at: Self.start) == .proceed)
        }
        #expect(records.begin(try key("3"), request: request(), at: Self.start) == .full)
        records.finish(try key("1"), with: response())
        #expect(records.begin(try key("3"), request: request(), at: Self.start) == .proceed)
        #expect(records.begin(try key("0"), request: request(), at: Self.start) == .underWay)
        #expect(records.count == 3)
    }

    @Test func responsesTakeNoMoreRoomThanTheyMay() throws {
        var records = IdempotencyRecords(byteCapacity: 100)
        for number in 0..<20 {
            let key = try key("\(number)")
            #expect(records.begin(key, request: request(), at: Self.start) == .proceed)
            records.finish(key, with: response(String(repeating: "a", count: 30)))
            #expect(records.byteCount <= 100)
        }
        #expect(records.count == 3)
        let long = IdempotencyRecords.Response(
            status: 200, contentType: "a", body: [UInt8](repeating: 0, count: AccessLimits.idempotencyResponseBytes + 1)
        )
        #expect(long.body == nil && long.status == 200)
    }

    /// Compares with the plainest record that there could be, which forgets nothing.
    @Test(arguments: 0..<20)
    func noHistoryCarriesARequestOutTwice(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var records = IdempotencyRecords(capacity: 8, byteCapacity: 1_000)
        let keys = try (0..<12).map { try key("\($0)") }
        var underWay: Set<RequestKey> = []
        for _ in 0..<2_000 {
            let key = keys[Int.random(in: keys.indices, using: &generator)]
            let body = Bool.random(using: &generator) ? "a" : "b"
            if underWay.contains(key), Bool.random(using: &generator) {
                if Bool.random(using: &generator) {
                    records.finish(key, with: response())
                } else {
                    records.abandon(key)
                }
                underWay.remove(key)
                continue
            }
            let decision = records.begin(key, request: request(body), at: Self.start)
            #expect(records.count <= 8)
            if decision == .proceed { #expect(underWay.insert(key).inserted, "seed \(seed)") }
            if underWay.contains(key), decision != .proceed {
                #expect([.underWay, .reused].contains(decision), "seed \(seed)")
            }
        }
    }

    @Test func theLedgersKeyIsMadeOfCallerAndHeader() throws {
        #expect(try key("1").ledgerKey == key("1").ledgerKey)
        #expect(try key("1").ledgerKey != key("2").ledgerKey)
        #expect(try key("1").ledgerKey != key("1", "market/client/b").ledgerKey)
    }
}
