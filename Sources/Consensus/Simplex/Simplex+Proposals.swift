import Formats
import Identity

/// Proposing, checking proposals and voting for them (rules 3 and 4).
extension Simplex {
    // MARK: Others' proposals

    mutating func take(_ proposal: Proposal, from peer: ValidatorIndex) {
        let view = proposal.statement.view
        if let known = rounds[view]?.proposal {
            accuse(peer, in: view, .proposals(known.signed, proposal.signed))
            return
        }
        rounds[view, default: Round()].proposal = Round.ReceivedProposal(signed: proposal.signed, block: proposal.block)
        waitingProposals.insert(view)
        noticeAhead(view, peer)
    }

    /// Hands to the node every proposal whose turn it is: the current one, and those that a quorum has notarised.
    mutating func verifyWaitingProposals() {
        for view in waitingProposals.sorted() {
            guard let received = rounds[view]?.proposal, let whole = received.whole else { continue }
            let isNotarized = rounds[view]?.notarization?.statement.block == received.statement.block
            guard view > finalized.view, isNotarized || view == currentView else { continue }
            switch standing(of: received.statement, isNotarized: isNotarized) {
            case .ready:
                rounds[view]?.proposal?.stage = .verifying
                waitingProposals.remove(view)
                effects.append(.verify(whole))
            case .blockMissing(let parentView):
                fetchBlockIfMissing(in: parentView)
            case .certificatesMissing(let views):
                request(views)
            case .impossible:
                reject(view, .invalidParent)
            }
        }
    }

    private enum Standing {
        case ready
        case blockMissing(View)
        case certificatesMissing([View])
        case impossible
    }

    /// What a proposal still lacks, by rule 4. For a notarised block a quorum has answered the question of its gap.
    private func standing(of statement: ProposalStatement, isNotarized: Bool) -> Standing {
        let parentView = statement.parentView
        guard parentView >= finalized.view else { return .impossible }
        if parentView == finalized.view {
            guard statement.parent == finalized.digest else { return .impossible }
        } else if let notarized = rounds[parentView]?.notarization?.statement.block {
            guard statement.parent == notarized else { return .impossible }
        }
        let missing = isNotarized ? missingNotarization(parentView) : missingViews(from: parentView, to: statement.view)
        guard missing.isEmpty else { return .certificatesMissing(missing) }
        return isAvailable(parentView, statement.parent) ? .ready : .blockMissing(parentView)
    }

    private func missingNotarization(_ view: View) -> [View] {
        view == finalized.view || rounds[view]?.notarization != nil ? [] : [view]
    }

    /// The views of a gap whose certificates are not here, the newest first, and no more than a request can hold.
    private func missingViews(from parentView: View, to view: View) -> [View] {
        var missing: [View] = []
        var gap = view.previous
        while let candidate = gap, candidate > parentView, missing.count < CertificateRequest.maximumViewCount {
            if rounds[candidate]?.nullification == nil {
                missing.append(candidate)
            }
            gap = candidate.previous
        }
        guard missing.count < CertificateRequest.maximumViewCount else { return missing }
        return missing + missingNotarization(parentView)
    }

    func isAvailable(_ view: View, _ digest: Digest) -> Bool {
        if view == finalized.view { return digest == finalized.digest && finalized.isAvailable }
        return rounds[view]?.availableBlock == digest
    }

    mutating func finishVerification(_ view: View, _ digest: Digest, isValid: Bool) {
        if isValid {
            markAvailable(view, digest)
        }
        guard let received = rounds[view]?.proposal, received.stage == .verifying, received.statement.block == digest
        else { return }
        if isValid {
            rounds[view]?.proposal?.stage = .valid
            if view < currentView {
                rounds[view]?.proposal?.block = nil
            }
        } else {
            reject(view, .invalidBlock)
            fetchBlockIfMissing(in: view)
        }
    }

    /// Rule 4: an invalid proposal counts as an expired timer.
    private mutating func reject(_ view: View, _ reason: BlameReason) {
        waitingProposals.remove(view)
        rounds[view]?.proposal?.stage = .invalid
        rounds[view]?.proposal?.block = nil
        effects.append(.blame(configuration.validators.leader(of: view), reason))
        if view == currentView {
            giveUpCurrentView()
        }
    }

    /// Rule 4.
    mutating func voteForProposal() {
        guard let round = rounds[currentView], let received = round.proposal, received.stage == .valid,
            mayVote(in: currentView), let whole = received.whole
        else { return }
        let statement = VoteStatement.notarize(
            received.statement.block,
            in: currentView,
            epoch: configuration.validators.epoch,
            channel: configuration.channel
        )
        guard round.own.allows(statement) else { return }
        if leader != configuration.index {
            effects.append(.persist(.proposal(whole)))
        }
        cast(statement)
    }

    // MARK: Own proposals

    /// Rule 3, once there is something to propose.
    mutating func requestPayload() {
        guard leader == configuration.index, isActive, mayVote(in: currentView) else { return }
        let round = rounds[currentView]
        guard round?.proposal == nil, round?.own.isNullified != true else { return }
        switch payload {
        case .requested, .proposed: return
        case .none, .unavailable: break
        }
        guard let (parentView, parent) = findParent() else { return }
        // A view whose leader was skipped at once says nothing: the finalization may still be on its way.
        let isRequired = parentView > finalized.view && consecutiveNullifications > 0
        guard isWorkPending || isRequired else { return }
        let request = ProposalRequest(
            view: currentView, parentView: parentView, parent: parent, isRequired: isRequired)
        guard payload != .unavailable(request) else { return }
        payload = .requested(request)
        effects.append(.propose(request))
    }

    /// The newest notarised block below nullified views only, if the node has it. Asks for what is missing.
    private mutating func findParent() -> (View, Digest)? {
        var candidate = currentView.previous
        while let view = candidate, view > finalized.view {
            if let digest = rounds[view]?.notarization?.statement.block {
                guard isAvailable(view, digest) else {
                    fetchBlockIfMissing(in: view)
                    return nil
                }
                return (view, digest)
            }
            guard rounds[view]?.nullification != nil else {
                request([view])
                return nil
            }
            candidate = view.previous
        }
        return finalized.isAvailable ? (finalized.view, finalized.digest) : nil
    }

    mutating func doWithoutPayload(in view: View) {
        guard view == currentView, case .requested(let request) = payload else { return }
        payload = .unavailable(request)
    }

    /// The node's block for the request that is open; one that comes too late is dropped.
    mutating func propose(_ proposal: Proposal) {
        let statement = proposal.statement
        guard case .requested(let request) = payload, statement.view == currentView, request.view == currentView,
            rounds[currentView]?.own.isNullified != true, rounds[currentView]?.proposal == nil
        else { return }
        precondition(
            statement.parent == request.parent && statement.parentView == request.parentView
                && statement.channel == configuration.channel && statement.epoch == configuration.validators.epoch,
            "the node proposes what it was asked for"
        )
        payload = .proposed
        effects.append(.persist(.proposal(proposal)))
        effects.append(.broadcast(.proposal(proposal)))
        rounds[currentView, default: Round()].proposal = Round.ReceivedProposal(
            signed: proposal.signed, block: proposal.block, stage: .valid)
        rounds[currentView]?.availableBlock = statement.block
    }

    // MARK: Blocks

    mutating func markAvailable(_ view: View, _ digest: Digest) {
        if view == finalized.view, digest == finalized.digest {
            finalized.isAvailable = true
            requestedBlocks.remove(view)
        }
        guard let round = rounds[view] else { return }
        let notarized = round.notarization?.statement.block
        if notarized == nil || notarized == digest {
            rounds[view]?.availableBlock = digest
            requestedBlocks.remove(view)
        }
    }

    /// Asks for the block of a notarised or final view, once, unless it is here or its proposal is.
    mutating func fetchBlockIfMissing(in view: View) {
        let certificate = view == finalized.view ? finalized.certificate : rounds[view]?.notarization
        guard let certificate, let digest = certificate.statement.block, !isAvailable(view, digest) else { return }
        if let received = rounds[view]?.proposal, received.statement.block == digest, received.block != nil {
            // Its verification makes it available.
            return
        }
        guard requestedBlocks.insert(view).inserted else { return }
        effects.append(.fetchBlock(view, digest, from: certificate.signers.filter { $0 != configuration.index }))
    }
}
