import ClusterTransport
import Distributed
public import Formats
public import Identity
public import Logging
public import Nodes

/// The licence service of an owner's node, reached over the network.
///
/// The connection goes to the owner's node itself, not through another node: what is released passes nobody on its way,
/// and besides it is encrypted to the key that the decision names.
public final class RemoteLicenceService: LicenceService {
    private static let timeout = Duration.seconds(20)
    private static let releaseTimeout = Duration.seconds(30)

    private let system: ClusterSystem
    private let gateway: LicenceGateway

    /// - Parameters:
    ///   - genesis: the consortium's.
    ///   - identity: who connects, with the certificate for TLS.
    ///   - node: the owner's node.
    /// - Throws: `IdentityError` where the identity cannot be used.
    public init(
        genesis: Genesis, identity: MemberIdentity, node: NodeReference, clock: any WallClock = SystemWallClock(),
        logger: Logger
    ) throws {
        system = try .client(genesis: genesis, identity: identity, of: node, clock: clock, logger: logger)
        gateway = try LicenceGateway.resolve(
            id: ActorAddress(member: node.member, actor: LicenceGateway.name), using: system)
    }

    /// Ends the connection. Calls under way fail.
    public func close() async { await system.shutDown() }

    public func release(
        _ message: ReleaseMessage, caller: MemberName? = nil
    ) async throws(LicenceServiceError) -> ReleaseReply {
        try await call(Self.releaseTimeout) { try await $0.release(message) }
    }

    public func present(_ message: PresentationMessage) async throws(LicenceServiceError) -> PresentationReply {
        try await call { try await $0.present(message) }
    }

    public func scan(
        _ message: ScanMessage, caller: MemberName? = nil
    ) async throws(LicenceServiceError) -> ScanReply {
        try await call { try await $0.scan(message) }
    }

    public func waitingScans(_ question: ScanQuestion) async throws(LicenceServiceError) -> WaitingScans {
        try await call { try await $0.waitingScans(question) }
    }

    public func confirm(_ message: ConfirmationMessage) async throws(LicenceServiceError) {
        try await call { try await $0.confirm(message) }
    }

    public func confirmation(
        _ question: ScanQuestion, caller: MemberName? = nil
    ) async throws(LicenceServiceError) -> ConfirmationReply {
        try await call { try await $0.confirmation(question) }
    }

    public func destroy(
        _ message: DestructionMessage, caller: MemberName? = nil
    ) async throws(LicenceServiceError) -> DestructionReply {
        try await call { try await $0.destroy(message) }
    }

    private func call<Reply: Sendable>(
        _ timeout: Duration = RemoteLicenceService.timeout,
        _ body: (LicenceGateway) async throws -> Reply
    ) async throws(LicenceServiceError) -> Reply {
        do {
            return try await withDeadline(timeout) { try await body(gateway) }
        } catch let error as LicenceServiceError {
            throw error
        } catch let error as ClusterError where error.code == .unknownActor {
            throw LicenceServiceError(
                .noVault, "\(gateway.id.member) has no vault: name the node of the department that has one")
        } catch {
            throw LicenceServiceError(
                .unavailable, "the owner's node \(gateway.id.member) did not answer: \(error)")
        }
    }
}
