package import Consensus
package import Formats
package import Identity
package import Ledger

/// What a replica wants done, besides what it wants kept: see ``ReplicaOutput``.
package enum ReplicaEffect: Sendable {
    /// Sign the statement as the validator of that place in the statement's epoch, broadcast the vote to the
    /// validators, and tell the replica ``ReplicaEvent/voteCast(_:)``.
    case vote(VoteStatement, by: ValidatorIndex)
    /// Sign the statement and answer with ``ReplicaEvent/proposalSigned(_:)``.
    case signProposal(ProposalStatement, by: ValidatorIndex)
    /// Send to every other validator of the epoch.
    case broadcast(ConsensusMessage)
    case send(ConsensusMessage, to: MemberName)
    /// Arming a timer that is armed replaces it.
    case arm(ReplicaTimer, after: Duration)
    case cancel(ReplicaTimer)
    /// Parse the block and check its signatures beside the engine; answer with ``ReplicaEvent/examined(_:)`` or
    /// ``ReplicaEvent/examinationFailed(_:_:at:)``.
    case examine(Proposal)
    /// Execute the blocks in one transaction of the database; answer with ``ReplicaEvent/executed(_:)``. There is never
    /// more than one of these under way.
    case execute([FinalizedBlock])
    /// Ask the members one after the other for a block that a quorum has notarised.
    case fetchBlock(Digest, in: View, from: [MemberName])
    /// Ask one member for final blocks.
    case fetchRange(RangeRequest)
    /// Offer the transactions to every other validator.
    case offer([VerifiedTransaction])
    /// Nothing will come of the transaction any more: tell whoever waits.
    case expired(TransactionIdentifier)
    /// Records up to this view of the epoch, and of earlier ones, have no use any more.
    case releaseLog(through: View, of: Epoch)
    /// A validator has provably contradicted itself: keep the proof, report it to the ledger.
    case evidence(Evidence, of: MemberName)
    /// Other validators are announced, or in force: what is broadcast from now on goes to those of the current epoch,
    /// and votes are checked with their keys.
    case scheduleChanged(ValidatorSchedule)
    /// Something that an operator may want to know.
    case notice(ReplicaNotice)
    /// This node's memory, disk or software is at fault: it must not speak any more.
    case fail(LedgerError)
}

/// What one step of a replica asks for.
///
/// The order is the one of ``Simplex``: first all records are appended to the write-ahead log; then, if `needsSync`,
/// the log is made durable; then the effects are carried out, in their order. A driver may take the outputs of several
/// steps together. If the log refuses, none of the effects may be carried out.
package struct ReplicaOutput: Sendable {
    package var records: [ConsensusRecord] = []
    package var needsSync = false
    package var effects: [ReplicaEffect] = []

    package init() {}

    package var isEmpty: Bool { records.isEmpty && !needsSync && effects.isEmpty }

    /// Adds a later step's output.
    package mutating func append(_ next: ReplicaOutput) {
        records += next.records
        needsSync = needsSync || next.needsSync
        effects += next.effects
    }
}

package enum ReplicaTimer: Hashable, Sendable {
    case consensus(SimplexTimer)
    /// Until a leader without transactions proposes an empty block.
    case quiet
    /// Until a leader under load proposes what it has.
    case gathering
    /// Until transactions that were handed in here and still wait are offered again.
    case offers
    /// Until missing final blocks are asked for.
    case catchUp
}

/// The instant of an event: the wall clock for timestamps, a clock that never goes back for intervals.
package struct ReplicaInstant: Sendable {
    package let wall: Timestamp
    /// Since any fixed instant of this process.
    package let elapsed: Duration

    package init(wall: Timestamp, elapsed: Duration) {
        self.wall = wall
        self.elapsed = elapsed
    }
}

/// Something that an operator may want to know: for the log and metrics, without any effect on the protocol.
package enum ReplicaNotice: Sendable {
    /// A peer did what no correct validator does.
    case blame(MemberName, BlameReason)
    case proposalRefused(view: View, block: Digest, reason: String)
    case noRoom(view: View)
    case catchingUp(from: Height, blocks: Int)
    /// A peer's final blocks did not hold; it is not asked again for a while.
    case peerDropped(MemberName, reason: String)
    /// Final blocks are missing that a peer does not keep any more.
    case tooFarBehind(MemberName, reason: String)
}
