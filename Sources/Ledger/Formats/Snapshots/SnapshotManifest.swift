public import Identity
public import SwiftASN1

/// What a snapshot (快照) is of, what makes it true, and what it consists of.
///
/// A snapshot is the state, the journal and the identifiers of the last transactions as of one height: enough to go on
/// with the blocks after it. Its truth stands in ``sealingHeader``, which a quorum has signed: state root and journal
/// root of the snapshot's height. Every chunk leads to one of the two by itself.
public struct SnapshotManifest: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let suite: CryptoSuiteIdentifier
    /// The consortium's name: the digest of its genesis file.
    public let consortium: Digest
    /// The header of the block at the snapshot's height.
    public let header: BlockHeader
    /// The finalization of that block, with which consensus goes on.
    public let finalization: QuorumCertificate
    /// A later header, whose ``BlockHeader/executed`` is of the snapshot's height.
    public let sealingHeader: BlockHeader
    public let sealingFinalization: QuorumCertificate
    /// From the validators of epoch 0 to those of the sealing header's epoch.
    public let epochs: [EpochChange]
    /// How long the state's log is; its digest is the state root.
    public let state: StateCommitment
    /// The first height of the window: the last `transactionLifetime` heights up to the snapshot's.
    public let firstWindowHeight: Height
    public let stateChunks: [SnapshotChunk]
    public let journalChunks: [SnapshotChunk]
    public let windowChunks: [SnapshotChunk]

    public var height: Height { header.height }

    public init(
        suite: CryptoSuiteIdentifier,
        consortium: Digest,
        header: BlockHeader,
        finalization: QuorumCertificate,
        sealingHeader: BlockHeader,
        sealingFinalization: QuorumCertificate,
        epochs: [EpochChange] = [],
        state: StateCommitment,
        firstWindowHeight: Height,
        stateChunks: [SnapshotChunk],
        journalChunks: [SnapshotChunk],
        windowChunks: [SnapshotChunk]
    ) {
        self.suite = suite
        self.consortium = consortium
        self.header = header
        self.finalization = finalization
        self.sealingHeader = sealingHeader
        self.sealingFinalization = sealingFinalization
        self.epochs = epochs
        self.state = state
        self.firstWindowHeight = firstWindowHeight
        self.stateChunks = stateChunks
        self.journalChunks = journalChunks
        self.windowChunks = windowChunks
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "snapshot manifest")
        suite = try fields.suite()
        consortium = try fields.digest()
        header = try BlockHeader(derEncoded: &fields)
        finalization = try QuorumCertificate(derEncoded: &fields)
        sealingHeader = try BlockHeader(derEncoded: &fields)
        sealingFinalization = try QuorumCertificate(derEncoded: &fields)
        epochs = try fields.list(limit: EpochChange.maximumCount) { try EpochChange(derEncoded: &$0) }
        state = try StateCommitment(derEncoded: &fields)
        firstWindowHeight = try fields.number()
        stateChunks = try Self.chunks(&fields)
        journalChunks = try Self.chunks(&fields)
        windowChunks = try Self.chunks(&fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(suite)
        try fields.serialize(consortium)
        try fields.serialize(header)
        try fields.serialize(finalization)
        try fields.serialize(sealingHeader)
        try fields.serialize(sealingFinalization)
        try fields.serialize(list: epochs) { try $0.serialize($1) }
        try fields.serialize(state)
        try fields.serialize(firstWindowHeight)
        for part in SnapshotPart.allCases {
            try fields.serialize(list: chunks(of: part)) { try $0.serialize($1) }
        }
    }

    private static func chunks(_ fields: inout ASN1NodeCollection.Iterator) throws -> [SnapshotChunk] {
        let chunks = try fields.list(limit: SnapshotLimits.chunkCount) { try SnapshotChunk(derEncoded: &$0) }
        guard !chunks.isEmpty else { throw FormatError(.outOfRange, "a part of a snapshot has at least one chunk") }
        return chunks
    }

    /// The chunks of one part, in order.
    public func chunks(of part: SnapshotPart) -> [SnapshotChunk] {
        switch part {
        case .state: stateChunks
        case .journal: journalChunks
        case .window: windowChunks
        }
    }

    /// The first height of the window that a snapshot of `height` has: deduplication needs to know every transaction
    /// that might still be put into a block, and none is valid for longer than the channel allows.
    public static func firstWindowHeight(of height: Height, limits: ChannelLimits) -> Height {
        Height(
            rawValue: height.rawValue > limits.transactionLifetime ? height.rawValue - limits.transactionLifetime : 1)
    }

    /// Checks that a quorum vouches for the snapshot's height and its roots. What the chunks hold is for them to prove.
    /// - Throws: ``VerificationError`` that names the first thing that does not hold.
    public func verify(against genesis: Genesis) throws(VerificationError) {
        try genesis.check(suite: suite, consortium: consortium)
        guard header.channel == genesis.channel else {
            throw VerificationError(.wrongChannel, "the snapshot is of channel \(header.channel)")
        }
        guard sealingHeader.executed.height == header.height, header.height < sealingHeader.height,
            header.epoch == sealingHeader.epoch
        else {
            throw VerificationError(
                .inconsistent,
                "block \(sealingHeader.height) of epoch \(sealingHeader.epoch) states the results of height "
                    + "\(sealingHeader.executed.height), the snapshot is of \(header.height), epoch \(header.epoch)"
            )
        }
        guard state.root(suite: genesis.suite) == sealingHeader.executed.stateRoot else {
            throw VerificationError(.wrongDigest, "the state's length and root are not those of the sealing header")
        }
        guard firstWindowHeight == Self.firstWindowHeight(of: height, limits: genesis.limits) else {
            throw VerificationError(.inconsistent, "the snapshot's window begins at height \(firstWindowHeight)")
        }
        try finalization.checkStatement(of: header, genesis: genesis)
        let chain = EpochChain(
            start: AuthenticatedValidators(genesis: genesis), changes: epochs, genesis: genesis)
        try chain.checkLinks(to: sealingHeader, finalization: sealingFinalization)
        let validators = try chain.authenticate(sealingFinalization)
        try finalization.verify(in: validators.set, suite: genesis.suite)
    }
}
