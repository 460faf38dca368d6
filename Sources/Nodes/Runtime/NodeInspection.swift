public import Formats
public import Identity
public import Ledger

/// What a node tells the applications in its own process besides what it answers to every client: its own condition,
/// and the blocks that it keeps.
///
/// For whoever shows a node to people. Nothing here changes anything.
public protocol NodeInspection: Sendable {
    /// The first block that the node keeps, and the last that it has executed; `nil` before the first.
    /// - Throws: `LedgerError`.
    func keptBlocks() async throws(LedgerError) -> ClosedRange<Height>?

    /// The block at a height, `nil` above the last one and at height 0.
    /// - Throws: `LedgerError` with code `pruned` where it is not kept here any more.
    func block(at height: Height) async throws(LedgerError) -> Block?

    /// Who signed that the block at a height is final, where the block has a certificate of its own; a later one's
    /// stands for it otherwise.
    /// - Throws: `LedgerError`.
    func finalization(at height: Height) async throws(LedgerError) -> QuorumCertificate?

    /// What became of the transaction at a place; `nil` where there is none.
    /// - Throws: `LedgerError` with code `pruned` where it is not kept here.
    func outcome(at height: Height, index: Int) async throws(LedgerError) -> Outcome?

    /// The validators of an epoch that has been announced, whose places the marks of certificates count; `nil` for one
    /// that has not.
    /// - Throws: `LedgerError`.
    func validators(of epoch: Epoch) async throws(LedgerError) -> ValidatorSet?

    /// The facts about this node that a diagnosis is made of.
    func health() async -> NodeHealth

    /// How another member's node is, by its own word.
    /// - Throws: the transport's error where it cannot be reached in time.
    func status(of member: MemberName) async throws -> NodeStatus
}
