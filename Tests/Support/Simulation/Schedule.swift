import Consensus
import Formats
import HeapModule
import Identity
import Ledger
import Replication

/// What one machine sends to another, or a client to a node.
enum Parcel {
    case message(ConsensusMessage)
    /// A message as it is on the wire.
    case encodedMessage([UInt8])
    case offer([[UInt8]])
    case blockRequest(Digest, number: Int)
    case block([UInt8]?, number: Int)
    case rangeRequest(first: Height, count: Int, number: Int)
    case range(RangeReply, number: Int)
    case submission(EncodedTransaction, client: Int)
    case outcome(Outcome, client: Int)

    /// DER of a range, and where its giver stands.
    struct RangeReply {
        let bytes: [UInt8]?
        let height: Height
        let isPruned: Bool
    }
}

/// What lies in the future of a simulation, in the order of its time.
struct Schedule {
    enum Occurrence {
        case parcel(Parcel, from: Int, to: Int)
        case event(ReplicaEvent, node: Int, life: Int)
        case timer(ReplicaTimer, node: Int, life: Int, generation: Int)
        case examination(Proposal, node: Int, life: Int)
        case execution([FinalizedBlock], node: Int, life: Int)
        case deadline(request: Int, node: Int, life: Int)
        case reachability(of: Int, at: Int)
        case restart(Int)
        case thaw(Int)
        case client(Int)
        case membership
    }

    private struct Entry: Comparable {
        let time: Duration
        let order: Int
        let slot: Int

        static func == (left: Self, right: Self) -> Bool { left.order == right.order }
        static func < (left: Self, right: Self) -> Bool {
            left.time != right.time ? left.time < right.time : left.order < right.order
        }
    }

    private var heap = Heap<Entry>()
    private var order = 0
    /// The occurrences themselves: the heap moves small entries only.
    private var slots: [Occurrence?] = []
    private var freeSlots: [Int] = []

    var count: Int { heap.count }

    mutating func add(_ occurrence: Occurrence, at time: Duration) {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            slots[free] = occurrence
        } else {
            slot = slots.count
            slots.append(occurrence)
        }
        heap.insert(Entry(time: time, order: order, slot: slot))
        order += 1
    }

    /// The next occurrence that is due by `end`.
    mutating func next(by end: Duration) -> (time: Duration, occurrence: Occurrence)? {
        guard let first = heap.min, first.time <= end else { return nil }
        heap.removeMin()
        freeSlots.append(first.slot)
        guard let occurrence = slots[first.slot].take() else {
            preconditionFailure("a slot holds what was put there until it is taken")
        }
        return (first.time, occurrence)
    }
}
