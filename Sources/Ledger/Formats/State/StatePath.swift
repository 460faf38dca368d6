public import Identity
public import SwiftASN1

/// The way from one entry of the state's log to the state root, with the bit that says whether it is the newest of its
/// key.
public struct StatePath: DERSequence, Hashable {
    /// Most siblings above the twigs: enough for the longest log.
    public static let maximumTwigSiblingCount = 40

    /// Entries in the log.
    public let size: UInt64
    /// The entry's position in the log.
    public let position: UInt64
    /// The siblings within the twig, from the entry up.
    public let entrySiblings: [Digest]
    /// The 256 activity bits of the entry's twig.
    public let activity: Digest
    /// The siblings above the twig, from it up.
    public let twigSiblings: [Digest]

    public init(
        size: UInt64,
        position: UInt64,
        entrySiblings: [Digest],
        activity: Digest,
        twigSiblings: [Digest]
    ) {
        self.size = size
        self.position = position
        self.entrySiblings = entrySiblings
        self.activity = activity
        self.twigSiblings = twigSiblings
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        size = UInt64(try fields.integer(in: 1...Int64(StateCommitment.maximumSize)))
        position = UInt64(try fields.integer(in: 0...Int64(size - 1)))
        entrySiblings = try fields.list(limit: 8) { try $0.digest() }
        activity = try fields.digest()
        twigSiblings = try fields.list(limit: Self.maximumTwigSiblingCount) { try $0.digest() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(size)
        try fields.serialize(position)
        try fields.serialize(list: entrySiblings) { try $0.serialize($1) }
        try fields.serialize(activity)
        try fields.serialize(list: twigSiblings) { try $0.serialize($1) }
    }

    /// Whether the path says that the entry is the newest of its key. It holds only if the root does.
    public var isActive: Bool {
        StateTwig.isActive(Int(position % UInt64(StateTwig.entryCount)), in: activity)
    }

    /// The state root that follows from the entry's leaf digest; `nil` where the path has too many or too few siblings
    /// for its place in a log of its size.
    public func root(leaf: Digest, suite: any CryptoSuite) -> Digest? {
        let twigSize = UInt64(StateTwig.entryCount)
        let twig = position / twigSize
        let within = MerklePath(
            index: position % twigSize,
            size: min(twigSize, size - twig * twigSize),
            siblings: entrySiblings
        )
        let above = MerklePath(index: twig, size: (size + twigSize - 1) / twigSize, siblings: twigSiblings)
        guard let entriesRoot = within.root(leaf: leaf, suite: suite) else { return nil }
        let digest = StateTwig.digest(entriesRoot: entriesRoot, activity: activity, suite: suite)
        guard let twigsRoot = above.root(leaf: digest, suite: suite) else { return nil }
        return StateCommitment(size: size, twigsRoot: twigsRoot).root(suite: suite)
    }
}
