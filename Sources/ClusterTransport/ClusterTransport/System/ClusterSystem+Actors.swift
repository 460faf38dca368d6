public import Distributed
import Synchronization

/// The name that the next actor made in ``ClusterSystem/host(_:_:)-sync`` gets; given away once.
final class NameReservation: Sendable {
    @TaskLocal static var current: NameReservation?

    private let name: Mutex<ActorName?>

    init(_ name: ActorName) {
        self.name = Mutex(name)
    }

    func take() -> ActorName? {
        name.withLock { name in
            defer { name = nil }
            return name
        }
    }
}

extension ClusterSystem {
    /// Makes an actor under a well-known name and takes calls for it from then on, until ``shutDown()`` or
    /// ``release(_:)``; as long it is held here.
    ///
    /// This is the only way to make a distributed actor of this system, because an actor without a name could not be
    /// called:
    ///
    /// ```swift
    /// let gateway = try system.host("gateway") { Gateway(actorSystem: system, node: node) }
    /// ```
    /// - Throws: ``ClusterError`` with code `nameInUse` or `shutDown`, and what `make` throws.
    @discardableResult
    public func host<Hosted: RemotelyCallable>(_ name: ActorName, _ make: () throws -> Hosted) throws -> Hosted {
        let actor = try NameReservation.$current.withValue(NameReservation(name), operation: make)
        try add(actor, as: name)
        return actor
    }

    /// The same for an actor whose initialiser is asynchronous.
    @discardableResult
    public func host<Hosted: RemotelyCallable>(
        _ name: ActorName,
        _ make: () async throws -> Hosted
    ) async throws -> Hosted {
        let actor = try await NameReservation.$current.withValue(NameReservation(name), operation: make)
        try add(actor, as: name)
        return actor
    }

    /// Takes no more calls for the actor of that name and lets go of it.
    public func release(_ name: ActorName) { registry.remove(name) }

    private func add<Hosted: RemotelyCallable>(_ actor: Hosted, as name: ActorName) throws(ClusterError) {
        precondition(
            actor.id == ActorAddress(member: member, actor: name), "the closure made another actor than it returned")
        try registry.add(actor, as: name)
    }

    // MARK: What Swift's distributed runtime asks

    public func assignID<Act: DistributedActor>(_ actorType: Act.Type) -> ActorAddress where Act.ID == ActorAddress {
        guard let name = NameReservation.current?.take() else {
            preconditionFailure("make \(actorType) in the closure of ClusterSystem.host, one in each")
        }
        return ActorAddress(member: member, actor: name)
    }

    public func actorReady<Act: DistributedActor>(_ actor: Act) where Act.ID == ActorAddress {}

    public func resignID(_ id: ActorAddress) {}

    /// - Throws: ``ClusterError`` with code `unknownActor` for an actor of this node that it does not host.
    public func resolve<Act: DistributedActor>(
        id: ActorAddress,
        as actorType: Act.Type
    ) throws -> Act? where Act.ID == ActorAddress {
        guard id.member == member else { return nil }
        guard let actor = registry.actor(named: id.actor) as? Act else {
            throw ClusterError(.unknownActor, "this node hosts no \(actorType) named '\(id.actor)'")
        }
        return actor
    }
}
