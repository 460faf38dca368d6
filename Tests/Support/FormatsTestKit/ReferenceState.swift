public import Formats
public import Identity

/// The authenticated state as its specification says it, in lists and with no regard for time: what a fast
/// implementation is compared with, and what proofs in tests come from.
public struct ReferenceState: Sendable {
    /// The log, from its beginning.
    public private(set) var leaves: [StateLeaf] = [.sentinel]
    /// For each leaf whether it is the newest of its key.
    public private(set) var isActive = [true]
    /// The value of every entry that is there.
    public private(set) var values: [StateName: [UInt8]] = [:]

    private let suite: any CryptoSuite

    /// The state at height 0.
    public init(suite: any CryptoSuite) { self.suite = suite }

    /// Writes what one block has changed.
    ///
    /// For every key whose value or successor is another than before, exactly one entry is appended, in ascending order
    /// of state keys. A key that is given the value that it has is not changed, and neither is one that is removed
    /// without being there; a key once written stays in the ring for ever.
    /// - Parameters:
    ///   - changes: names and new values; `nil` removes. The last one of a name counts.
    ///   - height: the block's.
    public mutating func apply(_ changes: [(name: StateName, value: [UInt8]?)], at height: Height) {
        let before = ring
        var after = Dictionary(uniqueKeysWithValues: before.map { ($0.key, $0.value) })
        for (name, value) in changes {
            values[name] = value
            let key = name.digest(suite: suite)
            guard value != nil || after[key] != nil else { continue }
            after[key] = value.map(suite.digest(of:)) ?? .zero
        }
        let keys = after.keys.sorted()
        for (index, key) in keys.enumerated() {
            let next = index + 1 < keys.count ? keys[index + 1] : Digest.zero
            let known = before.first { $0.key == key }
            if let known, known.value == after[key], known.next == next { continue }
            // What changes its successor alone keeps the height at which its value was written.
            let written = known?.value == after[key] ? known?.height : nil
            append(StateLeaf(key: key, value: after[key] ?? .zero, next: next, height: written ?? height))
        }
    }

    /// The newest entry of every key, the sentinel first, in the order of keys.
    public var ring: [StateLeaf] {
        zip(leaves, isActive).filter(\.1).map(\.0).sorted { $0.key < $1.key }
    }

    /// The state root.
    public var root: Digest {
        StateCommitment(size: UInt64(leaves.count), twigsRoot: merkle.root(twigDigests[...])).root(suite: suite)
    }

    /// The proof of what the state says of `name`: its newest entry or, where it never had one, that of the key before.
    public func proof(of name: StateName) -> StateProof {
        let key = name.digest(suite: suite)
        let position = leaves.indices.first { index in
            let leaf = leaves[index]
            return isActive[index] && (leaf.key == key || leaf.key < key && (leaf.next == .zero || key < leaf.next))
        }
        guard let position else { preconditionFailure("the ring is closed: one entry has or precedes every key") }
        return proof(at: position)
    }

    /// The proof of the entry at a position of the log, active or not.
    public func proof(at position: Int) -> StateProof {
        let twig = position / StateTwig.entryCount
        let entries = leafDigests(of: twig)
        return StateProof(
            leaf: leaves[position],
            path: StatePath(
                size: UInt64(leaves.count),
                position: UInt64(position),
                entrySiblings: merkle.path(to: position % StateTwig.entryCount, entries[...]),
                activity: activity(of: twig),
                twigSiblings: merkle.path(to: twig, twigDigests[...])
            )
        )
    }

    private mutating func append(_ leaf: StateLeaf) {
        for index in leaves.indices where leaves[index].key == leaf.key { isActive[index] = false }
        leaves.append(leaf)
        isActive.append(true)
    }

    private var merkle: ReferenceMerkle { ReferenceMerkle(suite: suite) }

    private func range(of twig: Int) -> Range<Int> {
        twig * StateTwig.entryCount..<min((twig + 1) * StateTwig.entryCount, leaves.count)
    }

    private func leafDigests(of twig: Int) -> [Digest] {
        leaves[range(of: twig)].map { merkle.leaf($0.derBytes) }
    }

    private func activity(of twig: Int) -> Digest {
        var bytes = [UInt8](repeating: 0, count: StateTwig.activityByteCount)
        for (index, position) in range(of: twig).enumerated() where isActive[position] {
            bytes[index / 8] |= 0x80 >> UInt8(index % 8)
        }
        guard let activity = Digest(bytes) else { preconditionFailure("256 bits are 32 bytes") }
        return activity
    }

    private var twigDigests: [Digest] {
        (0..<(leaves.count + StateTwig.entryCount - 1) / StateTwig.entryCount).map { twig in
            let entriesRoot = merkle.root(leafDigests(of: twig)[...])
            return suite.digest(of: [2] + entriesRoot.bytes + activity(of: twig).bytes)
        }
    }
}
