import Formats
public import Identity

/// A block that is only what consensus and the checkers need: its place, and the items that it orders.
public struct SimulatedBlock: Hashable, Sendable {
    public let view: UInt64
    public let height: UInt64
    public let parentView: UInt64
    public let parent: Digest
    public let items: [UInt64]

    public init(view: UInt64, height: UInt64, parentView: UInt64, parent: Digest, items: [UInt64]) {
        self.view = view
        self.height = height
        self.parentView = parentView
        self.parent = parent
        self.items = items
    }

    /// Reads the bytes of a block; `nil` where they are none.
    public init?(bytes: [UInt8]) {
        guard bytes.count >= 56, bytes.count % 8 == 0, let parent = Digest(bytes[0..<32]) else { return nil }
        let numbers = stride(from: 32, to: bytes.count, by: 8).map { start in
            bytes[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        self.init(
            view: numbers[0], height: numbers[1], parentView: numbers[2], parent: parent,
            items: Array(numbers.dropFirst(3)))
    }

    public var bytes: [UInt8] {
        let numbers = [view, height, parentView] + items
        return parent.bytes
            + numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
    }

    public var digest: Digest { P256Suite().digest(of: bytes) }
}
