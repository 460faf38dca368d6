import Consensus
import Formats
import Identity

/// The rules, one by one, about what a validator does.
extension SimplexRuleChecker {
    mutating func check(
        _ effect: SimplexEffect,
        _ validator: ValidatorIndex,
        _ trace: inout ValidatorTrace,
        told: QuorumCertificate?,
        _ time: Duration
    ) {
        switch effect {
        case .persist(let record):
            if case .certificate = record {} else { trace.unsynced.insert(record) }
            check(record, validator, &trace, told: told, time)
        case .sync:
            trace.durable.formUnion(trace.unsynced)
            trace.unsynced = []
        case .vote(let statement):
            checkDurability(of: .vote(statement), "a vote", validator, trace, time)
            cast(statement, by: validator)
        case .broadcast(.proposal(let proposal)), .send(.proposal(let proposal), _):
            if validators.leader(of: proposal.statement.view) == validator {
                checkDurability(of: .proposal(proposal), "a proposal", validator, trace, time)
            } else {
                report(.leadsOwnViewsOnce, validator, time, "proposes in view \(proposal.statement.view)")
            }
        case .broadcast(.vote(let vote)), .send(.vote(let vote), _):
            checkDurability(of: .vote(vote.statement), "a vote", validator, trace, time)
        case .broadcast(.certificate(let certificate)), .send(.certificate(let certificate), _):
            checkVotes(of: certificate, validator, time)
        case .propose(let request): check(request, validator, trace, time)
        case .armTimer(.leader(let view), _), .armTimer(.view(let view), _):
            checkPresence(in: view, "arms a timer", validator, trace, time)
        case .finalized(let certificate):
            checkVotes(of: certificate, validator, time)
            if certificate.statement.kind != .finalize {
                report(.certificatesHaveVotes, validator, time, "\(certificate.statement.kind) makes nothing final")
            }
        case .notarized(let view, let digest):
            if trace.notarizations[view] != digest {
                report(.certificatesHaveVotes, validator, time, "takes view \(view) for notarised")
            }
        case .broadcast, .send, .armTimer, .cancelTimer, .verify, .fetchBlock, .evidence, .blame: break
        }
    }

    // MARK: Records

    private mutating func check(
        _ record: ConsensusRecord,
        _ validator: ValidatorIndex,
        _ trace: inout ValidatorTrace,
        told: QuorumCertificate?,
        _ time: Duration
    ) {
        switch record {
        case .certificate(let certificate):
            let statement = certificate.statement
            let known = trace.received[statement] ?? []
            if certificate != told, !known.isSuperset(of: certificate.signers) {
                report(
                    .certificatesHaveVotes, validator, time,
                    "forms \(statement.kind) of view \(statement.view) from votes that it has not got")
            }
            checkVotes(of: certificate, validator, time)
            trace.hold(certificate)
        case .vote(let statement):
            check(statement, validator, trace, time)
            trace.votes[statement.view, default: []].insert(statement)
        case .proposal(let proposal):
            let statement = proposal.statement
            guard validators.leader(of: statement.view) == validator else { return }
            if trace.ownProposals.updateValue(statement, forKey: statement.view).map({ $0 != statement }) == true {
                report(.leadsOwnViewsOnce, validator, time, "proposes again in view \(statement.view)")
            }
            checkVoice(in: statement.view, "a proposal", validator, trace, time)
        case .clearance(let view, _):
            check(clearance: view, validator, &trace, time)
        }
    }

    /// Rules 4, 5, 6 and 9.
    private mutating func check(
        _ statement: VoteStatement,
        _ validator: ValidatorIndex,
        _ trace: ValidatorTrace,
        _ time: Duration
    ) {
        let view = statement.view
        checkVoice(in: view, "\(statement.kind)", validator, trace, time)
        if trace.has(statement.kind, in: view) {
            report(.votesOnce, validator, time, "\(statement.kind) once more in view \(view)")
        }
        switch statement.kind {
        case .notarize:
            checkPresence(in: view, "votes notarize", validator, trace, time)
            if trace.has(.nullify, in: view) {
                report(.votesOnce, validator, time, "notarize in view \(view), which it has given up")
            }
            let proposal = trace.proposals[view]
            guard let proposal, proposal.isValid, proposal.statement.block == statement.block else {
                report(.notarizesFirstValidProposal, validator, time, "notarize in view \(view)")
                return
            }
            let (parent, parentView) = (proposal.statement.parent, proposal.statement.parentView)
            if !trace.accepts(parent: parent, of: parentView, in: view) {
                report(.parentIsNotarized, validator, time, "notarize in view \(view) on view \(parentView)")
            }
        case .nullify:
            checkPresence(in: view, "votes nullify", validator, trace, time)
            if trace.has(.finalize, in: view) {
                report(.neverGivesUpAndFinalizes, validator, time, "nullify after finalize in view \(view)")
            }
        case .finalize:
            if trace.notarizations[view] != statement.block {
                report(.finalizesNotarized, validator, time, "finalize in view \(view)")
            }
            if trace.has(.nullify, in: view) {
                report(.neverGivesUpAndFinalizes, validator, time, "finalize after nullify in view \(view)")
            }
        }
    }

    /// The end of a recovery: enough answers, and above the highest view that they prove.
    private mutating func check(
        clearance view: View,
        _ validator: ValidatorIndex,
        _ trace: inout ValidatorTrace,
        _ time: Duration
    ) {
        let needed = max(1, validators.count - validators.quorum + validators.faultTolerance)
        let proved = trace.answers.values.map(\.view).max() ?? root.view.next
        if trace.isCleared || trace.answers.count < needed || view < proved.next {
            report(
                .recoversFromEnough, validator, time,
                "speaks above view \(view) after \(trace.answers.count) of \(needed) answers, which prove \(proved)")
        }
        trace.isCleared = true
        trace.silentThrough = max(trace.silentThrough, view)
    }

    // MARK: Proposing

    /// Rules 2 and 3.
    private mutating func check(
        _ request: ProposalRequest,
        _ validator: ValidatorIndex,
        _ trace: ValidatorTrace,
        _ time: Duration
    ) {
        checkVoice(in: request.view, "a proposal", validator, trace, time)
        checkPresence(in: request.view, "asks for a block", validator, trace, time)
        if validators.leader(of: request.view) != validator || trace.ownProposals[request.view] != nil {
            report(.leadsOwnViewsOnce, validator, time, "asks for a block in view \(request.view)")
        }
        if !trace.accepts(parent: request.parent, of: request.parentView, in: request.view) {
            report(
                .parentIsNotarized, validator, time, "proposes in view \(request.view) on view \(request.parentView)")
        }
    }

    // MARK: What several rules ask

    private mutating func checkPresence(
        in view: View,
        _ deed: String,
        _ validator: ValidatorIndex,
        _ trace: ValidatorTrace,
        _ time: Duration
    ) {
        if view != trace.currentView {
            report(.entersByCertificate, validator, time, "\(deed) in view \(view), being in \(trace.currentView)")
        }
    }

    private mutating func checkVoice(
        in view: View,
        _ word: String,
        _ validator: ValidatorIndex,
        _ trace: ValidatorTrace,
        _ time: Duration
    ) {
        if !trace.isCleared || view <= trace.silentThrough {
            report(.staysSilent, validator, time, "\(word) in view \(view), silent through \(trace.silentThrough)")
        }
    }

    private mutating func checkDurability(
        of record: ConsensusRecord,
        _ word: String,
        _ validator: ValidatorIndex,
        _ trace: ValidatorTrace,
        _ time: Duration
    ) {
        if !trace.durable.contains(record) {
            report(.persistsBeforeSending, validator, time, "\(word) of view \(record.view) is not durable yet")
        }
    }
}
