import Gateway
import Testing

@Suite("Deadlines of requests")
struct DeadlinesTests {
    private let deadlines = Deadlines()
    private let late = Problem(.notInTime, "late")

    /// Waits for ever, until it is cancelled.
    private static let waiting: @Sendable () async throws -> Int = {
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
    }

    private func begun(_ count: Int = 1) async {
        while deadlines.count < count { await Task.yield() }
    }

    @Test("What is done in time gives its value, and nothing is left of it")
    func inTime() async throws {
        let value = try await deadlines.within(.seconds(1), expired: late) { 7 }
        #expect(value == 7)
        #expect(deadlines.count == 0)
    }

    @Test("What fails in time fails with its own error")
    func failing() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) {
            try await deadlines.within(.seconds(1), expired: late) { throw Failure() }
        }
        #expect(deadlines.count == 0)
    }

    @Test("What is late is cancelled, and its caller is told so")
    func overdue() async throws {
        let task = Task { try await deadlines.within(.seconds(3), expired: late, Self.waiting) }
        await begun()
        // The second that is under way does not count.
        for _ in 0..<3 { deadlines.advance() }
        #expect(deadlines.count == 1)
        deadlines.advance()
        await #expect(throws: Problem.self) { try await task.value }
        #expect(deadlines.count == 0)
    }

    @Test("Each has its own deadline")
    func several() async throws {
        let short = Task { try await deadlines.within(.seconds(1), expired: late, Self.waiting) }
        let long = Task { try await deadlines.within(.seconds(60), expired: late, Self.waiting) }
        await begun(2)
        deadlines.advance()
        deadlines.advance()
        await #expect(throws: Problem.self) { try await short.value }
        #expect(deadlines.count == 1)
        long.cancel()
        await #expect(throws: CancellationError.self) { try await long.value }
    }

    @Test("A caller that gives up takes its work with it")
    func givingUp() async throws {
        let task = Task { try await deadlines.within(.seconds(60), expired: late, Self.waiting) }
        await begun()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(deadlines.count == 0)
    }
}
