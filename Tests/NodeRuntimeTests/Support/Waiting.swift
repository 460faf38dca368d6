import Testing

/// Waits until `condition` holds, and records an issue where it does not in time.
///
/// What a running network promises comes about at some moment; this is the one place where tests wait for it.
func eventually(
    within patience: Duration = .seconds(20),
    _ promise: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: patience)
    while try await !condition() {
        guard clock.now < deadline else {
            Issue.record(promise, sourceLocation: sourceLocation)
            return
        }
        try await clock.sleep(for: .milliseconds(20))
    }
}

/// Watches for a while that `condition` goes on to hold.
func continually(
    for duration: Duration,
    _ promise: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: duration)
    while clock.now < deadline {
        guard try await condition() else {
            Issue.record(promise, sourceLocation: sourceLocation)
            return
        }
        try await clock.sleep(for: .milliseconds(100))
    }
}

/// The error that `body` throws; an issue where it throws nothing or one of another kind.
func thrown<Failure: Error>(
    _ type: Failure.Type,
    sourceLocation: SourceLocation = #_sourceLocation,
    by body: () async throws -> some Any
) async -> Failure? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as Failure {
        return error
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}
