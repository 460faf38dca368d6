import Formats
import Identity
import Ledger

/// What blocks have come to on the nodes of one history, by block and by where execution stood: most histories execute
/// each block once, which costs a quarter of their time, and the others once on each node.
final class SharedExecutions {
    private struct Key: Hashable {
        let block: Digest
        let results: ExecutedState
    }

    private var blocks: [Key: ExecutedBlock] = [:]

    func known(_ block: Digest, on tip: ExecutionTip) -> ExecutedBlock? {
        blocks[Key(block: block, results: tip.executed)]
    }

    func remember(_ executed: ExecutedBlock, of block: Digest, on tip: ExecutionTip) {
        blocks[Key(block: block, results: tip.executed)] = executed
    }
}
