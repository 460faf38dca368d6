public import Identity
import Synchronization

/// What is revoked, as the node knows it now: for whoever lets members in besides the transport.
public final class RevocationBoard: Sendable {
    /// What is revoked, and which state of it that is: another number is another state.
    public struct Posting: Sendable {
        public let number: UInt64
        public let revocations: Revocations
    }

    private let posting: Mutex<Posting>

    package init(_ revocations: Revocations) { posting = Mutex(Posting(number: 0, revocations: revocations)) }

    public var current: Posting { posting.withLock(\.self) }

    /// The number alone, for whoever looks whether it is another one.
    public var number: UInt64 { posting.withLock(\.number) }

    package func post(_ revocations: Revocations) {
        posting.withLock { $0 = Posting(number: $0.number + 1, revocations: revocations) }
    }
}
