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

    /// Before the first block: height 0, the channel's identifier as the state's digest, an empty journal.
    public init(genesis: Genesis) {
        let journal = MerkleRange()
        self.journal = journal
        self.executed = ExecutedState(
            height: .zero,
            stateRoot: genesis.channel.digest,
            journalRoot: journal.root(suite: genesis.suite)
        )
    }
}
