import Foundation
import Identity
import Testing

@Suite("Timestamps")
struct TimestampTests {
    private let now = Timestamp(milliseconds: 1_795_248_000_123)
    private let end = Timestamp(milliseconds: .max)

    @Test func timeDoesNotBeginBeforeZero() {
        #expect(Timestamp(milliseconds: -1).milliseconds == 0)
        #expect(Timestamp(milliseconds: .min).milliseconds == 0)
        #expect(Timestamp(Date(timeIntervalSince1970: -5)).milliseconds == 0)
    }

    @Test func advancingAddsWholeMilliseconds() {
        #expect(now.advanced(by: .milliseconds(877)).milliseconds == 1_795_248_001_000)
        #expect(now.advanced(by: .microseconds(1_999)).milliseconds == now.milliseconds + 1)
        #expect(now.advanced(by: .seconds(-1)).milliseconds == now.milliseconds - 1_000)
        #expect(now.advanced(by: .milliseconds(-1_500)).milliseconds == now.milliseconds - 1_500)
        #expect(now.advanced(by: .zero) == now)
    }

    @Test func advancingStopsAtBothEndsOfTime() {
        #expect(end.advanced(by: .milliseconds(1)) == end)
        #expect(end.advanced(by: .seconds(-1)).milliseconds == .max - 1_000)
        #expect(now.advanced(by: .seconds(Int64.max)) == end)
        #expect(now.advanced(by: .seconds(Int64.min)).milliseconds == 0)
        #expect(now.advanced(by: .seconds(-1_795_248_001)).milliseconds == 0)
        // Here the seconds in milliseconds fit, and only with the fraction do they not.
        let longest = Duration.seconds(Int64.max / 1_000) + .milliseconds(999)
        #expect(now.advanced(by: longest) == end)
        #expect(now.advanced(by: .zero - longest).milliseconds == 0)
    }

    @Test func differencesHaveASign() {
        #expect(now.advanced(by: .milliseconds(1_500)).since(now) == .milliseconds(1_500))
        #expect(now.since(now.advanced(by: .seconds(2))) == .seconds(-2))
    }

    @Test func datesKeepMilliseconds() {
        #expect(Timestamp(now.date) == now)
        #expect(Timestamp(Date(timeIntervalSince1970: 12.3456)).milliseconds == 12_345)
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<1_000 {
            let time = Timestamp(milliseconds: Int64.random(in: 0...253_402_300_799_999, using: &generator))
            #expect(abs(Timestamp(time.date).milliseconds - time.milliseconds) <= 1, "seed 4")
        }
    }

    @Test func textIsOfTheSecondInUTC() {
        #expect(now.description == "2026-11-21T08:00:00Z")
        #expect(Timestamp(milliseconds: 0).description == "1970-01-01T00:00:00Z")
        #expect(Timestamp(milliseconds: 951_782_400_000).description == "2000-02-29T00:00:00Z")
        #expect(Timestamp(milliseconds: 4_102_444_800_000).description == "2100-01-01T00:00:00Z")
    }

    @Test func theEndOfTimeHasATextToo() {
        // A hostile header may state it, and what is wrong with it goes into a log.
        #expect(!end.description.isEmpty)
        #expect(Timestamp(end.date) == end)
        #expect(Timestamp(Date.distantPast).milliseconds == 0)
        #expect(Timestamp(Date(timeIntervalSince1970: .infinity)) == end)
    }

    @Test func timesComeBackFromJSONAsNumbers() throws {
        let json = try JSONEncoder().encode([now])
        #expect(String(decoding: json, as: UTF8.self) == "[1795248000123]")
        #expect(try JSONDecoder().decode([Timestamp].self, from: json) == [now])
    }
}
