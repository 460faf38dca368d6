/// Word from one part of a node to another that something has happened. Where it has not been heard yet, the newest
/// word stands for all: at most one is kept.
package struct Signal<Word: Sendable>: Sendable {
    package let stream: AsyncStream<Word>
    private let continuation: AsyncStream<Word>.Continuation

    package init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    @Sendable package func send(_ word: Word) {
        continuation.yield(word)
    }
}
