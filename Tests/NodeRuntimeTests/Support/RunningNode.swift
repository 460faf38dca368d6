import Nodes
import Synchronization
import Testing

/// A node that runs in a task of its own, as it would in a process of its own.
final class RunningNode: Sendable {
    /// How long a node may take to stop: as long as a service manager waits before it kills.
    static let stopPatience = Duration.seconds(10)

    private let task: Task<Void, any Error>
    private let ending: Ending

    private final class Ending: Sendable {
        let failure = Mutex<(any Error)?>(nil)
    }

    init(_ node: Node) {
        let ending = Ending()
        self.ending = ending
        task = Task {
            do {
                try await node.run()
            } catch {
                ending.failure.withLock { $0 = error }
                throw error
            }
        }
    }

    /// The error with which the node has ended, if it has.
    var failure: (any Error)? { ending.failure.withLock { $0 } }

    /// Stops the node and waits until it has ended.
    /// - Throws: the error with which it has ended.
    func stop(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let start = ContinuousClock.now
        task.cancel()
        try await task.value
        let duration = ContinuousClock.now - start
        #expect(duration < Self.stopPatience, "stopping took \(duration)", sourceLocation: sourceLocation)
    }
}
