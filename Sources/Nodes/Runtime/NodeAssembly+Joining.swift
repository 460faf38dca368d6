import ClusterTransport
import Consensus
import Formats
import Identity
import Ledger
import Logging

extension NodeAssembly {
    /// Sees to it that a node without a ledger begins with a snapshot where that is called for, before anything opens
    /// the ledger.
    ///
    /// A node whose votes say that it has never voted is one of a consortium that is being founded: nobody has anything
    /// to give it. One that does not know whether it has voted asks.
    static func beginLedger(
        _ configuration: NodeConfiguration,
        genesis: Genesis,
        identities: MemberIdentities,
        directory: DataDirectory,
        clock: any WallClock,
        logger: Logger
    ) async throws {
        guard !ProtectedFile.exists(directory.ledgerPath) else { return }
        if let path = configuration.snapshotPath {
            let folder = SnapshotFolder(path)
            let manifest = try folder.manifest()
            try await SnapshotInstallation(in: directory, genesis: genesis)
                .run(manifest, from: SnapshotFolderSource(folder))
            logger.notice("the ledger begins with a snapshot", metadata: ["height": "\(manifest.height)"])
            return
        }
        let isFounding = try hasVotes(directory, genesis: genesis)
        guard configuration.joinMode == .always || configuration.joinMode == .automatic && !isFounding else { return }
        var revocations = Revocations()
        let anchors = genesis.anchors
        for list in RevocationWatch.lists(in: configuration.revocationsPath, anchors: anchors, logger: logger) {
            revocations.insert(list)
        }
        let system = try ClusterSystem(
            identity: identities.transport,
            anchors: genesis.transportAnchors,
            realm: genesis.digest,
            addresses: addresses(genesis, configuration),
            revocations: revocations,
            logger: logger,
            clock: { clock.now }
        )
        let peers = try addresses(genesis, configuration).keys.filter { $0 != identities.member }.sorted().map {
            member in
            try ValidatorPeer.resolve(id: ActorAddress(member: member, actor: ValidatorPeer.name), using: system)
        }
        let join = SnapshotJoin(
            mode: configuration.joinMode,
            genesis: genesis,
            directory: directory,
            peers: peers,
            clock: ContinuousClock(),
            logger: logger
        )
        let result: Result<Height?, any Error>
        do {
            result = .success(try await join.run())
        } catch {
            result = .failure(error)
        }
        await system.shutDown()
        if let height = try result.get() {
            logger.notice("the ledger begins with a snapshot", metadata: ["height": "\(height)"])
        }
    }

    private static func hasVotes(_ directory: DataDirectory, genesis: Genesis) throws -> Bool {
        var log = try WriteAheadLog(directory: directory.votesPath, channel: genesis.channel, suite: genesis.suite)
        return !log.takeRecords().isEmpty
    }
}
