package import Consensus
package import Formats
package import Identity
package import Ledger

/// What a driver tells a replica.
package enum ReplicaEvent: Sendable {
    /// Once, first.
    case start
    /// A message that ``Replica/relevance(of:from:)`` found relevant and whose signatures hold, of the member that the
    /// transport has authenticated.
    case message(ConsensusMessage, from: MemberName)
    /// A message of this member was of no use because it is ahead.
    case peerAhead(MemberName)
    /// The vote that ``ReplicaEffect/vote(_:by:)`` asked for: durable, signed and broadcast.
    case voteCast(Vote)
    /// The answer to ``ReplicaEffect/signProposal(_:by:)``.
    case proposalSigned(SignedProposal)
    /// A timer has run out. One that was cancelled in the meantime does no harm.
    case timerFired(ReplicaTimer)
    /// The transport's word about a connection. Until told, nobody is reachable.
    case reachability(of: MemberName, isReachable: Bool)
    /// Transactions that a peer offers. None of them was on the ledger when it had executed `unknownAt`.
    case offered([VerifiedTransaction], unknownAt: Height)
    /// The answer to ``ReplicaEffect/examine(_:)``: the block parses and every signature in it holds.
    case examined(ExaminedProposal)
    /// The other answer to it.
    case examinationFailed(Proposal, ExaminationFailure, at: Height)
    /// The answer to ``ReplicaEffect/execute(_:)``: the blocks are on the ledger, and durable.
    case executed(ExecutionReport)
    /// The answer to ``ReplicaEffect/fetchBlock(_:in:from:)``; `nil` where nobody had the block. Its digest and its
    /// transactions' root have been checked.
    case blockFetched(Digest, in: View, BlockTree.Entry?)
    /// The answer to ``ReplicaEffect/fetchRange(_:)``.
    case rangeFetched(RangeRequest, RangeAnswer)
}

/// A proposal whose signatures have been checked; what is left are the rules that depend on where this node stands.
package struct ExaminedProposal: Sendable {
    package let proposal: Proposal
    package let block: Block
    package let transactions: [VerifiedTransaction]
    /// Of the transactions, those that were on the ledger when it was asked.
    package let knownTransactions: Set<TransactionIdentifier>

    package var statement: ProposalStatement { proposal.statement }

    package init(
        proposal: Proposal,
        block: Block,
        transactions: [VerifiedTransaction],
        knownTransactions: Set<TransactionIdentifier>
    ) {
        self.proposal = proposal
        self.block = block
        self.transactions = transactions
        self.knownTransactions = knownTransactions
    }
}

/// Why a proposed block did not pass examination.
package enum ExaminationFailure: Sendable {
    /// It breaks a rule, whoever looks.
    case invalid(any Error)
    /// A submitter's certificate is not known here; it may be in a block that is not executed here yet.
    case submitterUnknown(any Error)
    /// This node could not look: nobody's fault but its own.
    case unavailable(any Error)
}

/// What executing blocks has come to.
package struct ExecutionReport: Sendable {
    package let head: LedgerHead
    /// The results after each of the blocks that were handed over.
    package let results: [ExecutedState]

    package init(head: LedgerHead, results: [ExecutedState]) {
        self.head = head
        self.results = results
    }
}
