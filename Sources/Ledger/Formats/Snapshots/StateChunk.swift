public import Identity
public import SwiftASN1

/// An entry of the state's log with what its digests stand for.
public struct SnapshotEntry: DERSequence, Hashable {
    /// `nil` for the sentinel alone.
    public let name: StateName?
    /// `nil` where the key was removed, and for the sentinel.
    public let value: [UInt8]?
    /// ``StateLeaf/next``.
    public let next: Digest
    /// ``StateLeaf/height``.
    public let height: Height

    /// Longest value of an entry, in bytes.
    public static let maximumValueByteCount = 64 * 1024

    public init(name: StateName?, value: [UInt8]?, next: Digest, height: Height) {
        self.name = name
        self.value = value
        self.next = next
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        next = try fields.digest()
        height = try fields.number()
        var rest = fields
        guard rest.next() != nil else {
            (name, value) = (nil, nil)
            return
        }
        name = try StateName(derEncoded: &fields)
        rest = fields
        value = rest.next() == nil ? nil : try fields.octets(limit: Self.maximumValueByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(next)
        try fields.serialize(height)
        guard let name else { return }
        try fields.serialize(name)
        if let value { try fields.serialize(octets: value) }
    }

    /// What of the entry is hashed.
    public func leaf(suite: any CryptoSuite) -> StateLeaf {
        StateLeaf(
            key: name?.digest(suite: suite) ?? .zero,
            value: value.map { suite.digest(of: $0) } ?? .zero,
            next: next,
            height: height
        )
    }
}

/// What a snapshot holds of one position of the state's log.
public enum SnapshotPosition: Hashable, Sendable {
    /// The newest entry of its key.
    case active(SnapshotEntry)
    /// The leaf digest of an entry that was superseded.
    case superseded(Digest)

    public func leafDigest(suite: any CryptoSuite) -> Digest {
        switch self {
        case .active(let entry): entry.leaf(suite: suite).digest(suite: suite)
        case .superseded(let digest): digest
        }
    }
}

/// 16 consecutive positions of the state's log, from a multiple of 16 on; fewer at its end.
public enum SnapshotGroup: Hashable, Sendable {
    /// Positions of a complete group.
    public static let entryCount = 16

    case positions([SnapshotPosition])
    /// The Merkle root over 16 entries that are all superseded.
    case superseded(Digest)

    /// The Merkle root over the group's leaf digests.
    public func root(suite: any CryptoSuite) -> Digest {
        switch self {
        case .positions(let positions):
            MerkleTree.root(ofLeaves: positions.map { $0.leafDigest(suite: suite) }, suite: suite)
        case .superseded(let root): root
        }
    }
}

/// A run of the state's log at one height, which proves itself against the state root: the newest entries in full, of
/// the superseded ones what is needed to hash, the activity, and the way from the twigs to the root.
///
/// A chunk begins and ends between groups, because a twig may be larger than a chunk: of the twigs that it begins and
/// ends in, it has the other groups' roots.
public struct StateChunk: DERSequence, Hashable {
    public static let version: Int64 = 1

    /// The number of the first group.
    public let firstGroup: UInt64
    public let groups: [SnapshotGroup]
    /// The roots of the groups of the first twig that stand before ``groups``.
    public let before: [Digest]
    /// The roots of the groups of the last twig that stand after ``groups``.
    public let after: [Digest]
    /// The 256 activity bits of each twig that the groups are of.
    public let activity: [Digest]
    /// From those twigs to the twigs' root.
    public let span: MerkleSpan

    static let groupsPerTwig = StateTwig.entryCount / SnapshotGroup.entryCount

    public init(
        firstGroup: UInt64,
        groups: [SnapshotGroup],
        before: [Digest],
        after: [Digest],
        activity: [Digest],
        span: MerkleSpan
    ) {
        self.firstGroup = firstGroup
        self.groups = groups
        self.before = before
        self.after = after
        self.activity = activity
        self.span = span
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "state chunk")
        firstGroup = UInt64(try fields.integer(in: 0...Int64(StateCommitment.maximumSize)))
        groups = try fields.list(limit: SnapshotLimits.groupsPerChunk) { try SnapshotGroup(derEncoded: &$0) }
        before = try fields.list(limit: Self.groupsPerTwig - 1) { try $0.digest() }
        after = try fields.list(limit: Self.groupsPerTwig - 1) { try $0.digest() }
        activity = try fields.list(limit: SnapshotLimits.groupsPerChunk) { try $0.digest() }
        span = try MerkleSpan(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(firstGroup)
        try fields.serialize(list: groups) { try $0.serialize($1) }
        try fields.serialize(list: before) { try $0.serialize($1) }
        try fields.serialize(list: after) { try $0.serialize($1) }
        try fields.serialize(list: activity) { try $0.serialize($1) }
        try fields.serialize(span)
    }

    /// The number of the group after the last.
    public var endGroup: UInt64 { firstGroup + UInt64(groups.count) }

    /// Checks that the chunk is a part of the state with this commitment, and that it is whole: every entry that is
    /// active stands there in full, no other does.
    /// - Throws: ``VerificationError`` with code `inconsistent` or `wrongDigest`.
    public func verify(_ state: StateCommitment, suite: any CryptoSuite) throws(VerificationError) {
        try checkPlace(state)
        try checkActivity(state)
        var roots = before + groups.map { $0.root(suite: suite) } + after
        var twigs: [Digest] = []
        for bits in activity {
            let entries = Array(roots.prefix(Self.groupsPerTwig))
            roots.removeFirst(entries.count)
            let entriesRoot = MerkleTree.root(ofLeaves: entries, suite: suite)
            twigs.append(StateTwig.digest(entriesRoot: entriesRoot, activity: bits, suite: suite))
        }
        guard span.root(leaves: twigs, suite: suite) == state.twigsRoot else {
            throw VerificationError(.wrongDigest, "the state chunk from group \(firstGroup) does not lead to the root")
        }
    }

    private func checkPlace(_ state: StateCommitment) throws(VerificationError) {
        let groupCount = Self.groupCount(of: state)
        let perTwig = UInt64(Self.groupsPerTwig)
        let twigCount = (groupCount + perTwig - 1) / perTwig
        let (first, end) = (firstGroup / perTwig, (endGroup + perTwig - 1) / perTwig)
        guard !groups.isEmpty, endGroup <= groupCount, span.size == twigCount, span.first == first,
            span.count == end - first, UInt64(activity.count) == span.count,
            UInt64(before.count) == firstGroup % perTwig,
            UInt64(after.count) == min(end * perTwig, groupCount) - endGroup
        else {
            throw VerificationError(.inconsistent, "the state chunk from group \(firstGroup) does not fit the log")
        }
        for (offset, group) in groups.enumerated() {
            guard case .positions(let positions) = group else { continue }
            let start = (firstGroup + UInt64(offset)) * UInt64(SnapshotGroup.entryCount)
            guard UInt64(positions.count) == min(UInt64(SnapshotGroup.entryCount), state.size - start) else {
                throw VerificationError(
                    .inconsistent, "group \(firstGroup + UInt64(offset)) has \(positions.count) entries")
            }
        }
    }

    private func checkActivity(_ state: StateCommitment) throws(VerificationError) {
        let complete = state.size / UInt64(StateTwig.entryCount) * UInt64(Self.groupsPerTwig)
        for (offset, group) in groups.enumerated() {
            let number = firstGroup + UInt64(offset)
            let bits = activity[Int(number / UInt64(Self.groupsPerTwig) - span.first)]
            let start = Int(number % UInt64(Self.groupsPerTwig)) * SnapshotGroup.entryCount
            let isActive = (start..<start + SnapshotGroup.entryCount).map { StateTwig.isActive($0, in: bits) }
            let isRight =
                switch group {
                case .positions(let positions):
                    zip(positions, isActive).allSatisfy { $0.isActive == $1 }
                        && (number >= complete || isActive.contains(true))
                // Of a twig that is not complete, whoever goes on needs every leaf digest.
                case .superseded: number < complete && !isActive.contains(true)
                }
            guard isRight else {
                throw VerificationError(
                    .inconsistent, "group \(number) of the state does not have in full what is active, and only that")
            }
        }
    }

    /// Groups in a log.
    public static func groupCount(of state: StateCommitment) -> UInt64 {
        let size = UInt64(SnapshotGroup.entryCount)
        return (state.size + size - 1) / size
    }
}

extension SnapshotPosition {
    fileprivate var isActive: Bool {
        if case .active = self { true } else { false }
    }
}
