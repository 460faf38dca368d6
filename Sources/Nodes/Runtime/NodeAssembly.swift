import ClusterTransport
import Consensus
import Formats
import Identity
import Ledger
import Logging
import Replication
import ServiceLifecycle

/// The parts of a running node and how they hang together.
struct NodeAssembly {
    private let genesis: Genesis
    private let member: MemberName
    private let identities: MemberIdentities
    private let monitor: HealthMonitor
    private let directory: DataDirectory
    private let ledger: ChannelLedger
    private let readModel: ReadModel
    /// Word that blocks were executed, for the read model.
    private let commits = Signal<Void>()
    /// The same with the height, for applications.
    private let heights: ExecutedHeights
    /// The same, for pruning.
    private let prunable = Signal<Void>()
    private let pruning: PruningService?
    /// Proofs of misconduct on their way to the ledger.
    private let evidence = AsyncStream<Evidence>.makeStream(
        bufferingPolicy: .bufferingOldest(MisconductReporter.maximumWaiting))
    private let reporter: MisconductReporter
    /// What applications of this node get.
    private let applicationHost: NodeHost
    private let system: ClusterSystem
    private let engine: ChannelEngine
    private let waiters = OutcomeWaiters()
    private let work = BackgroundWork()
    private let verifiers: EpochVerifiers
    private let revocations: RevocationWatch
    /// What the watch has found, for applications.
    private let revocationBoard: RevocationBoard
    /// Word that a list of revocations may have changed, on the ledger or in the directory.
    private let revocationChanges = Signal<Void>()
    private let listen: NodeConfiguration.Endpoint
    private let failures = Signal<any Error>()
    private let logger: Logger

    init(
        configuration: NodeConfiguration,
        contracts: Contracts,
        projections: [any ReadModelProjection],
        clock: any WallClock,
        logger: Logger
    ) async throws {
        let genesis = try GenesisFile.read(configuration.genesisPath)
        let identities = try IdentityDirectory(configuration.identityPath).loadAll(suite: genesis.suite)
        try Self.authenticate(identities, in: genesis, clock: clock)
        var logger = logger
        logger[metadataKey: "node"] = "\(identities.member)"

        directory = try DataDirectory(configuration.dataPath, genesis: genesis)
        try await Self.beginLedger(
            configuration, genesis: genesis, identities: identities, directory: directory, clock: clock, logger: logger)
        ledger = try Self.openLedger(in: directory, genesis: genesis, contracts: contracts)
        heights = ExecutedHeights(from: ledger.head.height)
        readModel = try ReadModel(path: directory.readModelPath, genesis: genesis, projections: projections)
        let keys = try Self.keys(configuration, identities, genesis: genesis, schedule: ledger.head.schedule)
        var log = try WriteAheadLog(directory: directory.votesPath, channel: genesis.channel, suite: genesis.suite)
        revocations = RevocationWatch(directory: configuration.revocationsPath, ledger: ledger, logger: logger)
        revocationBoard = RevocationBoard(await revocations.current())
        system = try ClusterSystem(
            identity: identities.transport, anchors: genesis.transportAnchors, realm: genesis.digest,
            addresses: Self.addresses(genesis, configuration), revocations: revocationBoard.current.revocations,
            logger: logger, clock: { clock.now })
        verifiers = EpochVerifiers(suite: genesis.suite)
        let replica = try await Self.replica(
            member: identities.member, keys: Set(keys.keys), ledger: ledger, records: log.takeRecords())
        engine = ChannelEngine(
            ChannelEngine.Parts(
                genesis: genesis, keys: keys, replica: replica, ledger: ledger,
                evidencePath: directory.evidencePath,
                verifiers: verifiers,
                waiters: waiters,
                work: work,
                clock: clock,
                logger: logger,
                connect: { [system] in try Self.connect(system, to: $0, configuration: configuration) },
                onFailure: failures.send,
                onCertificatesChange: { [revocationChanges] in revocationChanges.send(()) },
                onCommit: { [commits, prunable, heights, ledger] in
                    heights.note(ledger.head.height)
                    commits.send(())
                    prunable.send(())
                },
                onEvidence: { [evidence] in evidence.continuation.yield($0) }
            ),
            log: log
        )
        pruning = Self.pruning(configuration, ledger, identities.member, clock: clock, logger: logger)
        (self.genesis, self.identities, member) = (genesis, identities, identities.member)
        (listen, self.logger) = (configuration.listen, logger)
        monitor = HealthMonitor(engine: engine, ledger: ledger)
        let service = NodeService(
            genesis: genesis, member: member, engine: engine, ledger: ledger, readModel: readModel, waiters: waiters,
            clock: clock, startedAt: .now)
        let health = HealthService(
            monitor: monitor, identities: identities, ledger: ledger, revocations: revocations, directory: directory,
            clock: clock)
        applicationHost = NodeHost(
            service, identity: identities.ledger, health: health, revocations: revocationBoard, heights: heights,
            system: system, logger: logger)
        reporter = MisconductReporter(
            submitter: Submitter(client: applicationHost.ledger, identity: identities.ledger),
            directory: EvidenceDirectory(path: directory.evidencePath), logger: logger)
        try host(service, health: health)
    }

    /// Opens the ledger, and nothing else where this program cannot execute the next block: such a node does not vote
    /// either.
    private static func openLedger(
        in directory: DataDirectory,
        genesis: Genesis,
        contracts: Contracts
    ) throws(LedgerError) -> ChannelLedger {
        let ledger = try ChannelLedger(path: directory.ledgerPath, genesis: genesis, contracts: contracts)
        do {
            try ledger.checkContracts()
        } catch {
            try ledger.close()
            throw error
        }
        return ledger
    }

    private static func pruning(
        _ configuration: NodeConfiguration,
        _ ledger: ChannelLedger,
        _ member: MemberName,
        clock: any WallClock,
        logger: Logger
    ) -> PruningService? {
        configuration.pruning.map { policy in
            // A department's own transactions are what its node keeps when it says nothing else.
            var policy = policy
            if policy.departments.isEmpty { policy.departments = [member.department] }
            return PruningService(
                ledger: ledger, policy: policy, wallClock: clock, clock: ContinuousClock(), logger: logger)
        }
    }

    /// Takes calls from now on: from validators, and from clients.
    private func host(_ service: NodeService, health: HealthService) throws {
        let intake = PeerIntake(
            genesis: genesis,
            engine: engine,
            ledger: ledger,
            verifiers: verifiers,
            clock: service.clock,
            logger: logger
        )
        let snapshots = SnapshotProvider(path: directory.snapshotsPath, ledger: ledger, work: work, logger: logger)
        try system.host(ValidatorPeer.name) {
            ValidatorPeer(intake: intake, snapshots: snapshots, actorSystem: system)
        }
        try system.host(LedgerGateway.name) { LedgerGateway(service: service, health: health, actorSystem: system) }
    }

    /// Runs every part until shutdown is asked for or one of them fails.
    func run(_ applications: [any NodeApplication]) async throws {
        let listening: NodeAddress
        do {
            for application in applications { try await application.start(on: applicationHost) }
            listening = try await system.listen(on: listen.nodeAddress)
        } catch {
            await stop()
            throw error
        }
        MissingContracts(ledger: ledger, logger: logger).warn()
        logger.info("node started", metadata: ["address": "\(listening)", "height": "\(ledger.head.height)"])
        // Whatever ends first ends all: a failure of a part, or the wish to stop.
        let result = await withTaskGroup(of: Result<Void, any Error>.self) { group in
            group.addTask { await Self.untilEnd { await work.run() } }
            group.addTask { await Self.untilEnd { await followPeers() } }
            group.addTask { await Self.untilEnd { await monitor.run() } }
            group.addTask { await Self.untilEnd { await reporter.run(evidence.stream) } }
            group.addTask {
                await Self.untilEnd {
                    await ReadModelFollower(readModel, source: ledger, logger: logger).run(commits.stream)
                }
            }
            for application in applications {
                group.addTask {
                    do {
                        try await application.run(on: applicationHost)
                    } catch is CancellationError {
                        return .success(())
                    } catch {
                        return .failure(error)
                    }
                    return await Self.untilEnd { await shutdownRequest() }
                }
            }
            if let pruning {
                group.addTask { await Self.untilEnd { await pruning.run(prunable.stream) } }
            }
            group.addTask { await Self.untilEnd { await revocations.follow { revocationChanges.send(()) } } }
            group.addTask {
                // One task alone replaces what is revoked: of two, the slower would bring back what was there before.
                await Self.untilEnd {
                    for await _ in revocationChanges.stream {
                        let current = await revocations.current()
                        system.update(revocations: current)
                        revocationBoard.post(current)
                    }
                }
            }
            group.addTask {
                for await error in failures.stream { return .failure(error) }
                return .success(())
            }
            group.addTask {
                await Self.untilEnd { await shutdownRequest() }
            }
            await engine.start()
            let first = await group.next() ?? .success(())
            await engine.stop()
            group.cancelAll()
            work.finish()
            return first
        }
        await stop()
        try result.get()
    }

    private func stop() async {
        await engine.stop()
        let ending = NodeError(.unavailable, "the node is shutting down: ask another one")
        waiters.end(with: ending)
        heights.end(with: ending)
        await system.shutDown()
        do {
            try readModel.close()
        } catch {
            logger.error("the read model did not close", metadata: ["error": "\(error)"])
        }
        do {
            try ledger.close()
        } catch {
            logger.error("the ledger did not close", metadata: ["error": "\(error)"])
        }
        logger.info("node stopped", metadata: ["height": "\(ledger.head.height)"])
        withExtendedLifetime(directory) {}
    }

    private static func untilEnd(_ body: () async -> Void) async -> Result<Void, any Error> {
        await body()
        return .success(())
    }

    /// Returns when the service is asked to stop, or the task is cancelled.
    private func shutdownRequest() async {
        do {
            try await gracefulShutdown()
        } catch {
            logger.debug("stopping at once", metadata: ["reason": "\(error)"])
        }
    }

    /// Tells the engine which members are there.
    private func followPeers() async {
        var rivals: Set<MemberName> = []
        for await event in system.peerEvents() {
            switch event {
            case .reachable(let peer):
                rivals.remove(peer)
                engine.post(.reachability(of: peer, isReachable: true))
            case .unreachable(let peer):
                engine.post(.reachability(of: peer, isReachable: false))
            case .identityInUse(let peer):
                rivals.insert(peer)
                if rivals.count > ledger.head.schedule.current.validators.faultTolerance {
                    await engine.fail(
                        NodeStartError(
                            "another process speaks as \(member), says \(peer): two nodes with one identity would vote "
                                + "twice. Stop one of them; a second node needs a certificate of its own"
                        )
                    )
                }
            case .refused(let refusal):
                monitor.note(refusal)
                logger.warning(
                    "a connection is refused",
                    metadata: [
                        "member": "\(refusal.member.map(\.description) ?? "unknown")",
                        "reason": "\(refusal.identityCode?.rawValue ?? refusal.code.rawValue)",
                    ]
                )
            }
        }
    }
}
