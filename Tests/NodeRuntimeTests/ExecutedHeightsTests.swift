import Formats
import Nodes
import Testing

/// Whoever waits for a block is woken by it.
@Suite("Waiting for the next block")
struct ExecutedHeightsTests {
    @Test func aWaitForWhatIsThereEndsAtOnce() async throws {
        let heights = ExecutedHeights(from: Height(rawValue: 3))
        #expect(try await heights.next(above: Height(rawValue: 2)) == Height(rawValue: 3))
    }

    @Test func everybodyWhoWaitsIsWokenByTheFirstBlockAbove() async throws {
        let heights = ExecutedHeights(from: .zero)
        try await withThrowingTaskGroup(of: Height.self) { group in
            for _ in 0..<10 { group.addTask { try await heights.next(above: .zero) } }
            heights.note(Height(rawValue: 1))
            for try await height in group { #expect(height >= Height(rawValue: 1)) }
        }
    }

    @Test func aWaitEndsWithItsTimeItsTaskOrItsNode() async throws {
        let heights = ExecutedHeights(from: .zero)
        let clock: any Clock<Duration> = ContinuousClock()
        #expect(try await heights.next(above: .zero, within: .milliseconds(1), on: clock) == nil)
        let task = Task { try await heights.next(above: .zero) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        heights.end(with: NodeError(.unavailable, "the node stops"))
        await #expect(throws: NodeError.self) { try await heights.next(above: .zero) }
    }
}
