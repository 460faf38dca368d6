import Consensus
import Formats
import Identity
import Ledger
import Replication

/// The replica of a machine that runs, in one place: the value is large, and is never copied.
final class RunningReplica {
    private var replica: Replica

    init(_ replica: Replica) { self.replica = replica }

    func receive(_ event: ReplicaEvent, at instant: ReplicaInstant) -> ReplicaOutput {
        replica.receive(event, at: instant)
    }

    func submit(
        _ transaction: VerifiedTransaction,
        unknownAt height: Height,
        at instant: ReplicaInstant
    ) -> (Replica.Insertion, ReplicaOutput) {
        replica.submit(transaction, unknownAt: height, at: instant)
    }

    func relevance(of message: ConsensusMessage, from member: MemberName) -> Simplex.Relevance {
        replica.relevance(of: message, from: member)
    }

    func verifiedTransactions(
        among identifiers: [TransactionIdentifier]
    ) -> [TransactionIdentifier: VerifiedTransaction] {
        replica.verifiedTransactions(among: identifiers)
    }

    func blockBytes(_ digest: Digest) -> [UInt8]? { replica.blockBytes(digest) }

    var standing: Replica.Standing { replica.standing }
    var measures: ReplicaMeasures { replica.measures }
    var isVoting: Bool { replica.isVoting }
    var isAtRest: Bool { replica.isAtRest }
}
