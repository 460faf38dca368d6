package import Formats
package import Identity
package import Ledger

/// The blocks above the executed head: proposals, notarised blocks, and finalised ones that wait for a missing
/// ancestor.
///
/// A value without I/O. It is bounded in blocks and bytes; what is dropped can be fetched from peers again.
package struct BlockTree: Sendable {
    package struct Entry: Sendable {
        package let block: Block
        /// DER of the block.
        package let bytes: [UInt8]
        package let digest: Digest
        /// The transactions' identifiers, in order.
        package let transactions: [TransactionIdentifier]
        /// The block as it was verified here; `nil` for one that a quorum has vouched for and that was fetched.
        package let verified: VerifiedBlock?

        package var header: BlockHeader { block.header }

        package init(
            block: Block,
            bytes: [UInt8],
            digest: Digest,
            transactions: [TransactionIdentifier],
            verified: VerifiedBlock?
        ) {
            self.block = block
            self.bytes = bytes
            self.digest = digest
            self.transactions = transactions
            self.verified = verified
        }

        /// A block that was built or verified here.
        package init(verified block: VerifiedBlock, bytes: [UInt8]) {
            self.init(
                block: block.block,
                bytes: bytes,
                digest: block.digest,
                transactions: block.transactions.map(\.identifier),
                verified: block
            )
        }

        /// A block that others vouch for.
        package init(fetched block: Block, bytes: [UInt8], digest: Digest, suite: any CryptoSuite) {
            self.init(
                block: block,
                bytes: bytes,
                digest: digest,
                transactions: block.transactions.map { $0.body.identifier(suite: suite) },
                verified: nil
            )
        }
    }

    /// Most blocks held: many times what is ever between the executed head and the newest proposal.
    package static let maximumCount = 512
    /// Most bytes of blocks held.
    package static let maximumBytes = 128 << 20

    private var entries: [Digest: Entry] = [:]
    package private(set) var byteCount = 0
    /// Blocks that a quorum has notarised.
    private var notarized: Set<Digest> = []
    /// The executed head: everything at or below its height is in the ledger.
    package private(set) var root: ParentBlock

    package init(root: ParentBlock) {
        self.root = root
    }

    package var count: Int { entries.count }

    package subscript(digest: Digest) -> Entry? { entries[digest] }

    /// Takes a block in. One that the ledger has already changes nothing; one that is verified takes the place of the
    /// same block unverified.
    /// - Returns: `false` where there is no room; the block is not held then.
    package mutating func insert(_ entry: Entry) -> Bool {
        guard entry.header.height > root.height else { return true }
        if let known = entries[entry.digest] {
            if known.verified == nil { entries[entry.digest] = entry }
            return true
        }
        if !hasRoom(for: entry) { dropOutvoted() }
        guard hasRoom(for: entry) else { return false }
        entries[entry.digest] = entry
        byteCount += entry.bytes.count
        return true
    }

    /// A quorum has notarised the block, whether it is here or not.
    package mutating func markNotarized(_ digest: Digest) {
        notarized.insert(digest)
    }

    private func hasRoom(for entry: Entry) -> Bool {
        entries.count < Self.maximumCount && byteCount + entry.bytes.count <= Self.maximumBytes
    }

    /// Makes room: of the blocks below the newest view, only those that a quorum has notarised can still become final.
    private mutating func dropOutvoted() {
        guard let newest = entries.values.map(\.header.view).max() else { return }
        entries = entries.filter { $0.value.header.view == newest || notarized.contains($0.key) }
        byteCount = entries.values.reduce(0) { $0 + $1.bytes.count }
    }

    /// How the block with a digest hangs on the executed head.
    package enum Connection {
        /// Every block from just above the executed head to this one, in order; none where it is the head itself.
        case connected([Entry])
        /// An ancestor is not here.
        case missing
        /// On a branch that leaves the chain at the executed head or below it.
        case notAbove
    }

    package func connection(to digest: Digest) -> Connection {
        var chain: [Entry] = []
        var current = digest
        while current != root.digest {
            guard let entry = entries[current] else { return .missing }
            guard entry.header.height > root.height.next || entry.header.parent == root.digest else { return .notAbove }
            chain.append(entry)
            current = entry.header.parent
        }
        return .connected(chain.reversed())
    }

    /// The facts of a block that the one after it needs; `nil` where it is not connected to the executed head.
    package func parentBlock(_ digest: Digest) -> ParentBlock? {
        guard case .connected(let chain) = connection(to: digest) else { return nil }
        return chain.reduce(root) { parent, entry in
            parent.child(entry.header, digest: entry.digest, isEmpty: entry.transactions.isEmpty)
        }
    }

    /// The identifiers of every transaction in the blocks between the executed head and `digest`, which is included.
    package func pendingTransactions(upTo digest: Digest) -> Set<TransactionIdentifier> {
        guard case .connected(let chain) = connection(to: digest) else { return [] }
        return chain.reduce(into: []) { $0.formUnion($1.transactions) }
    }

    /// Moves the executed head up, and forgets whatever is not above it any more.
    package mutating func advanceRoot(to head: ParentBlock) {
        precondition(head.height >= root.height, "the executed head never moves down")
        root = head
        entries = entries.filter { $0.value.header.height > head.height }
        byteCount = entries.values.reduce(0) { $0 + $1.bytes.count }
        notarized = notarized.filter { entries[$0] != nil }
    }
}
