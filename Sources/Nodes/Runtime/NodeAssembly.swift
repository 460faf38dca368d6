import ClusterTransport
import Consensus
import Formats
import Identity
import Ledger
import Logging
import ServiceLifecycle

/// The parts of a running node and how they hang together.
struct NodeAssembly {
    private let genesis: Genesis
    private let member: MemberName
    private let directory: DataDirectory
    private let ledger: ChannelLedger
    private let readModel: ReadModel
    /// Word that blocks were executed, for the read model.
    private let commits = Signal<Void>()
    /// The same, for pruning.
    private let prunable = Signal<Void>()
    private let pruning: PruningService?
    private let system: ClusterSystem
    private let engine: ChannelEngine
    private let waiters = OutcomeWaiters()
    private let work = BackgroundWork()
    private let outboxes: [PeerOutbox]
    private let peers: [ValidatorIndex: ValidatorPeer]
    private let revocations: RevocationWatch
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
        let index = try Self.place(of: identities, in: genesis, clock: clock)
        var logger = logger
        logger[metadataKey: "node"] = "\(identities.member)"

        directory = try DataDirectory(configuration.dataPath, genesis: genesis)
        try await Self.beginLedger(
            configuration, genesis: genesis, identities: identities, index: index, directory: directory, clock: clock,
            logger: logger)
        ledger = try ChannelLedger(path: directory.ledgerPath, genesis: genesis, contracts: contracts)
        readModel = try ReadModel(path: directory.readModelPath, genesis: genesis, projections: projections)
        let log = try WriteAheadLog(directory: directory.votesPath, channel: genesis.channel, suite: genesis.suite)
        revocations = RevocationWatch(directory: configuration.revocationsPath, ledger: ledger, logger: logger)
        system = try ClusterSystem(
            identity: identities.transport,
            anchors: genesis.transportAnchors,
            realm: genesis.digest,
            addresses: try Self.addresses(genesis, configuration),
            revocations: await revocations.current(),
            logger: logger,
            clock: { clock.now }
        )
        engine = ChannelEngine(
            ChannelEngine.Parts(
                genesis: genesis,
                index: index,
                key: identities.ledger.key,
                ledger: ledger,
                finalized: try await ledger.lastFinalization(),
                evidencePath: directory.evidencePath,
                verifier: MessageVerifier(validators: genesis.validators, suite: genesis.suite),
                waiters: waiters,
                work: work,
                clock: clock,
                logger: logger,
                onFailure: failures.send,
                onCertificatesChange: { [revocationChanges] in revocationChanges.send(()) },
                onCommit: { [commits, prunable] in
                    commits.send(())
                    prunable.send(())
                }
            ),
            log: log
        )
        pruning = configuration.pruning.map { [ledger] policy in
            // A department's own transactions are what its node keeps when it says nothing else.
            var policy = policy
            if policy.departments.isEmpty { policy.departments = [identities.member.department] }
            return PruningService(
                ledger: ledger, policy: policy, wallClock: clock, clock: ContinuousClock(), logger: logger)
        }
        self.genesis = genesis
        self.member = identities.member
        self.listen = configuration.listen
        self.logger = logger
        peers = try Self.peers(of: index, in: genesis, system: system)
        outboxes = peers.sorted { $0.key < $1.key }.map { PeerOutbox(index: $0.key, peer: $0.value, logger: logger) }
        try host(clock: clock)
    }

    /// Takes calls from now on: from validators, and from clients.
    private func host(clock: any WallClock) throws {
        let intake = PeerIntake(
            genesis: genesis,
            engine: engine,
            ledger: ledger,
            verifier: engine.verifier,
            clock: clock,
            logger: logger
        )
        let service = NodeService(
            genesis: genesis,
            member: member,
            engine: engine,
            ledger: ledger,
            readModel: readModel,
            waiters: waiters,
            work: work,
            clock: clock,
            startedAt: .now
        )
        let snapshots = SnapshotProvider(path: directory.snapshotsPath, ledger: ledger, work: work, logger: logger)
        try system.host(ValidatorPeer.name) {
            ValidatorPeer(intake: intake, snapshots: snapshots, actorSystem: system)
        }
        try system.host(LedgerGateway.name) { LedgerGateway(service: service, actorSystem: system) }
    }

    /// Runs every part until shutdown is asked for or one of them fails.
    func run() async throws {
        let listening: NodeAddress
        do {
            listening = try await system.listen(on: listen.nodeAddress)
        } catch {
            await stop()
            throw error
        }
        logger.info("node started", metadata: ["address": "\(listening)", "height": "\(ledger.head.height)"])
        // Whatever ends first ends all: a failure of a part, or the wish to stop.
        let result = await withTaskGroup(of: Result<Void, any Error>.self) { group in
            for outbox in outboxes {
                group.addTask { await Self.untilEnd { await outbox.run() } }
            }
            group.addTask { await Self.untilEnd { await work.run() } }
            group.addTask { await Self.untilEnd { await followPeers() } }
            group.addTask {
                await Self.untilEnd {
                    await ReadModelFollower(readModel, source: ledger, logger: logger).run(commits.stream)
                }
            }
            if let pruning {
                group.addTask { await Self.untilEnd { await pruning.run(prunable.stream) } }
            }
            group.addTask { await Self.untilEnd { await revocations.follow { revocationChanges.send(()) } } }
            group.addTask {
                // One task alone replaces what is revoked: of two, the slower would bring back what was there before.
                await Self.untilEnd {
                    for await _ in revocationChanges.stream { system.update(revocations: await revocations.current()) }
                }
            }
            group.addTask {
                for await error in failures.stream { return .failure(error) }
                return .success(())
            }
            group.addTask {
                await Self.untilEnd { await shutdownRequest() }
            }
            await engine.start(outboxes: outboxes, peers: peers)
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
        waiters.end(with: NodeError(.unavailable, "the node is shutting down: ask another one"))
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

    /// Keeps connections to the other validators and tells the engine who is there.
    private func followPeers() async {
        let validators = genesis.validators
        do {
            try system.keepConnected(to: peers.values.map(\.id.member).sorted(), on: .consensus)
        } catch {
            await engine.fail(error)
            return
        }
        var rivals: Set<MemberName> = []
        for await event in system.peerEvents() {
            switch event {
            case .reachable(let peer):
                rivals.remove(peer)
                if let index = validators.index(of: peer) { await engine.setReachability(of: index, true) }
            case .unreachable(let peer):
                if let index = validators.index(of: peer) { await engine.setReachability(of: index, false) }
            case .identityInUse(let peer):
                rivals.insert(peer)
                if rivals.count > validators.faultTolerance {
                    await engine.fail(
                        NodeStartError(
                            "another process speaks as \(member), says \(peer): two nodes with one identity would vote "
                                + "twice. Stop one of them; a second node needs a certificate of its own"
                        )
                    )
                }
            case .refused(let refusal):
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

    static func place(
        of identities: MemberIdentities,
        in genesis: Genesis,
        clock: any WallClock
    ) throws -> ValidatorIndex {
        let identity = identities.ledger
        try genesis.anchors.authenticate(identity.certificate, at: clock.now)
        try genesis.transportAnchors.authenticate(identities.transport.certificate, at: clock.now)
        guard let index = genesis.validators.index(of: identity.member), let validator = genesis.validators[index]
        else {
            throw NodeStartError(
                "\(identity.member) is not one of the validators that the genesis file names: use the identity of one"
            )
        }
        guard validator.key.identifier == identity.key.verificationKey.identifier else {
            throw NodeStartError(
                "the key of \(identity.member) is not the one in the genesis file: its votes would not count"
            )
        }
        return index
    }

    static func addresses(
        _ genesis: Genesis,
        _ configuration: NodeConfiguration
    ) throws -> [MemberName: NodeAddress] {
        var addresses = genesis.validatorAddresses.mapValues(\.nodeAddress)
        for (peer, endpoint) in configuration.peers {
            guard genesis.validators.index(of: peer) != nil else {
                throw NodeStartError("'peers' names \(peer), which is no validator of this consortium")
            }
            addresses[peer] = endpoint.nodeAddress
        }
        return addresses
    }

    static func peers(
        of index: ValidatorIndex,
        in genesis: Genesis,
        system: ClusterSystem
    ) throws -> [ValidatorIndex: ValidatorPeer] {
        var peers: [ValidatorIndex: ValidatorPeer] = [:]
        for other in genesis.validators.indices where other != index {
            guard let member = genesis.validators[other]?.member else { continue }
            let address = ActorAddress(member: member, actor: ValidatorPeer.name)
            peers[other] = try ValidatorPeer.resolve(id: address, using: system)
        }
        return peers
    }
}
