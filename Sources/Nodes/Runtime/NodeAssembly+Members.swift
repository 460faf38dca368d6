import ClusterTransport
import Consensus
import Formats
import Identity
import Ledger
import Replication

/// Who this node is among the members of the channel, and where the others are.
extension NodeAssembly {
    /// Checks that the identities are of this consortium, and of a node.
    /// - Throws: ``NodeStartError``, `IdentityError`.
    static func authenticate(
        _ identities: MemberIdentities,
        in genesis: Genesis,
        clock: any WallClock
    ) throws {
        let identity = identities.ledger
        try genesis.anchors.authenticate(identity.certificate, at: clock.now)
        try genesis.transportAnchors.authenticate(identities.transport.certificate, at: clock.now)
        guard identity.member.role == .validator || identity.member.role == .observer else {
            throw NodeStartError(
                "\(identity.member) is no node: use an identity with the role validator or observer")
        }
    }

    /// The keys that this node votes with: its own, and the one that takes its place where the configuration names it.
    /// - Throws: ``NodeStartError`` where the ledger names this node as a validator with another key.
    static func keys(
        _ configuration: NodeConfiguration,
        _ identities: MemberIdentities,
        genesis: Genesis,
        schedule: ValidatorSchedule
    ) throws -> [KeyIdentifier: any SigningKey] {
        var identities = [identities]
        if let path = configuration.nextIdentityPath {
            identities.append(try IdentityDirectory(path).loadAll(suite: genesis.suite))
        }
        let keys = Dictionary(
            identities.map { ($0.ledger.key.verificationKey.identifier, $0.ledger.key) }, uniquingKeysWith: { $1 })
        let member = identities[0].member
        guard identities.allSatisfy({ $0.member == member }) else {
            throw NodeStartError("'next-identity' is of another member than 'identity', \(member)")
        }
        for term in [schedule.current, schedule.next].compactMap(\.self) {
            guard let index = term.validators.index(of: member), let validator = term.validators[index] else {
                continue
            }
            guard keys[validator.key.identifier] != nil else {
                throw NodeStartError(
                    """
                    the key of \(member) is not the one that the ledger names for epoch \(term.epoch): its votes would \
                    not count; give the identity with that key as 'identity' or, before the epoch begins, as \
                    'next-identity'
                    """
                )
            }
        }
        return keys
    }

    /// The replica, from what is durable.
    static func replica(
        member: MemberName,
        keys: Set<KeyIdentifier>,
        ledger: ChannelLedger,
        records: [ConsensusRecord]
    ) async throws -> Replica {
        let head = ledger.head
        var results: [ExecutedState] = []
        var height = head.block.executed.height
        while height < head.height {
            if let executed = try await ledger.results(at: height) { results.append(executed) }
            height = height.next
        }
        return Replica(
            Replica.Configuration(genesis: ledger.genesis, member: member, keys: keys),
            restoring: records,
            head: head,
            root: try await root(of: head, ledger: ledger),
            results: results,
            finalization: try await ledger.lastFinalization()
        )
    }

    /// The last block before the current epoch, as long as the ledger has its header.
    private static func root(of head: LedgerHead, ledger: ChannelLedger) async throws -> Simplex.Root? {
        let first = head.schedule.current.firstHeight
        guard let last = first.previous, last > .zero else {
            return Simplex.Root(genesisOf: ledger.genesis.channel)
        }
        guard last < head.height else { return Simplex.Root(view: head.block.view, digest: head.digest) }
        guard let header = try await ledger.header(at: last) else { return nil }
        return Simplex.Root(view: header.view, digest: header.digest(suite: ledger.genesis.suite))
    }

    /// Knows where the validators of the present epoch and the announced one listen, and stays connected to them. What
    /// the configuration says of an address goes before what the ledger says.
    /// - Returns: the other validators.
    static func connect(
        _ system: ClusterSystem,
        to schedule: ValidatorSchedule,
        configuration: NodeConfiguration
    ) throws -> [ValidatorPeer] {
        var members: Set<MemberName> = []
        for term in [schedule.current, schedule.next].compactMap(\.self) {
            for index in term.validators.indices {
                guard let member = term.validators[index]?.member, member != system.member else { continue }
                members.insert(member)
                let configured = configuration.peers[member]?.nodeAddress
                if let address = configured ?? term.endpoints[member]?.nodeAddress {
                    system.setAddress(address, of: member)
                }
            }
        }
        try system.keepConnected(to: members.sorted(), on: .consensus)
        system.releaseConnections(exceptTo: members.sorted(), on: .consensus)
        return try members.sorted().map { member in
            try ValidatorPeer.resolve(id: ActorAddress(member: member, actor: ValidatorPeer.name), using: system)
        }
    }

    /// Where to find members before there is a ledger to ask: the genesis' validators, and whom the configuration
    /// names.
    static func addresses(_ genesis: Genesis, _ configuration: NodeConfiguration) -> [MemberName: NodeAddress] {
        genesis.validatorAddresses.merging(configuration.peers) { $1 }.mapValues(\.nodeAddress)
    }
}
