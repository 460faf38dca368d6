public import Formats
public import Identity

/// What a leader makes its block with.
public struct BlockBuilder: Sendable {
    public let genesis: Genesis

    public init(genesis: Genesis) { self.genesis = genesis }

    /// Builds the block of a view.
    ///
    /// Takes candidates in their order up to the channel's limits; passes over what is on the chain already or out of
    /// its lifetime at this height. What it builds passes ``BlockValidator``, unless it is empty and there is nothing
    /// to do.
    /// - Parameters:
    ///   - candidates: verified transactions, first come first.
    ///   - parent: the block to build on.
    ///   - term: the epoch of the block's height.
    ///   - view: the leader's view.
    ///   - now: the leader's clock; the timestamp is later than the parent's even where the clock is not.
    ///   - executed: this node's newest results.
    ///   - known: of the candidates, those that are on the ledger or in an ancestor that is not executed yet.
    public func block(
        of candidates: [VerifiedTransaction],
        on parent: ParentBlock,
        in term: ValidatorSchedule.Term,
        view: View,
        now: Timestamp,
        executed: ExecutedState,
        knownTransactions known: Set<TransactionIdentifier> = []
    ) -> VerifiedBlock {
        let height = parent.height.next
        let transactions = select(candidates, at: height, known: known)
        let header = BlockHeader(
            channel: genesis.channel,
            epoch: term.epoch,
            height: height,
            view: view,
            parent: parent.digest,
            timestamp: max(now, parent.timestamp.advanced(by: .milliseconds(1))),
            proposer: term.validators.leader(of: view),
            transactionsRoot: MerkleTree(leaves: transactions.map(\.bytes), suite: genesis.suite).root,
            // A leader that is behind repeats the parent's, which a quorum has compared with its own.
            executed: executed.height > parent.executed.height ? executed : parent.executed
        )
        return VerifiedBlock(header: header, digest: header.digest(suite: genesis.suite), transactions: transactions)
    }

    private func select(
        _ candidates: [VerifiedTransaction],
        at height: Height,
        known: Set<TransactionIdentifier>
    ) -> [VerifiedTransaction] {
        let limits = genesis.limits
        var seen = known
        var room = BlockSize.transactionCapacity(maximum: limits.maximumBlockBytes)
        var chosen: [VerifiedTransaction] = []
        for candidate in candidates {
            let last = candidate.transaction.body.lastValidHeight
            guard last >= height, last <= height.advanced(by: limits.transactionLifetime),
                !seen.contains(candidate.identifier)
            else { continue }
            guard chosen.count < limits.maximumBlockTransactions, candidate.bytes.count <= room else { break }
            seen.insert(candidate.identifier)
            room -= candidate.bytes.count
            chosen.append(candidate)
        }
        return chosen
    }
}
