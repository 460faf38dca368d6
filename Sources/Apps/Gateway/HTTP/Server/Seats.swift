import Synchronization

/// Places for something that is costly while it lasts, of which there is a most: event streams, proofs.
final class Seats: Sendable {
    /// One place; it is free again once nobody has this any more.
    final class Seat: Sendable {
        private let seats: Seats

        fileprivate init(_ seats: Seats) { self.seats = seats }

        deinit { seats.taken.withLock { $0 -= 1 } }
    }

    private let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

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

    /// A place for something that waits for none.
    /// - Throws: ``Problem`` with code `overloaded` where all are taken.
    func seat(for what: String) throws(Problem) -> Seat {
        guard let seat = take() else {
            throw Problem(.overloaded, "\(limit) \(what) are under way: come again in a moment").with {
                $0.retryAfter = 5
            }
        }
        return seat
    }
}
