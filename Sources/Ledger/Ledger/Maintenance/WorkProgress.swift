/// How far something is that takes its time.
public struct WorkProgress: Sendable, Hashable {
    public let done: UInt64
    public let total: UInt64

    public init(done: UInt64, total: UInt64) {
        self.done = done
        self.total = total
    }
}
