import Identity
import LedgerTestKit
import Nodes
import Synchronization

/// A clock that stands until the test moves it.
final class HeldClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp = TestConsortium.createdAt) { self.time = Mutex(time) }

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
}
