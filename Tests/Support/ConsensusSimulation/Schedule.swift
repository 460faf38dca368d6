import Consensus
import Formats
import HeapModule
import Identity

/// What lies in the future of a simulation, in the order of its time.
struct Schedule: Sendable {
    enum Occurrence: Sendable {
        case message(ConsensusMessage, from: ValidatorIndex, to: ValidatorIndex)
        case blockRequest(Digest, from: ValidatorIndex, to: ValidatorIndex)
        case blocks([SimulatedBlock], from: ValidatorIndex, to: ValidatorIndex)
        case timer(SimplexTimer, node: ValidatorIndex, life: Int, generation: Int)
        case event(SimplexEvent, node: ValidatorIndex, life: Int)
        case payload(ProposalRequest, node: ValidatorIndex, life: Int)
        case catchUp(node: ValidatorIndex, life: Int)
        case reachability(ValidatorIndex, from: ValidatorIndex)
        case item(UInt64, node: ValidatorIndex)
        case restart(node: ValidatorIndex)
    }

    private struct Entry: Comparable, Sendable {
        let time: Duration
        let order: Int
        let occurrence: Occurrence

        static func == (left: Self, right: Self) -> Bool { left.order == right.order }
        static func < (left: Self, right: Self) -> Bool { (left.time, left.order) < (right.time, right.order) }
    }

    private var heap = Heap<Entry>()
    private var order = 0

    mutating func add(_ occurrence: Occurrence, at time: Duration) {
        heap.insert(Entry(time: time, order: order, occurrence: occurrence))
        order += 1
    }

    var isEmpty: Bool { heap.isEmpty }

    /// The next occurrence that is due by `end`.
    mutating func next(by end: Duration) -> (time: Duration, occurrence: Occurrence)? {
        guard let first = heap.min, first.time <= end else { return nil }
        heap.removeMin()
        return (first.time, first.occurrence)
    }
}
