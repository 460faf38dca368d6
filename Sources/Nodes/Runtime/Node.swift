import ClusterTransport
import Consensus
public import Ledger
public import Logging
public import ServiceLifecycle

/// A department's node: consensus, ledger and transport of one channel, joined.
///
/// Start order: data directory, ledger, read model, votes, transport, engine; stop order the reverse. `kill -9` at any
/// instant is harmless: what was answered is on disk, what was voted is remembered.
public struct Node: Service {
    private let configuration: NodeConfiguration
    private let contracts: [any Contract]
    private let projections: [any ReadModelProjection]
    private let applications: [any NodeApplication]
    private let clock: any WallClock
    private let logger: Logger

    /// Makes a node; nothing is opened before ``run()``.
    /// - Parameters:
    ///   - contracts: the applications' contracts, the same on every node; what is built in comes by itself.
    ///   - projections: the applications' tables in the read model, for this node alone.
    ///   - applications: what the node runs besides its ledger.
    public init(
        configuration: NodeConfiguration,
        contracts: [any Contract],
        projections: [any ReadModelProjection] = [],
        applications: [any NodeApplication] = [],
        clock: any WallClock = SystemWallClock(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.contracts = contracts
        self.projections = projections
        self.applications = applications
        self.clock = clock
        self.logger = logger
    }

    /// Runs until graceful shutdown or cancellation.
    /// - Throws: whatever keeps the node from starting, or makes it stop: `GenesisError`, `IdentityError`,
    ///   ``FileError``, ``NodeStartError``, `LedgerError`, `ClusterError`, `WriteAheadLogError`.
    public func run() async throws {
        let assembly = try await NodeAssembly(
            configuration: configuration,
            contracts: try Contracts(contracts),
            projections: projections,
            clock: clock,
            logger: logger
        )
        try await assembly.run(applications)
    }
}

/// Why a node does not start with what it was given.
public struct NodeStartError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let message: String

    init(_ message: String) { self.message = message }

    public var description: String { message }
}
