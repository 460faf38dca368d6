import DequeModule
import Synchronization

/// A queue of byte strings to one peer, bounded in bytes: where it is full, the oldest gives way. Whoever adds never
/// waits; one task takes.
package final class Outqueue: Sendable {
    private struct State {
        var elements: Deque<[UInt8]> = []
        var byteCount = 0
        var droppedCount: UInt64 = 0
        var isFinished = false
    }

    private let maximumBytes: Int
    private let state = Mutex(State())
    private let signal: AsyncStream<Void>
    private let signalContinuation: AsyncStream<Void>.Continuation

    package init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
        // One signal stands for any number of elements.
        (signal, signalContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func append(_ bytes: [UInt8]) { append([bytes]) }

    package func append(_ elements: [[UInt8]]) {
        let isFirst = state.withLock { state in
            guard !state.isFinished else { return false }
            let isFirst = state.elements.isEmpty
            state.elements.append(contentsOf: elements)
            state.byteCount += elements.reduce(0) { $0 + $1.count }
            while state.byteCount > maximumBytes, state.elements.count > 1, let oldest = state.elements.popFirst() {
                state.byteCount -= oldest.count
                state.droppedCount += 1
            }
            return isFirst
        }
        // Whoever takes, takes until nothing is left: one word is enough for all that comes before that.
        if isFirst { signalContinuation.yield() }
    }

    /// Takes nothing more; ``drain(batchBytes:_:)`` returns. What waits is dropped.
    package func finish() {
        state.withLock { state in
            state.isFinished = true
            state.elements = []
            state.byteCount = 0
        }
        signalContinuation.finish()
    }

    /// How many elements had to give way so far.
    package var droppedCount: UInt64 { state.withLock { $0.droppedCount } }

    /// Hands what comes to `send`, in order and in batches of at most `batchBytes` (or one element that is larger),
    /// until the task is cancelled or ``finish()`` is called.
    package func drain(batchBytes: Int, _ send: ([[UInt8]]) async -> Void) async {
        await sendAll(batchBytes, send)
        for await _ in signal {
            await sendAll(batchBytes, send)
        }
    }

    private func sendAll(_ batchBytes: Int, _ send: ([[UInt8]]) async -> Void) async {
        while !Task.isCancelled {
            let batch = takeBatch(batchBytes)
            guard !batch.isEmpty else { return }
            await send(batch)
        }
    }

    private func takeBatch(_ maximumBytes: Int) -> [[UInt8]] {
        state.withLock { state in
            var batch: [[UInt8]] = []
            var byteCount = 0
            while let next = state.elements.first, batch.isEmpty || byteCount + next.count <= maximumBytes {
                batch.append(next)
                byteCount += next.count
                state.elements.removeFirst()
            }
            state.byteCount -= byteCount
            return batch
        }
    }
}
