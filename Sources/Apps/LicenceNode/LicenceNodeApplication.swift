import ClusterTransport
import Formats
public import Identity
import Ledger
import Licences
public import Logging
public import Nodes
public import ZhenglianClient

/// An owner's node as it releases and presents its department's licences: the vault in `path`, and the services on it.
public struct LicenceNodeApplication: NodeApplication {
    private let path: String
    private let limits: ReleaseLimits

    /// - Parameters:
    ///   - path: the vault's directory; it is made where it is not there.
    ///   - limits: how much is released and presented at a time.
    public init(vault path: String, limits: ReleaseLimits = ReleaseLimits()) {
        (self.path, self.limits) = (path, limits)
    }

    /// Opens the vault and hosts the service.
    /// - Throws: `VaultError`, `FileError` or the transport's error.
    public func start(on host: NodeHost) async throws {
        let vault = try LicenceVault(path, genesis: host.genesis)
        let service = NodeLicenceService(
            vault: vault, submitter: Submitter(client: host.ledger, identity: host.identity), clock: host.clock,
            limits: limits, logger: host.logger)
        try host.system.host(LicenceGateway.name) { LicenceGateway(service: service, actorSystem: host.system) }
        host.logger.info("licences are released from here", metadata: ["vault": "\(path)"])
    }
}

/// The licence service of a node: the desks behind one counter.
public struct NodeLicenceService: LicenceService {
    private let releases: ReleaseDesk
    private let presentations: PresentationDesk
    private let destructions: DestructionDesk

    /// - Parameters:
    ///   - vault: where the department's licences are.
    ///   - submitter: hands in what the ledger has to know, as the department's node.
    ///   - clock: the node's.
    ///   - limits: how much is released and presented at a time.
    ///   - logger: told what was done, never what was in it.
    ///   - generator: makes what nobody may guess: the numbers of presentations and scans, and what blinds the
    ///     digests of releases. Outside of tests the system's.
    public init(
        vault: LicenceVault, submitter: Submitter, clock: any WallClock = SystemWallClock(),
        limits: ReleaseLimits = ReleaseLimits(), logger: Logger,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        releases = ReleaseDesk(
            vault: vault, submitter: submitter, department: submitter.identity.member.department, limits: limits,
            logger: logger, generator: generator)
        presentations = PresentationDesk(
            vault: vault, submitter: submitter, clock: clock, limits: limits, logger: logger,
            generator: generator)
        destructions = DestructionDesk(
            vault: vault, ledger: submitter.client, department: submitter.identity.member.department, clock: clock,
            logger: logger)
    }

    public func release(
        _ message: ReleaseMessage, caller: MemberName?
    ) async throws(LicenceServiceError) -> ReleaseReply {
        try await releases.release(message, caller: caller)
    }

    public func present(_ message: PresentationMessage) async throws(LicenceServiceError) -> PresentationReply {
        try await presentations.present(message)
    }

    public func scan(_ message: ScanMessage, caller: MemberName?) async throws(LicenceServiceError) -> ScanReply {
        try await presentations.scan(message, caller: caller)
    }

    public func waitingScans(_ question: ScanQuestion) async throws(LicenceServiceError) -> WaitingScans {
        try await presentations.waitingScans(question)
    }

    public func confirm(_ message: ConfirmationMessage) async throws(LicenceServiceError) {
        try await presentations.confirm(message)
    }

    public func confirmation(
        _ question: ScanQuestion, caller: MemberName?
    ) async throws(LicenceServiceError) -> ConfirmationReply {
        try await presentations.confirmation(question, caller: caller)
    }

    public func destroy(
        _ message: DestructionMessage, caller: MemberName?
    ) async throws(LicenceServiceError) -> DestructionReply {
        try await destructions.destroy(message, caller: caller)
    }
}
