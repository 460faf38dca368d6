import DequeModule
public import Formats
public import Identity
import OrderedCollections

/// Transactions that wait for a block: one lane per department, drained in turn by bytes (deficit round robin;
/// Shreedhar and Varghese, SIGCOMM 1995), so that a bulk import of one department cannot starve another's one urgent
/// case.
///
/// Every operation takes constant time for each transaction that it touches.
public struct Mempool: Sendable {
    /// A transaction as the mempool sees it: bytes with a name.
    public struct Entry: Hashable, Sendable {
        public let identifier: TransactionIdentifier
        /// The submitter's department: whose lane it waits in.
        public let department: DepartmentName
        public let lastValidHeight: Height
        /// DER of the ``Transaction``.
        public let bytes: [UInt8]

        public init(
            identifier: TransactionIdentifier,
            department: DepartmentName,
            lastValidHeight: Height,
            bytes: [UInt8]
        ) {
            self.identifier = identifier
            self.department = department
            self.lastValidHeight = lastValidHeight
            self.bytes = bytes
        }
    }

    /// A transaction's place in its lane: one that was removed and comes again has another.
    private struct Place: Hashable, Sendable {
        let ticket: UInt64
        let identifier: TransactionIdentifier
    }

    private struct Waiting: Sendable {
        let entry: Entry
        let ticket: UInt64
    }

    /// What one department has waiting.
    private struct Lane: Sendable {
        /// In the order of arrival. A removed transaction stays in line until it is at the head, or until most of the
        /// line is gone.
        var line: Deque<Place> = []
        var count = 0
        var byteCount = 0

        mutating func closeRanks(around waiting: [TransactionIdentifier: Waiting]) {
            while let first = line.first, waiting[first.identifier]?.ticket != first.ticket {
                line.removeFirst()
            }
            if line.count > 2 * count + 64 {
                line.removeAll { waiting[$0.identifier]?.ticket != $0.ticket }
            }
        }
    }

    private let limits: MempoolLimits
    private var waiting: [TransactionIdentifier: Waiting] = [:]
    /// In the order in which departments came: the order of turns. No lane is empty.
    private var lanes: OrderedDictionary<DepartmentName, Lane> = [:]
    private var expiries: [Height: Set<TransactionIdentifier>] = [:]
    private var expiredThrough: Height
    private var nextTicket: UInt64 = 0
    /// Which lane the next payload begins with.
    private var turn = 0

    /// - Parameter height: of the chain: what is valid up to here only is refused.
    public init(limits: MempoolLimits, height: Height = .zero) {
        self.limits = limits
        expiredThrough = height
    }

    public var count: Int { waiting.count }
    public var isEmpty: Bool { waiting.isEmpty }
    /// Bytes of all that waits.
    public var byteCount: Int { lanes.values.reduce(0) { $0 + $1.byteCount } }

    public func contains(_ identifier: TransactionIdentifier) -> Bool { waiting[identifier] != nil }

    public subscript(identifier: TransactionIdentifier) -> Entry? { waiting[identifier]?.entry }

    /// How many transactions of a department wait.
    public func count(of department: DepartmentName) -> Int { lanes[department]?.count ?? 0 }

    /// Adds a transaction to the end of its department's lane.
    /// - Throws: ``MempoolError``.
    public mutating func insert(_ entry: Entry) throws(MempoolError) {
        guard waiting[entry.identifier] == nil else {
            throw MempoolError(.duplicate, "the transaction \(entry.identifier) is waiting already")
        }
        guard entry.bytes.count <= limits.maximumTransactionBytes else {
            throw MempoolError(
                .tooLarge,
                "the transaction has \(entry.bytes.count) bytes; the channel allows \(limits.maximumTransactionBytes)"
            )
        }
        guard entry.lastValidHeight > expiredThrough else {
            throw MempoolError(
                .expired,
                "the transaction is valid up to height \(entry.lastValidHeight); the chain is at \(expiredThrough)"
            )
        }
        guard lanes[entry.department] != nil || lanes.count < limits.maximumLaneCount else {
            throw MempoolError(.tooManyLanes, "\(limits.maximumLaneCount) departments have transactions waiting")
        }
        let (count, byteCount) = lanes[entry.department].map { ($0.count, $0.byteCount) } ?? (0, 0)
        guard count < limits.maximumLaneEntries, byteCount + entry.bytes.count <= limits.maximumLaneBytes else {
            throw MempoolError(
                .laneFull,
                "\(count) transactions of \(entry.department) wait: more than blocks take; try again later"
            )
        }
        waiting[entry.identifier] = Waiting(entry: entry, ticket: nextTicket)
        lanes[entry.department, default: Lane()].line.append(
            Place(ticket: nextTicket, identifier: entry.identifier))
        lanes[entry.department]?.count += 1
        lanes[entry.department]?.byteCount += entry.bytes.count
        expiries[entry.lastValidHeight, default: []].insert(entry.identifier)
        nextTicket += 1
    }

    /// What the leader puts into its block. It stays in the mempool until it is final or expires.
    /// - Parameters:
    ///   - maximumBytes: of all transactions together.
    ///   - maximumCount: of transactions.
    ///   - excluded: what ancestors that are not final hold already.
    public mutating func nextPayload(
        maximumBytes: Int,
        maximumCount: Int,
        excluding excluded: Set<TransactionIdentifier> = []
    ) -> [Entry] {
        guard !lanes.isEmpty else { return [] }
        turn = (turn + 1) % lanes.count
        var draws = (0..<lanes.count).map { Draw(line: lanes.values[(turn + $0) % lanes.count].line) }
        // Whose turn it is may place the largest transaction at once: with many busy lanes it would wait for ever.
        draws[0].credit = limits.maximumTransactionBytes
        var payload: [Entry] = []
        var space = maximumBytes
        while draws.contains(where: { !$0.isExhausted }) {
            for index in draws.indices where !draws[index].isExhausted {
                draws[index].credit += MempoolLimits.turnBytes
                while payload.count < maximumCount, let entry = next(of: &draws[index], excluding: excluded) {
                    guard entry.bytes.count <= space else {
                        draws[index].isExhausted = true
                        break
                    }
                    guard entry.bytes.count <= draws[index].credit else { break }
                    draws[index].credit -= entry.bytes.count
                    draws[index].position += 1
                    space -= entry.bytes.count
                    payload.append(entry)
                }
                if payload.count == maximumCount { return payload }
            }
        }
        return payload
    }

    /// One lane's part in a payload.
    private struct Draw {
        let line: Deque<Place>
        var position = 0
        var credit = 0
        var isExhausted = false
    }

    /// The first transaction in line that is still here and not excluded; the draw is exhausted where there is none.
    private func next(of draw: inout Draw, excluding excluded: Set<TransactionIdentifier>) -> Entry? {
        while draw.position < draw.line.count {
            let place = draw.line[draw.position]
            if let candidate = waiting[place.identifier], candidate.ticket == place.ticket,
                !excluded.contains(place.identifier)
            {
                return candidate.entry
            }
            draw.position += 1
        }
        draw.isExhausted = true
        return nil
    }

    /// Takes out what a final block holds.
    public mutating func remove(included identifiers: some Sequence<TransactionIdentifier>) {
        for identifier in identifiers {
            remove(identifier)
        }
    }

    /// Takes out what no block above `height` may hold.
    /// - Returns: the expired transactions, in the order of their last valid height: whoever waits for them is told.
    public mutating func expire(through height: Height) -> [TransactionIdentifier] {
        var expired: [TransactionIdentifier] = []
        for due in expiries.keys.filter({ $0 <= height }).sorted() {
            let identifiers = expiries[due, default: []].sorted()
            remove(included: identifiers)
            expired += identifiers
        }
        expiredThrough = max(expiredThrough, height)
        return expired
    }

    private mutating func remove(_ identifier: TransactionIdentifier) {
        guard let entry = waiting.removeValue(forKey: identifier)?.entry else { return }
        expiries[entry.lastValidHeight]?.remove(identifier)
        if expiries[entry.lastValidHeight]?.isEmpty == true {
            expiries[entry.lastValidHeight] = nil
        }
        lanes[entry.department]?.count -= 1
        lanes[entry.department]?.byteCount -= entry.bytes.count
        if lanes[entry.department]?.count == 0 {
            lanes[entry.department] = nil
        } else {
            lanes[entry.department]?.closeRanks(around: waiting)
        }
    }
}
