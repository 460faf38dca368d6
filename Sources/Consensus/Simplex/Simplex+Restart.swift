import Formats

/// Back from the log, or without one. See ``Simplex`` for why a lost log does no harm.
extension Simplex {
    /// Puts the state together from durable records, without any effect.
    mutating func restore(_ records: [ConsensusRecord], finalized certificate: QuorumCertificate?) {
        recovery = Recovery()
        if let certificate, certificate.statement.epoch == configuration.validators.epoch {
            apply(certificate)
            finalized.isAvailable = true
        }
        let committed = finalized.view
        precondition(configuration.root != nil || finalized.certificate != nil, "an epoch stands on a known block")
        for record in records where record.isClearance || record.epoch == configuration.validators.epoch {
            restore(record)
        }
        if configuration.validators.count == 1 {
            recovery = nil
        }
        // What restoring had to say was said before; only what the ledger does not know yet is told at the start.
        effects = EffectQueue()
        if finalized.view > committed, let latest = finalized.certificate {
            effects.append(.finalized(latest))
            fetchBlockIfMissing(in: finalized.view)
        }
        consecutiveNullifications = 0
        for index in peers.indices {
            peers[index].lastHeard = currentView
        }
    }

    private mutating func restore(_ record: ConsensusRecord) {
        switch record {
        case .clearance(let view, let epoch):
            // A log that was whole in an earlier epoch is whole still; what was silence there is none here.
            recovery = nil
            if epoch == configuration.validators.epoch { silentThrough = max(silentThrough, view) }
        case .certificate(let certificate):
            // No votes come of it: the own votes are in the records, and what is missing is cast at the start.
            let isRecovering = recovery
            recovery = Recovery()
            apply(certificate)
            recovery = isRecovering
        case .vote(let statement):
            guard statement.view > finalized.view else { return }
            rounds[statement.view, default: Round()].own.insert(statement)
            currentView = max(currentView, statement.view)
        case .proposal(let proposal):
            let view = proposal.statement.view
            guard view > finalized.view else { return }
            rounds[view, default: Round()].proposal = Round.ReceivedProposal(
                signed: proposal.signed, block: proposal.block, stage: .valid)
            rounds[view]?.availableBlock = proposal.statement.block
            currentView = max(currentView, view)
        }
    }

    mutating func start() {
        if recovery != nil {
            effects.append(.broadcast(.status(status(wantsAnswer: true))))
            return
        }
        // Cast again, in the same words, what was cast before: others may not have heard it, and it has to be counted.
        for view in rounds.keys.filter({ $0 > finalized.view }).sorted() {
            recast(in: view)
        }
        for view in rounds.keys.sorted() where view > finalized.view {
            guard let digest = rounds[view]?.notarization?.statement.block else { continue }
            finalizeIfAllowed(digest, in: view)
            fetchBlockIfMissing(in: view)
        }
    }

    private mutating func recast(in view: View) {
        guard let own = rounds[view]?.own else { return }
        let (epoch, channel) = (configuration.validators.epoch, configuration.channel)
        if let digest = own.notarized {
            effects.append(.vote(.notarize(digest, in: view, epoch: epoch, channel: channel)))
        }
        if own.isNullified {
            effects.append(.vote(.nullify(view, epoch: epoch, channel: channel)))
        }
        if let digest = own.finalized {
            effects.append(.vote(.finalize(digest, in: view, epoch: epoch, channel: channel)))
        }
    }

    /// Counts an answer, the first of each peer: what a peer says later says less about the time before the loss.
    mutating func recover(with status: ValidatorStatus, from peer: ValidatorIndex) {
        guard var answers = recovery?.answers, answers.insert(peer).inserted else { return }
        recovery?.answers = answers
        let validators = configuration.validators
        guard answers.count >= max(1, validators.count - validators.quorum + validators.faultTolerance) else { return }
        // Every answer's view was proved by its certificate, which has brought this validator there: M is its view now.
        silentThrough = currentView.next
        recovery = nil
        effects.append(.persist(.clearance(above: silentThrough, epoch: validators.epoch)))
    }
}
