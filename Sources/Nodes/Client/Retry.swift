import Formats
import Identity

/// How long and how often something is tried again that a network or a busy node has stood in the way of.
public struct Retry: Sendable {
    /// From the first attempt to the last. A node that is restarted, or a view that changes, takes seconds.
    public var patience: Duration
    /// Between the first two attempts; each pause after it is twice as long.
    public var firstPause: Duration
    public var longestPause: Duration
    private let clock: any Clock<Duration>

    public init(
        patience: Duration = .seconds(60),
        firstPause: Duration = .milliseconds(100),
        longestPause: Duration = .seconds(2),
        clock: any Clock<Duration> = .continuous
    ) {
        self.patience = patience
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.clock = clock
    }

    /// Does `body` until it succeeds, throws something that another attempt would not change, or patience ends.
    /// - Throws: what the last attempt threw.
    public func run<Value: Sendable>(
        while isPassing: (any Error) -> Bool = Self.isPassing,
        _ body: () async throws -> Value
    ) async throws -> Value {
        try await run(on: clock, while: isPassing, body)
    }

    private func run<Value: Sendable>(
        on clock: some Clock<Duration>,
        while isPassing: (any Error) -> Bool,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let deadline = clock.now.advanced(by: patience)
        var pause = firstPause
        while true {
            do {
                return try await body()
            } catch {
                let next = clock.now.advanced(by: pause)
                guard !Task.isCancelled, isPassing(error), next <= deadline else { throw error }
                try await clock.sleep(until: next, tolerance: nil)
                pause = min(pause * 2, longestPause)
            }
        }
    }

    /// Whether `error` may be gone in a moment. A node's own answer is final unless it says that it is busy or late;
    /// what is no answer of a node comes from the way to it.
    public static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case let error as NodeError: [.notInTime, .overloaded, .unavailable].contains(error.code)
        case let error as LedgerClientError: error.code == .unreachable
        case let error as LedgerClientError: error.code != .refused
        case is CancellationError, is FormatError, is IdentityError: false
        default: true
        }
    }
}
