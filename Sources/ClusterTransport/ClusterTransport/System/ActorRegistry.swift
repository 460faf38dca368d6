import Distributed
import Identity
import Synchronization

/// A remote method of a hosted actor, with the actor in it: from here on nothing is looked up or cast.
struct BoundMethod: Sendable {
    let description: RemoteMethodDescription
    let invoke: @Sendable ([UInt8], InvocationCoding) async throws -> [UInt8]
    let encodeFailure: @Sendable (any Error, BinaryEncoder) -> [UInt8]?
}

/// The actors that this node hosts, by their well-known names. It holds them until ``removeAll()``.
final class ActorRegistry: Sendable {
    private struct HostedActor {
        let actor: any DistributedActor
        let methods: [MethodNumber: BoundMethod]
    }

    private struct State {
        var actors: [ActorName: HostedActor] = [:]
        var isShutDown = false
    }

    private let state = Mutex(State())

    /// - Throws: ``ClusterError`` with code `nameInUse` or `shutDown`.
    func add<Hosted: RemotelyCallable>(_ actor: Hosted, as name: ActorName) throws(ClusterError) {
        let methods = Hosted.remoteMethods.methods.mapValues { method in
            BoundMethod(
                description: method.description,
                invoke: { try await method.invoke(actor, $0, $1) },
                encodeFailure: method.encodeFailure
            )
        }
        let failure: ClusterError? = state.withLock { state in
            guard !state.isShutDown else { return ClusterError(.shutDown, "the cluster system was shut down") }
            guard state.actors[name] == nil else {
                return ClusterError(.nameInUse, "this node hosts an actor named '\(name)' already")
            }
            state.actors[name] = HostedActor(actor: actor, methods: methods)
            return nil
        }
        if let failure { throw failure }
    }

    func contains(_ name: ActorName) -> Bool { state.withLock { $0.actors[name] != nil } }

    func actor(named name: ActorName) -> (any DistributedActor)? { state.withLock { $0.actors[name]?.actor } }

    func remove(_ name: ActorName) { state.withLock { $0.actors[name] = nil } }

    func removeAll() {
        // The actors go when the lock is free: their deinitialisers may come back here.
        let actors = state.withLock { state in
            state.isShutDown = true
            defer { state.actors = [:] }
            return state.actors
        }
        withExtendedLifetime(actors) {}
    }

    /// The method that a peer asks for, if the peer may have it. The argument is not touched before.
    /// - Throws: ``ClusterError`` with code `unknownActor`, `unknownMethod` or `notAllowed`.
    func method(for invocation: Invocation, caller: MemberName) throws(ClusterError) -> BoundMethod {
        let found: (isHosted: Bool, method: BoundMethod?) = state.withLock { state in
            guard let hosted = state.actors[invocation.actor] else { return (false, nil) }
            return (true, hosted.methods[invocation.method])
        }
        guard found.isHosted else {
            throw ClusterError(.unknownActor, "no actor '\(invocation.actor)' is hosted here")
        }
        guard let method = found.method else {
            throw ClusterError(.unknownMethod, "'\(invocation.actor)' has no method \(invocation.method)")
        }
        guard method.description.roles.contains(caller.role) else {
            throw ClusterError(
                .notAllowed,
                "a \(caller.role.rawValue) may not call \(method.description.name) of '\(invocation.actor)'"
            )
        }
        return method
    }
}
