import Synchronization

/// Places for event streams, of which there is a most.
final class StreamSeats: Sendable {
    /// One place; it is free again once nobody has this any more.
    final class Seat: Sendable {
        private let seats: StreamSeats

        fileprivate init(_ seats: StreamSeats) { self.seats = seats }

        deinit { seats.taken.withLock { $0 -= 1 } }
    }

    private let limit: Int
    private let taken = Mutex(0)

    init(limit: Int = GatewayLimits.streamCount) { self.limit = limit }

    /// How many are taken.
    var count: Int { taken.withLock(\.self) }

    /// - Returns: `nil` where all are taken.
    func take() -> Seat? {
        let isFree = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        return isFree ? Seat(self) : nil
    }
}
