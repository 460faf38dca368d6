import Consensus
import Formats
import Identity
import Ledger

/// Puts transactions into its blocks that no client has signed, the same transaction twice, and headers that do not
/// hold.
struct ForgingLeader: Misbehaviour {
    private var count = 0

    mutating func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        guard case .proposal(let proposal) = message, let block = traitor.ownBlock(proposal) else { return [message] }
        count += 1
        return traitor.proposal(proposal, of: bent(block, traitor)).map { [.proposal($0)] } ?? [message]
    }

    private func bent(_ block: Block, _ traitor: Traitor) -> Block {
        let suite = traitor.genesis.suite
        guard let first = block.transactions.first, count % 4 != 0 else {
            let ahead = block.header.timestamp.advanced(by: .seconds(3_600))
            return Block(header: block.header.with(timestamp: ahead), transactions: block.transactions)
        }
        let added: Transaction
        if count % 4 == 1 {
            added = first
        } else {
            let body = first.body
            let forged = TransactionBody(
                channel: body.channel, submitter: body.submitter,
                idempotencyKey: IdempotencyKey(suite.digest(of: body.idempotencyKey.bytes)),
                lastValidHeight: body.lastValidHeight, calls: body.calls)
            added = Transaction(body: forged, signature: first.signature)
        }
        let transactions = block.transactions + [added]
        let root = Block.transactionsRoot(transactions, suite: suite)
        return Block(header: block.header.with(transactionsRoot: root), transactions: transactions)
    }
}
