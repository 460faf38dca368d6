import Identity
import Synchronization

/// The links of this node to its peers, one for each peer and lane, made when first needed.
final class LinkTable: Sendable {
    private struct Key: Hashable {
        let peer: MemberName
        let lane: Lane
    }

    private struct State {
        var links: [Key: OutboundLink] = [:]
        var isShutDown = false
    }

    private let context: TransportContext
    private let state = Mutex(State())

    init(context: TransportContext) {
        self.context = context
    }

    var all: [OutboundLink] { state.withLock { Array($0.links.values) } }

    /// - Throws: ``ClusterError`` with code `shutDown`.
    func link(to peer: MemberName, on lane: Lane) throws(ClusterError) -> OutboundLink {
        let link: OutboundLink? = state.withLock { state in
            guard !state.isShutDown else { return nil }
            let key = Key(peer: peer, lane: lane)
            if let link = state.links[key] { return link }
            let link = OutboundLink(peer: peer, lane: lane, context: context)
            state.links[key] = link
            return link
        }
        guard let link else { throw ClusterError(.shutDown, "the cluster system was shut down") }
        return link
    }

    func shutDown() {
        let links = state.withLock { state in
            state.isShutDown = true
            return Array(state.links.values)
        }
        for link in links { link.shutDown() }
    }
}
