import Consensus
import Formats
import Identity

/// Makes certificates up: with signatures that are none, of too few validators, of another view or block, and tells of
/// views that it cannot prove.
struct CertificateLiar: Misbehaviour {
    private var count = 0

    mutating func bend(_ message: ConsensusMessage, to peer: MemberName, as traitor: Traitor) -> [ConsensusMessage] {
        count += 1
        switch message {
        case .vote(let vote):
            // As if a quorum had said what it says itself.
            return [message] + forged(vote.statement, as: traitor)
        case .certificate(let certificate):
            let statement = certificate.statement
            let next = VoteStatement.nullify(statement.view.next, epoch: statement.epoch, channel: statement.channel)
            return (count % 2 == 0 ? [message] : []) + forged(next, as: traitor)
        case .status(let status):
            return [message, .status(status)]
        case .proposal, .certificateRequest:
            return [message]
        }
    }

    /// A certificate of the statement with its own signature in every place, and one with its own votes alone.
    private func forged(_ statement: VoteStatement, as traitor: Traitor) -> [ConsensusMessage] {
        guard let own = traitor.vote(statement) else { return [] }
        let votes = traitor.validators.indices.map {
            Vote(statement: statement, validator: $0, signature: own.signature)
        }
        let smaller = ValidatorSet(
            epoch: traitor.validators.epoch,
            validators: traitor.validators.indices.prefix(1).compactMap {
                traitor.validators[$0]
            })
        let few = QuorumCertificate(
            statement: statement,
            votes: [Vote(statement: statement, validator: ValidatorIndex(rawValue: 0), signature: own.signature)],
            validators: smaller)
        return [QuorumCertificate(statement: statement, votes: votes, validators: traitor.validators), few]
            .compactMap { $0.map { .certificate($0) } }
    }
}
