import CoreMetrics
import Identity
import Metrics
import NIOCore
import Synchronization

/// Where the peers are, which of them this node reaches, and who wants to know.
final class PeerTable: Sendable {
    private struct Peer {
        var address: NodeAddress?
        var connectionCount = 0
        /// `nil` until the first attempt has ended.
        var isReachable: Bool?
        /// When the peer began to refuse this node because another process has its identity.
        var identityInUseSince: NIODeadline?
    }

    private struct State {
        var peers: [MemberName: Peer] = [:]
        var subscribers: [UInt64: AsyncStream<PeerEvent>.Continuation] = [:]
        var nextSubscriber: UInt64 = 0
        var isShutDown = false
    }

    private let state: Mutex<State>
    private let limits: TransportLimits
    private let reachablePeers: Gauge

    init(addresses: [MemberName: NodeAddress], limits: TransportLimits, metrics: TransportMetrics) {
        self.limits = limits
        reachablePeers = metrics.reachablePeers
        state = Mutex(State(peers: addresses.mapValues { Peer(address: $0) }))
    }

    func address(of member: MemberName) -> NodeAddress? { state.withLock { $0.peers[member]?.address } }

    func setAddress(_ address: NodeAddress?, of member: MemberName) {
        state.withLock { $0.peers[member, default: Peer()].address = address }
    }

    /// The members to which this node has a connection, in the order of their names.
    var connectedMembers: [MemberName] {
        state.withLock { $0.peers.filter { $0.value.connectionCount > 0 }.keys.sorted() }
    }

    // MARK: What links report

    func connected(to member: MemberName) {
        update(member) { peer in
            peer.connectionCount += 1
            peer.identityInUseSince = nil
            defer { peer.isReachable = true }
            return peer.isReachable == true ? nil : .reachable(member)
        }
    }

    func disconnected(from member: MemberName) {
        update(member) { peer in
            peer.connectionCount -= 1
            guard peer.connectionCount == 0 else { return nil }
            peer.isReachable = false
            return .unreachable(member)
        }
    }

    func dialFailed(_ member: MemberName) {
        update(member) { peer in
            guard peer.connectionCount == 0, peer.isReachable == nil else { return nil }
            peer.isReachable = false
            return .unreachable(member)
        }
    }

    /// A node that restarts after its machine was cut off is refused until its old connections are found dead; only a
    /// refusal that outlasts this means that another process lives.
    func identityInUse(accordingTo member: MemberName, now: NIODeadline) {
        let patience = TimeAmount(limits.silenceTimeout + limits.heartbeatInterval)
        update(member) { peer in
            let since = peer.identityInUseSince ?? now
            peer.identityInUseSince = since
            guard now - since >= patience else { return nil }
            peer.identityInUseSince = nil
            return .identityInUse(accordingTo: member)
        }
    }

    func refused(_ refusal: PeerRefusal) {
        for subscriber in state.withLock({ Array($0.subscribers.values) }) { subscriber.yield(.refused(refusal)) }
    }

    // MARK: Subscribers

    /// Events from now on, beginning with the peers that are reachable now.
    func events() -> AsyncStream<PeerEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PeerEvent.self,
            bufferingPolicy: .bufferingNewest(limits.maximumBufferedPeerEvents)
        )
        let identifier: UInt64? = state.withLock { state in
            guard !state.isShutDown else { return nil }
            let reachable = state.peers.filter { $0.value.isReachable == true }.keys.sorted()
            for member in reachable { continuation.yield(.reachable(member)) }
            state.nextSubscriber += 1
            state.subscribers[state.nextSubscriber] = continuation
            return state.nextSubscriber
        }
        guard let identifier else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.subscribers[identifier] = nil }
        }
        return stream
    }

    func shutDown() {
        let subscribers = state.withLock { state in
            state.isShutDown = true
            defer { state.subscribers = [:] }
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers { subscriber.finish() }
    }

    private func update(_ member: MemberName, _ change: (inout Peer) -> PeerEvent?) {
        state.withLock { state in
            let event = change(&state.peers[member, default: Peer()])
            guard let event else { return }
            // Under the lock, so that subscribers see events in the order in which they happened.
            for subscriber in state.subscribers.values { subscriber.yield(event) }
            reachablePeers.record(state.peers.values.count { $0.isReachable == true })
        }
    }
}
