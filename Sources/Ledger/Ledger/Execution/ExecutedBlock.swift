public import Formats
public import Identity

/// What became of a block's changes: those that changed something, and the state root after them.
public struct AppliedChanges: Sendable {
    /// In the order of (contract, key) by bytes; removing what was not there is none of them.
    public let changes: [StateChange]
    public let root: Digest

    public init(changes: [StateChange], root: Digest) {
        self.changes = changes
        self.root = root
    }
}

/// What executing one block has come to.
public struct ExecutedBlock: Sendable {
    public let height: Height
    /// One for each transaction, in their order.
    public let outcomes: [Outcome]
    /// The outcomes' DER, over which their root is.
    public let encodedOutcomes: [[UInt8]]
    public let outcomesRoot: Digest
    /// The state's changes in the order of (contract, key) by bytes.
    public let changes: [StateChange]
    /// The certificate under which each transaction was executed; `nil` where there was none in force.
    public let submitters: [MemberCertificate?]
    /// The journal's subtrees that became complete, the block's leaf first.
    public let journalNodes: [MerkleRange.Node]
    /// Where execution stands after the block.
    public let tip: ExecutionTip

    public var executed: ExecutedState { tip.executed }
}
