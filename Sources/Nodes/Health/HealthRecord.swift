import ClusterTransport
import Consensus
import Formats
import Identity
import Replication

/// Since when things are as they are: what a look at the present cannot tell. Times are since the node's start.
struct HealthRecord: Sendable {
    /// Most members and reasons that refusals are told apart by: strangers can be refused without end.
    static let maximumRefusalCount = 64

    private struct RefusalKey: Hashable {
        let member: MemberName?
        let reason: String
    }

    private struct Presence {
        var isReachable: Bool
        var since: Duration
    }

    private var place: (epoch: Epoch, view: View)?
    private var enteredView = Duration.zero
    private var height: Height?
    private var committed = Duration.zero
    private var presences: [MemberName: Presence] = [:]
    private var refusals: [RefusalKey: (count: Int, last: Duration)] = [:]

    /// What has changed since the last look: for metrics.
    struct Change {
        /// Whether the view is another one than before.
        var hasNewView = false
    }

    /// Takes a look.
    mutating func note(_ standing: Replica.Standing, height: Height, at time: Duration) -> Change {
        var change = Change()
        if let view = standing.diagnosis?.view, place.map({ $0 != (standing.epoch, view) }) ?? true {
            change.hasNewView = place != nil
            place = (standing.epoch, view)
            enteredView = time
        }
        if self.height != height {
            committed = time
            self.height = height
        }
        for member in standing.validators {
            let isReachable = standing.reachable.contains(member)
            if presences[member]?.isReachable != isReachable {
                presences[member] = Presence(isReachable: isReachable, since: time)
            }
        }
        let members = Set(standing.validators)
        presences = presences.filter { members.contains($0.key) }
        return change
    }

    mutating func note(_ refusal: PeerRefusal, at time: Duration) {
        let key = RefusalKey(
            member: refusal.member, reason: refusal.identityCode?.rawValue ?? refusal.code.rawValue)
        guard refusals[key] != nil || refusals.count < Self.maximumRefusalCount else { return }
        refusals[key] = ((refusals[key]?.count ?? 0) + 1, time)
    }

    func secondsInView(at time: Duration) -> Double { (time - enteredView) / .seconds(1) }

    func secondsSinceCommit(at time: Duration) -> Double { (time - committed) / .seconds(1) }

    func peers(of standing: Replica.Standing, without member: MemberName, at time: Duration) -> [NodeHealth.Peer] {
        standing.validators.filter { $0 != member }.map { peer in
            NodeHealth.Peer(
                member: peer,
                isReachable: standing.reachable.contains(peer),
                seconds: (time - (presences[peer]?.since ?? .zero)) / .seconds(1))
        }
    }

    func refusals(at time: Duration) -> [NodeHealth.Refusal] {
        refusals.map { key, value in
            NodeHealth.Refusal(
                member: key.member, reason: key.reason, count: value.count,
                secondsAgo: (time - value.last) / .seconds(1))
        }.sorted { ($0.member?.description ?? "", $0.reason) < ($1.member?.description ?? "", $1.reason) }
    }
}
