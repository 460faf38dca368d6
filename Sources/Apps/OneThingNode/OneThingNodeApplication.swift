import ClusterTransport
import Formats
public import Identity
public import Logging
public import Nodes
public import ZhenglianClient

/// A department's node as it takes part in one-things: keeps what the department has of its cases, gives out what other
/// departments' steps need, tells what concerns whom, and has the ledger record what clocks bring.
public struct OneThingNodeApplication: NodeApplication {
    /// Where the vault of cases is in the directory of the department's vault.
    public static let vaultDirectory = "cases"

    private let path: String?
    private let limits: OneThingNodeLimits
    private let clocks: ClockKeeperLimits

    /// - Parameters:
    ///   - path: the directory of the department's vault, in which the one of cases has a directory of its own; `nil`
    ///     for a node that keeps nothing, and tells and settles only.
    ///   - limits: how much is given out and waited for at a time.
    ///   - clocks: how clocks are kept.
    public init(
        vault path: String?, limits: OneThingNodeLimits = OneThingNodeLimits(),
        clocks: ClockKeeperLimits = ClockKeeperLimits()
    ) {
        (self.path, self.limits, self.clocks) = (path.map { "\($0)/\(Self.vaultDirectory)" }, limits, clocks)
    }

    /// Opens the vault and hosts the service.
    /// - Throws: `VaultError`, `FileError` or the transport's error.
    public func start(on host: NodeHost) async throws {
        let vault = try path.map { try CaseVault($0, genesis: host.genesis) }
        let service = NodeOneThingService(
            vault: vault, client: host.client, heights: host.heights, wallClock: host.clock, limits: limits,
            logger: host.logger)
        try host.system.host(OneThingGateway.name) { OneThingGateway(service: service, actorSystem: host.system) }
        host.logger.info("one-things are served from here", metadata: ["vault": "\(path ?? "none")"])
    }

    /// Keeps the clocks of cases.
    public func run(on host: NodeHost) async {
        await ClockKeeper(
            client: host.client, heights: host.heights, wallClock: host.clock, clock: ContinuousClock(), limits: clocks,
            logger: host.logger
        ).run()
    }
}

extension NodeHost {
    /// What acts in the node's own name.
    fileprivate var client: ZhenglianClient { ZhenglianClient(ledger: ledger, identity: identity) }
}

/// The one-thing service of a node: its desks behind one counter.
public struct NodeOneThingService: OneThingService {
    private let desk: CaseDesk?
    private let board: NoticeDesk
    private let department: DepartmentName
    private let wallClock: any WallClock

    /// - Parameters:
    ///   - vault: where the department's cases are; `nil` for a node that keeps none.
    ///   - client: hands in what the ledger has to know, as the department's node.
    ///   - heights: what wakes those who wait.
    ///   - wallClock: the node's.
    ///   - clock: what waits are measured by.
    ///   - limits: how much is given out and waited for at a time.
    ///   - logger: told what was done, never what was in it.
    ///   - generator: makes what blinds the digests of releases. Outside of tests the system's.
    public init(
        vault: CaseVault?, client: ZhenglianClient, heights: ExecutedHeights,
        wallClock: any WallClock = SystemWallClock(), clock: any Clock<Duration> = ContinuousClock(),
        limits: OneThingNodeLimits = OneThingNodeLimits(), logger: Logger,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        desk = vault.map {
            CaseDesk(
                vault: $0, client: client, heights: heights, clock: clock, limits: limits, logger: logger,
                generator: generator)
        }
        board = NoticeDesk(cases: client.oneThings.cases, heights: heights, clock: clock, limits: limits)
        department = client.identity.member.department
        self.wallClock = wallClock
    }

    public func store(
        _ message: StoreItemsMessage, caller: MemberName?
    ) async throws(OneThingServiceError) -> StoreItemsReply {
        let caller = try known(caller)
        guard caller.department == department else {
            throw OneThingServiceError(.notEntitled, "this node keeps what \(department) has, not \(caller.department)")
        }
        return try await keeper().store(message, at: wallClock.now)
    }

    public func fetch(
        _ message: FetchItemsMessage, caller: MemberName?
    ) async throws(OneThingServiceError) -> FetchItemsReply {
        let caller = try known(caller)
        return try await keeper().fetch(message, caller: caller)
    }

    public func notices(
        _ question: NoticesQuestion, caller: MemberName?
    ) async throws(OneThingServiceError) -> NoticesReply {
        try await board.notices(question, of: try known(caller).department)
    }

    private func known(_ caller: MemberName?) throws(OneThingServiceError) -> MemberName {
        guard let caller else { throw OneThingServiceError(.notEntitled, "a caller has to be a member") }
        return caller
    }

    private func keeper() throws(OneThingServiceError) -> CaseDesk {
        guard let desk else {
            throw OneThingServiceError(.notHeld, "this node keeps no vault: name one in its configuration, as 'vault'")
        }
        return desk
    }
}
