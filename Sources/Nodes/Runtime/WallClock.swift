import Foundation
public import Identity

/// What time it is, handed in wherever time matters, so that tests and the simulator hand in another.
public protocol WallClock: Sendable {
    var now: Timestamp { get }
}

/// The system's clock. Ledger logic never reads it: it has the timestamps of blocks.
public struct SystemWallClock: WallClock {
    public init() {}

    public var now: Timestamp { Timestamp(Date()) }
}
