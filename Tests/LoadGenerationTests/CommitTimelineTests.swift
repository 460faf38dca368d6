import LoadGeneration
import Testing

@Suite("Commit timeline")
struct CommitTimelineTests {
    @Test func theLongestGapIsBetweenTwoCommits() {
        var timeline = CommitTimeline()
        for milliseconds in [100, 200, 1_700, 1_750, 2_000] { timeline.record(at: .milliseconds(milliseconds)) }
        timeline.close(at: .milliseconds(2_500))
        #expect(timeline.longestGap == .init(start: .milliseconds(200), end: .milliseconds(1_700)))
        #expect(timeline.commitsEachSecond == [2, 2, 1])
    }

    @Test func silenceAtEitherEndCounts() {
        var late = CommitTimeline()
        late.record(at: .seconds(3))
        #expect(late.longestGap == .init(start: .zero, end: .seconds(3)))
        late.close(at: .seconds(10))
        #expect(late.longestGap == .init(start: .seconds(3), end: .seconds(10)))
    }

    @Test func commitsThatAreToldOutOfOrderMakeNoGap() {
        var timeline = CommitTimeline()
        timeline.record(at: .milliseconds(500))
        timeline.record(at: .milliseconds(400))
        timeline.record(at: .milliseconds(600))
        #expect(timeline.longestGap.length == .milliseconds(500))
        #expect(timeline.commitsEachSecond == [3])
    }
}
