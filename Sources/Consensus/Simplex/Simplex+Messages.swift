public import Formats

/// What a message is worth before anyone has checked a signature.
extension Simplex {
    public enum Relevance: Hashable, Sendable {
        /// Worth checking its signatures.
        case relevant
        /// Known, or of no use any more: drop it. Nobody is at fault.
        case superfluous
        /// Too far ahead to be kept: drop it, and tell the engine ``SimplexEvent/peerAhead(_:)``.
        case ahead
        /// Of another epoch: drop it. Validators learn of a new epoch at different moments.
        case otherEpoch
        /// No correct validator sends this.
        case faulty(BlameReason)
    }

    /// Sorts out, without any cryptography, what is not worth a signature check.
    ///
    /// - Parameter peer: the validator that the transport has authenticated as the sender.
    public func relevance(of message: ConsensusMessage, from peer: ValidatorIndex) -> Relevance {
        guard configuration.validators[peer] != nil else { return .faulty(.malformed) }
        guard message.channel == configuration.channel else { return .faulty(.wrongChannel) }
        guard message.epoch == configuration.validators.epoch else { return .otherEpoch }
        switch message {
        case .proposal(let proposal): return relevance(of: proposal, from: peer)
        case .vote(let vote): return relevance(of: vote, from: peer)
        case .certificate(let certificate): return relevance(of: certificate.statement)
        case .certificateRequest: return .relevant
        case .status(let status):
            return status.isConsistent(firstView: configuration.firstView) ? .relevant : .faulty(.malformed)
        }
    }

    private func relevance(of proposal: Proposal, from peer: ValidatorIndex) -> Relevance {
        let statement = proposal.statement
        guard statement.view > .zero, statement.parentView < statement.view else { return .faulty(.malformed) }
        guard peer == configuration.validators.leader(of: statement.view) else { return .faulty(.wrongSender) }
        guard proposal.block.count <= configuration.limits.maximumBlockBytes else { return .faulty(.oversized) }
        guard isAboveEvidenceWindow(statement.view) else { return .superfluous }
        guard statement.view <= currentView.advanced(by: SimplexLimits.proposalWindow) else { return .ahead }
        let round = rounds[statement.view]
        if let known = round?.proposal {
            let isNews = known.statement != statement && round?.accused.contains(peer) != true
            return isNews ? .relevant : .superfluous
        }
        return statement.view > finalized.view ? .relevant : .superfluous
    }

    private func relevance(of vote: Vote, from peer: ValidatorIndex) -> Relevance {
        let statement = vote.statement
        guard statement.view > .zero else { return .faulty(.malformed) }
        guard vote.validator == peer else { return .faulty(.wrongSender) }
        guard isAboveEvidenceWindow(statement.view) else { return .superfluous }
        guard statement.view <= currentView.advanced(by: SimplexLimits.voteWindow) else { return .ahead }
        let round = rounds[statement.view]
        if round?.votes.contradiction(to: vote) != nil {
            return round?.accused.contains(peer) == true ? .superfluous : .relevant
        }
        guard round?.votes[statement.kind, peer] == nil else { return .superfluous }
        // Beyond a quorum a vote adds nothing: a third of all signature checks is saved here.
        guard statement.view > finalized.view, round?.certificate(statement.kind) == nil else { return .superfluous }
        return .relevant
    }

    private func relevance(of statement: VoteStatement) -> Relevance {
        guard statement.view > .zero else { return .faulty(.malformed) }
        guard statement.view > finalized.view else { return .superfluous }
        guard rounds[statement.view]?.certificate(statement.kind) == nil else { return .superfluous }
        return .relevant
    }

    private func isAboveEvidenceWindow(_ view: View) -> Bool {
        view.advanced(by: SimplexLimits.evidenceWindow) > finalized.view
    }

    /// Takes a message. The signatures hold; everything else is checked again, because the state may have changed since
    /// ``relevance(of:from:)`` was asked.
    mutating func receive(_ message: ConsensusMessage, from peer: ValidatorIndex) {
        precondition(peer != configuration.index, "the driver does not feed this validator's messages back")
        if configuration.validators[peer] != nil, message.takesPart {
            peers[peer.rawValue].lastHeard = currentView
        }
        switch relevance(of: message, from: peer) {
        case .superfluous, .otherEpoch:
            return
        case .ahead:
            askForCertificates(of: peer)
        case .faulty(let reason):
            effects.append(.blame(peer, reason))
        case .relevant:
            switch message {
            case .proposal(let proposal): take(proposal, from: peer)
            case .vote(let vote): take(vote, from: peer)
            case .certificate(let certificate): apply(certificate)
            case .certificateRequest(let request): answer(request, to: peer)
            case .status(let status): take(status, from: peer)
            }
        }
    }
}

extension ConsensusMessage {
    /// Whether the sender keeps up: it proposes, or votes for blocks. One that has just come back speaks before it can
    /// lead, and waiting for it would cost a time-out in each of its views.
    fileprivate var takesPart: Bool {
        switch self {
        case .proposal: true
        case .vote(let vote): vote.statement.kind != .nullify
        case .certificate, .status, .certificateRequest: false
        }
    }
}
