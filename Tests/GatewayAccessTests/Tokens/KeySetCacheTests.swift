import GatewayAccess
import Identity
import LedgerTestKit
import Testing

/// When key sets are fetched, used and dropped, to the second.
@Suite("Key sets that are kept")
struct KeySetCacheTests {
    private typealias Cache = KeySetCache<String, Int>

    private static let start = TestConsortium.createdAt

    private func address(_ number: Int = 0) -> PlatformAddress { AccessScene.address("https://id\(number).cn/jwks") }

    private func answer(_ cache: inout Cache, _ name: String, _ number: Int = 0, after seconds: Int) -> String {
        let now = Self.start.advanced(by: .seconds(seconds))
        return switch cache.lookup(name, at: address(number), now: now) {
        case .key(let key): "key \(key)"
        case .fetch: "fetch"
        case .wait: "wait"
        case .unknown(let wait): "unknown \(wait)"
        case .unavailable(let wait): "unavailable \(wait)"
        }
    }

    private func time(_ seconds: Int) -> Timestamp { Self.start.advanced(by: .seconds(seconds)) }

    @Test func oneFetchAtATimeAndAPauseAfterEach() {
        var cache = Cache()
        #expect(answer(&cache, "a", after: 0) == "fetch")
        #expect(answer(&cache, "a", after: 0) == "wait")
        #expect(answer(&cache, "b", after: 1) == "wait")
        cache.fetched(["a": 1], from: address(), at: time(1))
        #expect(answer(&cache, "a", after: 1) == "key 1")
        #expect(answer(&cache, "b", after: 1) == "unknown 29")
        #expect(answer(&cache, "b", after: 29) == "unknown 1")
        #expect(answer(&cache, "b", after: 30) == "fetch")
        #expect(answer(&cache, "a", after: 31) == "key 1", "what is known is used meanwhile")
        cache.failed(address(), at: time(32))
        #expect(answer(&cache, "b", after: 36) == "unknown 1")
        #expect(answer(&cache, "b", after: 37) == "fetch")
        cache.fetched(["b": 2], from: address(), at: time(37))
        #expect(answer(&cache, "b", after: 38) == "key 2")
        #expect(answer(&cache, "a", after: 38) == "unknown 29", "the set replaces the one before")
    }

    @Test func aSetIsAskedForAgainAfterTenMinutesAndDroppedAfterAnHour() {
        var cache = Cache()
        _ = answer(&cache, "a", after: 0)
        cache.fetched(["a": 1], from: address(), at: time(0))
        #expect(answer(&cache, "a", after: 599) == "key 1")
        #expect(answer(&cache, "a", after: 600) == "fetch")
        cache.failed(address(), at: time(600))
        #expect(answer(&cache, "a", after: 604) == "key 1")
        #expect(answer(&cache, "a", after: 605) == "fetch")
        cache.failed(address(), at: time(605))
        #expect(answer(&cache, "a", after: 3_599) == "fetch")
        cache.failed(address(), at: time(3_599))
        #expect(answer(&cache, "a", after: 3_600) == "unavailable 4")
    }

    @Test func aClockThatIsSetBackKeepsNobodyWaiting() {
        var cache = Cache()
        _ = answer(&cache, "a", after: 1_000)
        cache.failed(address(), at: time(1_000))
        #expect(answer(&cache, "a", after: 0) == "fetch")
    }

    @Test func thereAreNeverMoreSetsThanFit() {
        var cache = Cache(capacity: 2)
        for number in 0..<2 { #expect(answer(&cache, "a", number, after: number) == "fetch") }
        #expect(answer(&cache, "a", 2, after: 2) == "unavailable 1", "both are being fetched")
        cache.fetched(["a": 0], from: address(0), at: time(2))
        cache.fetched(["a": 1], from: address(1), at: time(2))
        #expect(answer(&cache, "a", 0, after: 3) == "key 0")
        #expect(answer(&cache, "a", 2, after: 4) == "fetch", "the one that was used longest ago goes")
        #expect(answer(&cache, "a", 0, after: 5) == "key 0")
        #expect(cache.count == 2)
    }
}
