import ClusterTransport
import Distributed
public import Formats
public import Identity
public import Logging
public import Nodes

/// The one-thing service of a department's node, reached over the network.
///
/// The connection goes to that node itself, not through another: what is fetched passes nobody on its way, and besides
/// it is encrypted to the key that the order names.
public final class RemoteOneThingService: OneThingService {
    private static let timeout = Duration.seconds(30)
    /// Over the wait that a question names: the way there and back.
    private static let margin = Duration.seconds(10)

    private let system: ClusterSystem
    private let gateway: OneThingGateway

    /// - Parameters:
    ///   - genesis: the consortium's.
    ///   - identity: who connects, with the certificate for TLS.
    ///   - node: the department's node.
    /// - Throws: `IdentityError` where the identity cannot be used.
    public init(
        genesis: Genesis, identity: MemberIdentity, node: NodeReference, clock: any WallClock = SystemWallClock(),
        logger: Logger
    ) throws {
        system = try .client(genesis: genesis, identity: identity, of: node, clock: clock, logger: logger)
        gateway = try OneThingGateway.resolve(
            id: ActorAddress(member: node.member, actor: OneThingGateway.name), using: system)
    }

    /// Ends the connection. Calls under way fail.
    public func close() async { await system.shutDown() }

    public func store(
        _ message: StoreItemsMessage, caller: MemberName? = nil
    ) async throws(OneThingServiceError) -> StoreItemsReply {
        try await call { try await $0.store(message) }
    }

    public func fetch(
        _ message: FetchItemsMessage, caller: MemberName? = nil
    ) async throws(OneThingServiceError) -> FetchItemsReply {
        try await call { try await $0.fetch(message) }
    }

    public func notices(
        _ question: NoticesQuestion, caller: MemberName? = nil
    ) async throws(OneThingServiceError) -> NoticesReply {
        try await call(.milliseconds(max(0, min(question.wait, 600_000))) + Self.margin) {
            try await $0.notices(question)
        }
    }

    private func call<Reply: Sendable>(
        _ timeout: Duration = RemoteOneThingService.timeout,
        _ body: (OneThingGateway) async throws -> Reply
    ) async throws(OneThingServiceError) -> Reply {
        do {
            return try await withDeadline(timeout) { try await body(gateway) }
        } catch let error as OneThingServiceError {
            throw error
        } catch {
            throw OneThingServiceError(.unavailable, "the node \(gateway.id.member) did not answer: \(error)")
        }
    }
}
