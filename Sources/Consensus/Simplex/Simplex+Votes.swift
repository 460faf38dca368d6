import Formats
import Identity

/// Counting votes and casting them (rules 4 to 9).
extension Simplex {
    /// A vote of another validator: counted if it is its first of this kind, evidence if it contradicts an earlier one.
    mutating func take(_ vote: Vote, from peer: ValidatorIndex) {
        let view = vote.statement.view
        if let earlier = rounds[view]?.votes.contradiction(to: vote) {
            accuse(peer, in: view, .votes(earlier, vote))
        }
        // Above the last finalised view, a contradictory vote of a kind that is not here yet still counts for its
        // statement.
        guard view > finalized.view, rounds[view]?.votes[vote.statement.kind, peer] == nil else { return }
        rounds[view, default: Round()].votes.insert(vote)
        noticeAhead(view, peer)
        count(vote.statement)
    }

    /// This validator's own vote, now durable.
    mutating func countOwn(_ vote: Vote) {
        let view = vote.statement.view
        precondition(vote.validator == configuration.index, "the vote cast is this validator's own")
        guard let round = rounds[view], view > finalized.view else { return }
        precondition(round.own.contains(vote.statement), "the vote cast is one that was asked for")
        guard round.votes[vote.statement.kind, vote.validator] == nil else { return }
        rounds[view]?.votes.insert(vote)
        count(vote.statement)
    }

    /// Forms and forwards the certificate when the statement has a quorum.
    private mutating func count(_ statement: VoteStatement) {
        guard let round = rounds[statement.view], round.certificate(statement.kind) == nil else { return }
        let votes = round.votes.votes(for: statement, of: configuration.validators)
        guard
            let certificate = QuorumCertificate(
                statement: statement, votes: votes, validators: configuration.validators)
        else { return }
        if forwardsCertificates(of: statement.view) {
            effects.append(.broadcast(.certificate(certificate)))
        }
        apply(certificate)
    }

    /// Who tells all others of a quorum at once: the leader of the view, and of the next one, which builds on it.
    /// Everybody sends its votes to everybody, so that most need no telling; whoever has missed a vote and both leaders
    /// learns of it with the next retransmission.
    private func forwardsCertificates(of view: View) -> Bool {
        let validators = configuration.validators
        return [validators.leader(of: view), validators.leader(of: view.next)].contains(configuration.index)
    }

    /// Whether this validator may speak in a view at all.
    func mayVote(in view: View) -> Bool {
        recovery == nil && view > silentThrough && view > finalized.view
    }

    /// Persists and casts a vote, if it may speak and has not said it before.
    /// - Precondition: rule 9 allows it; the callers ask before.
    mutating func cast(_ statement: VoteStatement) {
        precondition(mayVote(in: statement.view), "a validator does not vote where it may have voted before")
        let allowed = rounds[statement.view, default: Round()].own.allows(statement)
        precondition(allowed, "a validator does not contradict itself in view \(statement.view)")
        rounds[statement.view, default: Round()].own.insert(statement)
        effects.append(.persist(.vote(statement)))
        effects.append(.vote(statement))
    }

    /// Rule 6, and an invalid proposal: the current view is given up, unless that would contradict what was said.
    mutating func giveUpCurrentView() {
        let statement = VoteStatement.nullify(
            currentView, epoch: configuration.validators.epoch, channel: configuration.channel)
        guard mayVote(in: currentView), rounds[currentView]?.own.allows(statement) ?? true else { return }
        cast(statement)
    }

    /// Rule 5: a notarised block that this validator has not given up is final as far as it is concerned.
    mutating func finalizeIfAllowed(_ digest: Digest, in view: View) {
        let statement = VoteStatement.finalize(
            digest, in: view, epoch: configuration.validators.epoch, channel: configuration.channel)
        guard mayVote(in: view), rounds[view]?.own.allows(statement) ?? true else { return }
        cast(statement)
    }

    /// Reports a contradiction, once for each validator and view.
    mutating func accuse(_ validator: ValidatorIndex, in view: View, _ evidence: Evidence) {
        guard rounds[view, default: Round()].accused.insert(validator).inserted else { return }
        effects.append(.evidence(evidence))
    }
}
