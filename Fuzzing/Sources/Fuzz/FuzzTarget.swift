import Formats
import Identity
import Ledger

/// Something that reads what others hand over. The raw values name the folders of the corpus.
enum FuzzTarget: String, CaseIterable {
    case receipt
    case step
    case trusted
    case genesis
    case block
    case transaction
    case range
    case certificate
    case revocations
    case snapshot
    case membership
    case evidence

    /// Hands bytes to the decoder and to whatever checks what it has read. Neither may trap, and what is read has to be
    /// written as it was: two encodings of one structure would have two digests.
    func run(_ bytes: [UInt8], with fixtures: FuzzFixtures) {
        let genesis = fixtures.genesis
        switch self {
        case .receipt: receipt(bytes, fixtures)
        case .step: step(bytes, from: [LightClient(genesis: genesis), fixtures.client])
        case .trusted: trusted(bytes, genesis)
        case .genesis:
            _ = Self.read(GenesisDocument.self, bytes, GenesisDocument.maximumByteCount).map {
                try? Genesis(document: $0)
            }
        case .block: _ = Self.read(Block.self, bytes, 8 << 20)?.header.digest(suite: genesis.suite)
        case .transaction: _ = Self.read(Transaction.self, bytes, Transaction.maximumByteCount)
        case .range: range(bytes, genesis)
        case .certificate: certificate(bytes, genesis)
        case .revocations: revocations(bytes, genesis)
        case .snapshot: snapshot(bytes, genesis)
        case .membership: membership(bytes)
        case .evidence: evidence(bytes, genesis)
        }
    }

    private func receipt(_ bytes: [UInt8], _ fixtures: FuzzFixtures) {
        guard let receipt = Self.read(Receipt.self, bytes, Receipt.maximumByteCount) else { return }
        _ = receipt.jsonView
        let genesis = fixtures.others.first { $0.digest == receipt.consortium } ?? fixtures.genesis
        guard let findings = try? receipt.verify(against: genesis) else { return }
        // What has led to a set may be led to by it.
        precondition((try? receipt.verify(against: genesis, trusting: findings.trusted)) != nil)
    }

    private func step(_ bytes: [UInt8], from clients: [LightClient]) {
        guard let step = Self.read(LightClientStep.self, bytes, LightClientStep.maximumByteCount) else { return }
        for var client in clients where (try? client.advance(step)) != nil {
            precondition(client.header == step.header && (try? client.advance(step)) == nil)
        }
    }

    private func trusted(_ bytes: [UInt8], _ genesis: Genesis) {
        guard let trusted = Self.read(TrustedValidators.self, bytes, TrustedValidators.maximumByteCount),
            let client = try? LightClient(genesis: genesis, trusted: trusted)
        else { return }
        precondition(client.trusted == trusted)
    }

    private func range(_ bytes: [UInt8], _ genesis: Genesis) {
        guard let range = Self.read(FinalizedRange.self, bytes, 16 << 20) else { return }
        _ = try? range.verified(
            after: .zero, digest: genesis.channel.digest, in: ValidatorSchedule(genesis: genesis), genesis: genesis)
    }

    private func certificate(_ bytes: [UInt8], _ genesis: Genesis) {
        guard let certificate = try? MemberCertificate(der: bytes, suite: genesis.suite) else { return }
        try? genesis.anchors.authenticate(certificate, at: genesis.document.createdAt)
    }

    private func revocations(_ bytes: [UInt8], _ genesis: Genesis) {
        guard let list = try? RevocationList(der: bytes, anchors: genesis.anchors) else { return }
        var revocations = Revocations()
        revocations.insert(list)
    }

    /// Arguments and entries of the contract that changes members.
    private func membership(_ bytes: [UInt8]) {
        _ = Self.read(MembershipProposalArguments.self, bytes, Transaction.maximumByteCount)
        _ = Self.read(MembershipProposal.self, bytes, ExecutionLimits.valueBytes)
        _ = Self.read(ProposalStanding.self, bytes, ExecutionLimits.valueBytes)
        _ = Self.read(OpenProposals.self, bytes, ExecutionLimits.valueBytes)
        _ = Self.read(EpochMembers.self, bytes, ExecutionLimits.valueBytes)
        _ = Self.read(EpochAnswer.self, bytes, Transaction.maximumByteCount)
    }

    private func evidence(_ bytes: [UInt8], _ genesis: Genesis) {
        _ = Self.read(MisconductRecord.self, bytes, ExecutionLimits.valueBytes)
        guard let evidence = try? Evidence(derBytes: bytes) else { return }
        precondition(evidence.derBytes == bytes)
        try? evidence.verify(in: genesis.validators, suite: genesis.suite)
    }

    /// A manifest, or a chunk with commitments that it may be of.
    private func snapshot(_ bytes: [UInt8], _ genesis: Genesis) {
        let suite = genesis.suite
        try? Self.read(SnapshotManifest.self, bytes, SnapshotLimits.manifestBytes)?.verify(against: genesis)
        if let chunk = Self.read(StateChunk.self, bytes, SnapshotLimits.chunkBytes) {
            for size in [1, 1_000, min(chunk.endGroup * 16, StateCommitment.maximumSize)] {
                try? chunk.verify(StateCommitment(size: size, twigsRoot: .zero), suite: suite)
            }
        }
        for height in [1, 100, 1 << 40] as [UInt64] {
            let executed = ExecutedState(height: Height(rawValue: height), stateRoot: .zero, journalRoot: .zero)
            try? Self.read(JournalChunk.self, bytes, SnapshotLimits.chunkBytes)?.verify(executed, suite: suite)
            try? Self.read(WindowChunk.self, bytes, SnapshotLimits.chunkBytes)?.verify(executed, suite: suite)
        }
    }

    private static func read<Structure: DERSequence>(
        _: Structure.Type,
        _ bytes: [UInt8],
        _ limit: Int
    ) -> Structure? {
        guard let structure = try? Structure(derBytes: bytes, limit: limit) else { return nil }
        precondition(structure.derBytes == bytes, "two encodings of one structure")
        return structure
    }
}
