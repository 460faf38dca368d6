import LoadGeneration
import Testing

@Suite("Latency histogram")
struct LatencyHistogramTests {
    @Test func nothingHasNoPercentile() {
        #expect(LatencyHistogram().percentile(permille: 500) == nil)
        #expect(LatencyHistogram().maximum == nil)
    }

    @Test func shortLatenciesAreExact() {
        var histogram = LatencyHistogram()
        for microseconds in 1...100 { histogram.record(.microseconds(microseconds)) }
        #expect(histogram.percentile(permille: 1) == .microseconds(1))
        #expect(histogram.percentile(permille: 500) == .microseconds(50))
        #expect(histogram.percentile(permille: 990) == .microseconds(99))
        #expect(histogram.percentile(permille: 999) == .microseconds(100))
        #expect(histogram.percentile(permille: 1_000) == .microseconds(100))
    }

    @Test(arguments: [255, 256, 257, 511, 512, 1_000, 65_535, 65_536, 1_234_567, 59_999_999, 86_400_000_000])
    func everyLatencyIsRightToWithinOnePercent(microseconds: Int) throws {
        var histogram = LatencyHistogram()
        histogram.record(.microseconds(microseconds))
        // A longer one besides, for the longest is always exact.
        histogram.record(.microseconds(microseconds * 2))
        let found = try #require(histogram.percentile(permille: 500))
        #expect(found >= .microseconds(microseconds))
        #expect(found <= .microseconds(microseconds + microseconds * 8 / 1_000))
        #expect(histogram.maximum == .microseconds(microseconds * 2))
    }

    @Test func largerLatenciesNeverFallIntoSmallerBuckets() throws {
        var last = Duration.zero
        for microseconds in stride(from: 1, to: 200_000, by: 37) {
            var histogram = LatencyHistogram()
            histogram.record(.microseconds(microseconds))
            histogram.record(.seconds(1_000))
            let found = try #require(histogram.percentile(permille: 500))
            #expect(found >= last)
            last = found
        }
    }

    @Test func whatNoClockShouldTellIsHeldWithinTheScale() {
        var histogram = LatencyHistogram()
        histogram.record(.seconds(-1))
        histogram.record(.seconds(Int64.max))
        #expect(histogram.count == 2)
        #expect(histogram.percentile(permille: 500) == .zero)
    }

    @Test func mergingIsTheSameAsRecordingAllInOne() {
        var (left, right, whole) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for number in 1...3_000 {
            let latency = Duration.microseconds(number * number % 70_001)
            if number.isMultiple(of: 3) { left.record(latency) } else { right.record(latency) }
            whole.record(latency)
        }
        left.merge(right)
        #expect(left.count == whole.count)
        for permille: UInt64 in [1, 250, 500, 900, 990, 999, 1_000] {
            #expect(left.percentile(permille: permille) == whole.percentile(permille: permille))
        }
    }
}
