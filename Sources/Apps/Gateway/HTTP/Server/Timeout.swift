/// Does `body`, but not longer than `limit`: what is late is cancelled.
/// - Throws: `expired`, or what `body` throws.
func withTimeout<Value: Sendable>(
    _ limit: Duration, on clock: any Clock<Duration>, expired: Problem,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await clock.sleep(for: limit)
            throw expired
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { preconditionFailure("two tasks were added above") }
        return value
    }
}
