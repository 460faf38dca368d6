import NIOCore
import Synchronization

/// The calls under way on one inbound connection, and the answers that wait to be written.
///
/// Every call that was begun is answered here once; closing cancels what still runs.
final class InboundCalls: Sendable {
    enum Admission {
        case admitted
        /// The caller has used the number of a call that is under way.
        case duplicate
        /// The caller has more calls under way, or answers unread, than it was allowed.
        case overloaded
    }

    private struct State {
        /// `nil` for the moment between a call's beginning and its task's creation.
        var tasks: [CallNumber: Task<Void, Never>?] = [:]
        var answers: [ByteBuffer] = []
        var answerBytes = 0
        var isAwake = false
        var isClosed = false
    }

    private let maximumCalls: Int
    private let maximumAnswerBytes: Int
    private let state = Mutex(State())
    /// Tells the connection's event loop that there are answers.
    private let wake: @Sendable () -> Void

    init(maximumCalls: Int, maximumAnswerBytes: Int, wake: @escaping @Sendable () -> Void) {
        self.maximumCalls = maximumCalls
        self.maximumAnswerBytes = maximumAnswerBytes
        self.wake = wake
    }

    /// Begins a call; where it is admitted, `answer` runs as its own task and its frame is written.
    func begin(_ number: CallNumber, answer: @escaping @Sendable () async -> Frame) -> Admission {
        let admission: Admission = state.withLock { state in
            guard state.tasks[number] == nil else { return .duplicate }
            guard !state.isClosed, state.tasks.count < maximumCalls, state.answerBytes <= maximumAnswerBytes else {
                return .overloaded
            }
            state.tasks[number] = .some(nil)
            return .admitted
        }
        guard case .admitted = admission else { return admission }
        let task = Task { self.finish(number, FrameWriter.bytes(of: await answer())) }
        state.withLock { state in
            // A short call may have ended already.
            if state.tasks[number] != nil { state.tasks[number] = .some(task) }
        }
        return .admitted
    }

    /// Answers without beginning.
    func refuse(_ number: CallNumber, _ error: ClusterError) {
        enqueue(FrameWriter.bytes(of: .failure(number, Dispatcher.refusal(error))), ending: nil)
    }

    func cancel(_ number: CallNumber) {
        let task = state.withLock { $0.tasks[number] }
        if let task { task?.cancel() }
    }

    /// About `maximumBytes` of answers to write; none lets the event loop sleep until the next one.
    func nextAnswers(maximumBytes: Int) -> [ByteBuffer] {
        state.withLock { state in
            var count = 0
            var bytes = 0
            while count < state.answers.count, bytes < maximumBytes {
                bytes += state.answers[count].readableBytes
                count += 1
            }
            let next = Array(state.answers.prefix(count))
            state.answers.removeFirst(count)
            state.answerBytes -= bytes
            state.isAwake = !next.isEmpty
            return next
        }
    }

    func close() {
        let tasks = state.withLock { state in
            state.isClosed = true
            state.answers = []
            state.answerBytes = 0
            return Array(state.tasks.values)
        }
        for task in tasks { task?.cancel() }
    }

    private func finish(_ number: CallNumber, _ answer: ByteBuffer) { enqueue(answer, ending: number) }

    private func enqueue(_ answer: ByteBuffer, ending number: CallNumber?) {
        let wakes = state.withLock { state in
            if let number { state.tasks[number] = nil }
            guard !state.isClosed else { return false }
            state.answers.append(answer)
            state.answerBytes += answer.readableBytes
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if wakes { wake() }
    }
}
