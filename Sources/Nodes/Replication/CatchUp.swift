import DequeModule
import Formats
import Identity
import Ledger

/// Which final blocks are asked of whom while a member is behind: several members at once, in ranges that wait for
/// those before them. A value without I/O.
///
/// Each range proves by a finalization of its own that it is final, whoever gave it; whether it stands on the block
/// before shows when its turn comes. A member whose blocks do not hold is not asked again for a while, and costs the
/// others one range.
struct CatchUp: Sendable {
    /// Consecutive blocks that are wanted as one.
    private struct Stripe: Sendable {
        enum Stage: Sendable {
            case waiting
            case requested(RangeRequest)
            case received([FinalizedBlock], from: MemberName)
        }

        let first: Height
        let count: Int
        var stage = Stage.waiting

        func isAwaiting(_ request: RangeRequest) -> Bool {
            if case .requested(let awaited) = stage { awaited.number == request.number } else { false }
        }
    }

    /// What is known of a member that may be asked.
    private struct Source: Sendable {
        /// The height that it has told.
        var height = Height.zero
        /// Not asked before then.
        var silentUntil = Duration.zero
        /// When it was asked last, by number: the one that rested longest is next.
        var lastNumber: UInt64 = 0
    }

    private var stripes: Deque<Stripe> = []
    private var sources: [MemberName: Source] = [:]
    /// Members that are ahead, as what they say shows: they are asked first.
    private var preferred: Set<MemberName> = []
    private var nextNumber: UInt64 = 1
    /// The first height that is not in any stripe.
    private var cursor = Height.zero

    init() {}

    /// Whether anything is under way or waits for its turn.
    var isActive: Bool { !stripes.isEmpty }

    /// Whether a member is known to be ahead that has not been asked since.
    var hasNews: Bool { !preferred.isEmpty }

    /// A member is ahead, it seems: it may have more blocks than when it was asked last.
    mutating func notice(_ member: MemberName) {
        preferred.insert(member)
    }

    /// What to ask now.
    /// - Parameters:
    ///   - tip: the newest final block here.
    ///   - members: who may be asked, in a fixed order.
    ///   - schedule: who validates above the last executed block.
    mutating func requests(
        after tip: Height,
        of members: [MemberName],
        under schedule: ValidatorSchedule,
        at now: Duration
    ) -> [RangeRequest] {
        forget(through: tip)
        sources = sources.filter { members.contains($0.key) }
        preferred.formIntersection(members)
        var requests: [RangeRequest] = []
        for position in stripes.indices {
            guard case .waiting = stripes[position].stage,
                let request = request(stripes[position].first, stripes[position].count, of: members, schedule, at: now)
            else { continue }
            stripes[position].stage = .requested(request)
            requests.append(request)
        }
        // What nobody seems to have is asked for anew when somebody may: nobody waits for it meanwhile.
        shrink()
        // One range tells how far its giver is; then several are asked for at once.
        while stripes.count < ReplicaLimits.rangesAhead {
            let count = ReplicaLimits.rangeCount
            guard let request = request(cursor, count, of: members, schedule, at: now) else { break }
            stripes.append(Stripe(first: cursor, count: count, stage: .requested(request)))
            cursor = cursor.advanced(by: UInt64(count))
            requests.append(request)
        }
        return requests
    }

    /// Final blocks may have come here in another way.
    private mutating func forget(through tip: Height) {
        while let stripe = stripes.first, stripe.first.advanced(by: UInt64(stripe.count)) <= tip.next {
            stripes.removeFirst()
        }
        // What is here already must not be asked for again: it may be of an epoch that is over, whose validators nobody
        // needs any more, and an honest answer would look like a forged one.
        if let stripe = stripes.first, case .waiting = stripe.stage, stripe.first <= tip {
            let end = stripe.first.advanced(by: UInt64(stripe.count))
            stripes[0] = Stripe(first: tip.next, count: Int(end.rawValue - tip.next.rawValue))
        }
        cursor = max(cursor, tip.next)
        if stripes.isEmpty { cursor = tip.next }
    }

    private mutating func request(
        _ first: Height,
        _ count: Int,
        of members: [MemberName],
        _ schedule: ValidatorSchedule,
        at now: Duration
    ) -> RangeRequest? {
        let busy = stripes.compactMap { stripe -> MemberName? in
            if case .requested(let request) = stripe.stage { request.peer } else { nil }
        }
        // What comes next may be asked of anybody, because anybody may have it by now; what comes later, of those who
        // have told that they have it.
        let isNext = stripes.first.map { $0.first == first } ?? true
        let candidates = members.filter { member in
            let source = sources[member] ?? Source()
            return (isNext || source.height >= first) && source.silentUntil <= now && !busy.contains(member)
        }
        let choice = candidates.min { rank(of: $0) < rank(of: $1) }
        guard let peer = choice else { return nil }
        defer { nextNumber += 1 }
        sources[peer, default: Source()].lastNumber = nextNumber
        return RangeRequest(first: first, count: count, peer: peer, number: nextNumber, schedule: schedule)
    }

    private func rank(of member: MemberName) -> (Int, UInt64) {
        (preferred.contains(member) ? 0 : 1, sources[member]?.lastNumber ?? 0)
    }

    /// Takes the answer to a request. One that nobody waits for any more changes nothing.
    mutating func finish(_ request: RangeRequest, _ answer: RangeAnswer, at now: Duration) {
        switch answer {
        case .blocks(_, let height):
            sources[request.peer, default: Source()].height = height
            preferred.remove(request.peer)
        case .malformed:
            drop(request.peer, at: now)
        case .nothing, .failed, .pruned, .laterEpoch:
            sources[request.peer, default: Source()].silentUntil = now + ReplicaLimits.catchUpDelay
            preferred.remove(request.peer)
        }
        guard let position = stripes.firstIndex(where: { $0.isAwaiting(request) }) else { return }
        guard case .blocks(let blocks, _) = answer, let last = blocks.last else {
            stripes[position].stage = .waiting
            shrink()
            return
        }
        let stripe = stripes[position]
        let rest = stripe.count - blocks.count
        stripes[position] = Stripe(
            first: stripe.first, count: blocks.count, stage: .received(blocks, from: request.peer))
        if rest > 0 {
            stripes.insert(Stripe(first: last.header.height.next, count: rest), at: position + 1)
        }
    }

    /// Nobody may have what a waiting stripe at the end wants: it is asked for anew when somebody says so.
    private mutating func shrink() {
        while let last = stripes.last, case .waiting = last.stage {
            cursor = last.first
            stripes.removeLast()
        }
    }

    /// The blocks that come next, if they are here; and whether they stand on the newest final block.
    /// - Returns: `nil` where the next blocks are not here. The member is the one that gave them.
    mutating func next(after tip: ParentBlock) -> (blocks: [FinalizedBlock], from: MemberName)? {
        forget(through: tip.height)
        guard let stripe = stripes.first, case .received(let blocks, let member) = stripe.stage else { return nil }
        stripes.removeFirst()
        return (blocks.filter { $0.header.height > tip.height }, member)
    }

    /// A member gave blocks that do not hold.
    mutating func drop(_ member: MemberName, at now: Duration) {
        sources[member, default: Source()].silentUntil = now + ReplicaLimits.peerPenalty
        preferred.remove(member)
    }

    /// Forgets what was asked for and received: it begins anew after the newest final block.
    mutating func restart() {
        stripes = []
    }
}
