public import Distributed
public import Identity
public import Logging
public import NIOCore
public import NIOPosix
import Synchronization

/// The distributed actor system of a consortium: a call of an actor on another node is an encrypted message to a member
/// whose certificate was checked, and an answer within a deadline.
///
/// ```swift
/// let system = try ClusterSystem(identity: identity, anchors: anchors, realm: genesis, addresses: peers) { now() }
/// let gateway = try system.host("gateway") { Gateway(actorSystem: system) }
/// let address = try await system.listen(on: NodeAddress(host: "0.0.0.0", port: 7100))
/// let remote = try Gateway.resolve(id: ActorAddress(member: peer, actor: "gateway"), using: system)
/// let receipt = try await remote.submit(transaction)
/// await system.shutDown()
/// ```
///
/// This class only joins the parts: ``ActorRegistry`` (what is hosted), ``LinkTable`` (ways to peers), ``InboundTable``
/// (connections from peers), ``PeerTable`` (addresses, reachability), ``Credentials`` (who may speak).
public final class ClusterSystem: DistributedActorSystem {
    public typealias ActorID = ActorAddress
    public typealias InvocationEncoder = CallEncoder
    public typealias InvocationDecoder = NoCallDecoder
    public typealias ResultHandler = NoResultHandler
    public typealias SerializationRequirement = any Codable & Sendable

    /// The threads of the transport where nobody hands others in: one for each eight cores. An event loop moves far
    /// more than one node has to say; more of them only wake more threads for the same messages.
    public static let sharedEventLoopGroup = MultiThreadedEventLoopGroup(
        numberOfThreads: max(1, System.coreCount / 8))

    let registry = ActorRegistry()
    let context: TransportContext
    let links: LinkTable
    let methods = MethodCache()
    let coding: InvocationCoding
    private let inbound: InboundTable
    private let dispatcher: Dispatcher
    private let listeners = Mutex<[Listener]>([])

    /// Makes a system; nothing is sent or accepted before the first call and ``listen(on:)``.
    /// - Parameters:
    ///   - identity: who this node is.
    ///   - anchors: whom it believes.
    ///   - realm: the digest of the consortium's genesis; two consortia with one name differ in it.
    ///   - addresses: where the peers listen; more come by ``setAddress(_:of:)``.
    ///   - revocations: what is known to be revoked; later news come by ``update(revocations:)``.
    ///   - limits: the bounds of everything.
    ///   - eventLoopGroup: the threads of the transport.
    ///   - randomBits: 64 random bits at each call, for pauses between attempts and numbers of incidents.
    ///   - clock: the time by which certificates are valid.
    /// - Throws: ``IdentityError`` where the identity cannot be used.
    public init(
        identity: MemberIdentity,
        anchors: TrustAnchors,
        realm: Digest,
        addresses: [MemberName: NodeAddress] = [:],
        revocations: Revocations = Revocations(),
        limits: TransportLimits = TransportLimits(),
        eventLoopGroup: any EventLoopGroup = ClusterSystem.sharedEventLoopGroup,
        logger: Logger = Logger(label: "cluster"),
        randomBits: @escaping @Sendable () -> UInt64 = {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        },
        clock: @escaping @Sendable () -> Timestamp
    ) throws(IdentityError) {
        let metrics = TransportMetrics()
        var logger = logger
        logger[metadataKey: "node"] = "\(identity.member)"
        context = TransportContext(
            member: identity.member,
            instance: randomBits(),
            realm: realm,
            limits: limits,
            credentials: try Credentials(
                identity: identity,
                anchors: anchors,
                revocations: revocations,
                clock: clock
            ),
            peers: PeerTable(addresses: addresses, limits: limits, metrics: metrics),
            metrics: metrics,
            logger: logger,
            group: eventLoopGroup,
            randomBits: randomBits
        )
        coding = InvocationCoding(limits: limits.coding)
        links = LinkTable(context: context)
        inbound = InboundTable(limits: limits, metrics: metrics)
        dispatcher = Dispatcher(
            registry: registry,
            coding: coding,
            member: identity.member,
            limits: limits,
            metrics: metrics,
            logger: logger,
            randomBits: randomBits
        )
    }

    /// Who this node is.
    public var member: MemberName { context.member }

    // MARK: Network

    /// Accepts connections at `address`, besides those where it accepts them already.
    /// - Returns: the address with the port that the operating system has chosen, where it was 0.
    /// - Throws: ``ClusterError`` with code `addressInUse` or `cannotListen`.
    @discardableResult
    public func listen(on address: NodeAddress) async throws -> NodeAddress {
        let listener = try await Listener.listen(on: address, system: context, table: inbound, dispatcher: dispatcher)
        listeners.withLock { $0.append(listener) }
        context.logger.info("listening", metadata: ["address": "\(listener.address)"])
        return listener.address
    }

    /// Enters where a peer listens, or with `nil` that it is not known. Connections that exist stay.
    public func setAddress(_ address: NodeAddress?, of member: MemberName) {
        context.peers.setAddress(address, of: member)
    }

    /// Connects to `members` now and again after each loss, so that events tell when one of them is gone. Without it a
    /// connection is made by the first call; on the consensus lane it is kept from then on.
    public func keepConnected(to members: [MemberName], on lane: Lane = .consensus) throws(ClusterError) {
        for member in members where member != self.member { try links.link(to: member, on: lane).keepConnected() }
    }

    /// Keeps connections on the lane to nobody but `members` any more. Those that there are stay; one that is lost is
    /// made again by the next call only.
    public func releaseConnections(exceptTo members: [MemberName], on lane: Lane = .consensus) {
        let kept = Set(members)
        for link in links.all where link.lane == lane && !kept.contains(link.peer) { link.release() }
    }

    /// The members to which this node has a connection, in the order of their names.
    public var connectedMembers: [MemberName] { context.peers.connectedMembers }

    /// The members that have a connection to this node, in the order of their names.
    public var callingMembers: [MemberName] { inbound.members }

    /// What happens between this node and its peers, from now on; first come the peers that are reachable now.
    /// A subscriber that does not read keeps the newest events only (``TransportLimits/maximumBufferedPeerEvents``).
    public func peerEvents() -> AsyncStream<PeerEvent> { context.peers.events() }

    // MARK: Certificates

    /// Goes on with a new certificate and key of the same member: new connections use it, the old ones end when the
    /// calls under way are answered.
    /// - Throws: ``IdentityError`` with code `wrongMember`, or why the certificate is not valid here and now.
    public func update(identity: MemberIdentity) throws(IdentityError) {
        try context.credentials.update(identity: identity)
        for link in links.all { link.drain() }
        for handle in inbound.handles { handle.sayGoodbye() }
        context.logger.info("certificate replaced", metadata: ["expires": "\(identity.certificate.notAfter)"])
    }

    /// Takes note of what is revoked, all of it; connections with a revoked certificate close at once.
    public func update(revocations: Revocations) {
        context.credentials.update(revocations: revocations)
        for link in links.all { link.recheckPeer() }
        for handle in inbound.handles { handle.recheckPeer() }
    }

    // MARK: Life cycle

    /// Stops: accepts nothing more, answers the calls under way as long as ``TransportLimits/drainTimeout`` allows,
    /// fails those that this node still waits for, closes every connection and lets the hosted actors go. Stopping
    /// twice does no harm.
    public func shutDown() async {
        let listeners = self.listeners.withLock { listeners in
            defer { listeners = [] }
            return listeners
        }
        for listener in listeners { await listener.close() }
        for handle in inbound.handles { handle.sayGoodbye() }
        let loop = context.group.next()
        await inbound.waitUntilEmpty(timeout: context.limits.drainTimeout, on: loop)
        links.shutDown()
        for handle in inbound.handles { handle.close() }
        await inbound.waitUntilEmpty(timeout: context.limits.drainTimeout, on: loop)
        context.peers.shutDown()
        registry.removeAll()
    }
}
