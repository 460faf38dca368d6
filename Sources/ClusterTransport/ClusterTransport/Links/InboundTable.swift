import CoreMetrics
import Identity
import NIOCore
import Synchronization

/// The connections that others have made to this node.
final class InboundTable: Sendable {
    enum Admission {
        /// The connection may go on; where it takes the place of an older one, that one has to close.
        case admitted(replacing: InboundConnection.Handle?)
        case refused(ClusterError)
    }

    private struct Entry {
        let handle: InboundConnection.Handle
        /// Set when the peer has introduced itself.
        var peer: Peer?
    }

    private struct Peer {
        let member: MemberName
        let lane: Lane
        let instance: UInt64
    }

    private struct State {
        var entries: [ConnectionNumber: Entry] = [:]
        var last: UInt64 = 0
        var emptied: CheckedContinuation<Void, Never>?
    }

    private let limits: TransportLimits
    private let metrics: TransportMetrics
    private let state = Mutex(State())

    init(limits: TransportLimits, metrics: TransportMetrics) {
        self.limits = limits
        self.metrics = metrics
    }

    /// The members that are connected to this node, in the order of their names.
    var members: [MemberName] {
        Set(state.withLock { $0.entries.values.compactMap(\.peer?.member) }).sorted()
    }

    var handles: [InboundConnection.Handle] { state.withLock { $0.entries.values.map(\.handle) } }

    /// Takes a new connection in; `nil` where there are too many.
    func add(_ handle: InboundConnection.Handle) -> ConnectionNumber? {
        state.withLock { state in
            guard state.entries.count < limits.maximumInboundConnections else { return nil }
            state.last += 1
            let number = ConnectionNumber(rawValue: state.last)
            state.entries[number] = Entry(handle: handle)
            metrics.inboundConnections.record(state.entries.count)
            return number
        }
    }

    /// Decides whether the peer that has introduced itself may go on.
    ///
    /// Two processes with one validator's identity would contradict each other, and with them the validator: the second
    /// is refused as long as a connection of the first lives. Clients may run as many processes as they like.
    func admit(_ number: ConnectionNumber, _ member: MemberName, _ hello: Hello) -> Admission {
        state.withLock { state in
            let others = state.entries.filter { $0.key != number && $0.value.peer?.member == member }
            let isSingle = member.role == .validator || member.role == .observer
            if isSingle, others.values.contains(where: { $0.peer?.instance != hello.instance }) {
                return .refused(
                    ClusterError(
                        .identityInUse,
                        "another process speaks as \(member): stop one of the two or give it its own certificate"
                    )
                )
            }
            guard others.count < limits.maximumInboundConnectionsPerMember else {
                return .refused(ClusterError(.overloaded, "\(member) has \(others.count) connections already"))
            }
            state.entries[number]?.peer = Peer(member: member, lane: hello.lane, instance: hello.instance)
            // Oldest first; only its own process's connection on the same lane is replaced, which it has lost sight of.
            let replaced = others.filter { $0.value.peer?.lane == hello.lane && isSingle }
                .min { $0.key.rawValue < $1.key.rawValue }
            return .admitted(replacing: replaced?.value.handle)
        }
    }

    func remove(_ number: ConnectionNumber) {
        let continuation: CheckedContinuation<Void, Never>? = state.withLock { state in
            state.entries[number] = nil
            metrics.inboundConnections.record(state.entries.count)
            guard state.entries.isEmpty else { return nil }
            defer { state.emptied = nil }
            return state.emptied
        }
        continuation?.resume()
    }

    /// Waits until the last connection is closed, or for `timeout`.
    func waitUntilEmpty(timeout: Duration, on loop: any EventLoop) async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.entries.isEmpty { state.emptied = continuation }
                return state.entries.isEmpty
            }
            if isEmpty { return continuation.resume() }
            loop.scheduleTask(in: TimeAmount(timeout)) {
                self.state.withLock { state in
                    defer { state.emptied = nil }
                    return state.emptied
                }?.resume()
            }
        }
    }
}
