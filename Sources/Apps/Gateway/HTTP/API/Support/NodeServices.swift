import ClusterTransport
import Distributed
import Formats
import Identity
import Nodes
import ZhenglianClient

// The services of departments' nodes, as the client that the gateway is: the own node's in this process, another
// department's over the network, which nobody else stands in.
extension GatewayServices {
    /// Runs `body` with the licence service of a department's node.
    /// - Throws: ``Problem`` with code `unavailable` where there is no such node or no identity to call with, and what
    ///   `body` throws.
    func withLicenceService<Result: Sendable>(
        of owner: DepartmentName, _ body: (any LicenceService) async throws -> Result
    ) async throws -> Result {
        let identities = try actingIdentities()
        if owner == department {
            let gateway = try local(LicenceGateway.self, named: LicenceGateway.name)
            return try await body(LocalLicenceService(gateway: gateway, caller: identities.transport))
        }
        let service = try RemoteLicenceService(
            genesis: genesis, identity: identities.transport, node: try node(of: owner), clock: clock, logger: logger)
        return try await closing({ await service.close() }, after: { try await body(service) })
    }

    /// Runs `body`, and closes what it works with, whatever has come of it.
    private func closing<Result: Sendable>(
        _ close: () async -> Void, after body: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body()
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }

    /// The one-thing service of the own department's node.
    /// - Throws: ``Problem`` with code `unavailable`.
    func oneThingService() throws(Problem) -> any OneThingService {
        LocalOneThingService(
            gateway: try local(OneThingGateway.self, named: OneThingGateway.name),
            caller: try actingIdentities().transport)
    }

    /// Runs `body` with the one-thing service of a department's node.
    /// - Throws: ``Problem`` with code `unavailable` where there is no such node or no identity to call with, and what
    ///   `body` throws.
    func withOneThingService<Result: Sendable>(
        of keeper: DepartmentName, _ body: (any OneThingService) async throws -> Result
    ) async throws -> Result {
        let identities = try actingIdentities()
        if keeper == department { return try await body(try oneThingService()) }
        let service = try RemoteOneThingService(
            genesis: genesis, identity: identities.transport, node: try node(of: keeper), clock: clock, logger: logger)
        return try await closing({ await service.close() }, after: { try await body(service) })
    }

    /// - Throws: ``Problem`` with code `unavailable`.
    private func node(of owner: DepartmentName) throws(Problem) -> NodeReference {
        guard let node = NodeReference.validators(of: genesis).first(where: { $0.member.department == owner }) else {
            throw Problem(.unavailable, "the genesis names no node of \(owner): ask the department for what it has")
        }
        return node
    }

    private func actingIdentities() throws(Problem) -> MemberIdentities {
        guard let identities else {
            throw Problem(.unavailable, "this gateway has no identity to call with: name 'gateway.identity'")
        }
        return identities
    }

    private func local<Actor: DistributedActor>(
        _: Actor.Type, named name: ActorName
    ) throws(Problem) -> Actor where Actor.ActorSystem == ClusterSystem {
        do {
            return try Actor.resolve(id: ActorAddress(member: system.member, actor: name), using: system)
        } catch {
            throw Problem(.unavailable, "this node keeps no vault, and so has no '\(name)': ask another node")
        }
    }
}

/// Calls an actor of this process as the member that the gateway is.
private func asCaller<Reply: Sendable, Failure: Error>(
    _ caller: MemberIdentity, unavailable: (any Error) -> Failure, _ body: () async throws -> Reply
) async throws(Failure) -> Reply {
    do {
        let context = CallContext(caller: caller.certificate, deadline: nil)
        return try await CallContext.$current.withValue(context) { try await body() }
    } catch let error as Failure {
        throw error
    } catch {
        throw unavailable(error)
    }
}

/// The one-thing service of this process's node.
private struct LocalOneThingService: OneThingService {
    let gateway: OneThingGateway
    let caller: MemberIdentity

    func store(
        _ message: StoreItemsMessage, caller _: MemberName?
    ) async throws(OneThingServiceError) -> StoreItemsReply {
        try await call { try await gateway.store(message) }
    }

    func fetch(
        _ message: FetchItemsMessage, caller _: MemberName?
    ) async throws(OneThingServiceError) -> FetchItemsReply {
        try await call { try await gateway.fetch(message) }
    }

    func notices(
        _ question: NoticesQuestion, caller _: MemberName?
    ) async throws(OneThingServiceError) -> NoticesReply {
        try await call { try await gateway.notices(question) }
    }

    private func call<Reply: Sendable>(
        _ body: () async throws -> Reply
    ) async throws(OneThingServiceError) -> Reply {
        try await asCaller(
            caller, unavailable: { OneThingServiceError(.unavailable, "the node's one-things do not answer: \($0)") },
            body)
    }
}

/// The licence service of this process's node.
private struct LocalLicenceService: LicenceService {
    let gateway: LicenceGateway
    let caller: MemberIdentity

    func release(
        _ message: ReleaseMessage, caller _: MemberName?
    ) async throws(LicenceServiceError) -> ReleaseReply {
        try await call { try await gateway.release(message) }
    }

    func present(_ message: PresentationMessage) async throws(LicenceServiceError) -> PresentationReply {
        try await call { try await gateway.present(message) }
    }

    func scan(_ message: ScanMessage, caller _: MemberName?) async throws(LicenceServiceError) -> ScanReply {
        try await call { try await gateway.scan(message) }
    }

    func waitingScans(_ question: ScanQuestion) async throws(LicenceServiceError) -> WaitingScans {
        try await call { try await gateway.waitingScans(question) }
    }

    func confirm(_ message: ConfirmationMessage) async throws(LicenceServiceError) {
        try await call { try await gateway.confirm(message) }
    }

    func confirmation(
        _ question: ScanQuestion, caller _: MemberName?
    ) async throws(LicenceServiceError) -> ConfirmationReply {
        try await call { try await gateway.confirmation(question) }
    }

    func destroy(
        _ message: DestructionMessage, caller _: MemberName?
    ) async throws(LicenceServiceError) -> DestructionReply {
        try await call { try await gateway.destroy(message) }
    }

    private func call<Reply: Sendable>(
        _ body: () async throws -> Reply
    ) async throws(LicenceServiceError) -> Reply {
        try await asCaller(
            caller, unavailable: { LicenceServiceError(.unavailable, "the node's licences do not answer: \($0)") }, body
        )
    }
}
