public import Formats
import Identity

/// Where execution stands: the results up to a height, and the journal's right edge, which the next block needs.
public struct ExecutionTip: Sendable, Hashable {
    public let executed: ExecutedState
    public let journal: MerkleRange

    public init(executed: ExecutedState, journal: MerkleRange) {
        self.executed = executed
        self.journal = journal
    }

    /// Before the first block: height 0, a state that holds its sentinel alone, an empty journal.
    public init(genesis: Genesis) {
        let journal = MerkleRange()
        self.journal = journal
        self.executed = ExecutedState(
            height: .zero,
            stateRoot: StateTree.genesis(suite: genesis.suite).root,
            journalRoot: journal.root(suite: genesis.suite)
        )
    }
}
