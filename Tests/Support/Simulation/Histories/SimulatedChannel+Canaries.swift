import Consensus
import Formats
import Identity
import Replication

/// Rules that are broken on purpose: see ``Canary``.
extension SimulatedChannel {
    /// After an honest node has said something.
    func breakRule(after message: ConsensusMessage, _ node: SimulatedNode) {
        guard let canary = plan.canary, case .certificate(let certificate) = message,
            certificate.statement.kind == .notarize, let block = certificate.statement.block
        else { return }
        let statement = certificate.statement
        let final = VoteStatement.finalize(
            block, in: statement.view, epoch: statement.epoch, channel: statement.channel)
        switch canary {
        case .finalizesAfterNullify:
            guard let index = node.validators(of: statement.epoch)?.index(of: node.member),
                let vote = signed(final, by: index, node)
            else { return }
            broadcast(.vote(vote), node)
        case .executesWithoutFinality:
            guard let validators = node.validators(of: statement.epoch), let peer = node.audience.first else { return }
            let votes = validators.indices.compactMap { signed(final, by: $0, node) }
            guard let forged = QuorumCertificate(statement: final, votes: votes, validators: validators) else { return }
            node.inputs.append(.event(.message(.certificate(forged), from: peer)))
        case .forgetsVotes, .quorumTooSmall, .sendsBeforeSync: break
        }
    }

    /// Each vote that arrives counts for two.
    func breakQuorum(with message: ConsensusMessage, _ node: SimulatedNode) {
        guard plan.canary == .quorumTooSmall, case .vote(let vote) = message,
            let validators = node.validators(of: message.epoch)
        else { return }
        let own = validators.index(of: node.member)
        guard let other = validators.indices.first(where: { $0 != vote.validator && $0 != own }),
            let forged = signed(vote.statement, by: other, node), let member = validators[other]?.member
        else { return }
        node.inputs.append(.event(.message(.vote(forged), from: member)))
    }
}
