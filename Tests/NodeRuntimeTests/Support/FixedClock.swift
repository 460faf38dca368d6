import Identity
import Nodes

/// A clock that stands still.
struct FixedClock: WallClock {
    let now: Timestamp
}
