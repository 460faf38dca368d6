import ClusterTransport
import Formats
import Identity
import Logging
import Nodes

extension ClusterSystem {
    /// What connects a member to one node, to call its services.
    /// - Throws: `IdentityError` where the identity cannot be used.
    static func client(
        genesis: Genesis, identity: MemberIdentity, of node: NodeReference, clock: any WallClock, logger: Logger
    ) throws -> ClusterSystem {
        try genesis.transportAnchors.authenticate(identity.certificate, at: clock.now)
        return try ClusterSystem(
            identity: identity, anchors: genesis.transportAnchors, realm: genesis.digest,
            addresses: [node.member: NodeAddress(host: node.endpoint.host, port: UInt16(clamping: node.endpoint.port))],
            logger: logger, clock: { clock.now })
    }
}
