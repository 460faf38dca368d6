public import Consensus
public import Formats
import Identity

/// Replays what validators were told and what they did against the rules of `docs/model.md`, which stand here once more
/// as plain predicates: nothing of the engine is asked. One epoch.
///
/// ```swift
/// var checker = SimplexRuleChecker(validators: validators, root: root, watched: honest)
/// checker.restarted(validator, with: records, finalized: certificate, at: now)
/// checker.observe(event, effects, by: validator, at: now)
/// #expect(checker.violations.isEmpty)
/// ```
///
/// A driver that carries out a part of the effects and dies says so by ``restarted(_:with:finalized:isDiskLost:at:)``:
/// what was not carried out counts as cast, which can hide nothing, because no rule asks that a vote was cast twice.
public struct SimplexRuleChecker: Sendable {
    let validators: ValidatorSet
    let root: Simplex.Root
    /// Whom the rules bind; the others may do as they like.
    let watched: Set<ValidatorIndex>
    var traces: [ValidatorIndex: ValidatorTrace]
    /// Who has cast a vote, of those that are watched.
    private var voters: [VoteStatement: Set<ValidatorIndex>] = [:]
    public internal(set) var violations: [RuleViolation] = []

    /// - Parameters:
    ///   - root: what the epoch stands on.
    ///   - watched: the honest validators.
    public init(validators: ValidatorSet, root: Simplex.Root, watched: Set<ValidatorIndex>) {
        self.validators = validators
        self.root = root
        self.watched = watched
        traces = [:]
    }

    /// A validator begins, or begins again, with what its disk holds.
    /// - Parameter isDiskLost: nobody can expect it to remember.
    public mutating func restarted(
        _ validator: ValidatorIndex,
        with records: [ConsensusRecord],
        finalized: QuorumCertificate?,
        isDiskLost: Bool = false,
        at time: Duration
    ) {
        guard watched.contains(validator) else { return }
        let before = traces[validator]
        var trace = ValidatorTrace(root: root)
        if let finalized, finalized.statement.epoch == validators.epoch {
            trace.hold(finalized)
        }
        trace.isCleared = validators.count == 1
        for record in records where record.isClearance || record.epoch == validators.epoch {
            if case .certificate = record {} else { trace.durable.insert(record) }
            switch record {
            case .clearance(let view, let epoch):
                trace.isCleared = true
                if epoch == validators.epoch { trace.silentThrough = max(trace.silentThrough, view) }
            case .certificate(let certificate): trace.hold(certificate)
            case .vote(let statement):
                trace.votes[statement.view, default: []].insert(statement)
                trace.confirmed.insert(statement)
                trace.resumedView = max(trace.resumedView, statement.view)
            case .proposal(let proposal):
                let statement = proposal.statement
                trace.proposals[statement.view] = .init(statement: statement, isValid: true)
                trace.resumedView = max(trace.resumedView, statement.view)
                if validators.leader(of: statement.view) == validator {
                    trace.ownProposals[statement.view] = statement
                }
            }
        }
        traces[validator] = trace
        guard !isDiskLost, let before else { return }
        let forgotten = before.confirmed.subtracting(trace.confirmed).filter { $0.view > trace.finalized.view }
        for statement in forgotten.sorted(by: { ($0.view, $0.kind.rawValue) < ($1.view, $1.kind.rawValue) }) {
            report(.remembersVotes, validator, time, "\(statement.kind) in view \(statement.view) is forgotten")
        }
    }

    /// One event, and what came of it.
    public mutating func observe(
        _ event: SimplexEvent,
        _ effects: [SimplexEffect],
        by validator: ValidatorIndex,
        at time: Duration
    ) {
        guard watched.contains(validator), var trace = traces[validator] else { return }
        let told = take(event, validator, &trace, time)
        for effect in effects {
            check(effect, validator, &trace, told: told, time)
        }
        traces[validator] = trace
    }

    /// A watched validator has cast a vote: for drivers that see no effects of it.
    public mutating func cast(_ statement: VoteStatement, by validator: ValidatorIndex) {
        voters[statement, default: []].insert(validator)
    }

    // MARK: Events

    /// What an event adds to what the validator knows.
    /// - Returns: the certificate that it brought.
    private mutating func take(
        _ event: SimplexEvent,
        _ validator: ValidatorIndex,
        _ trace: inout ValidatorTrace,
        _ time: Duration
    ) -> QuorumCertificate? {
        switch event {
        case .message(.vote(let vote), let peer) where vote.validator == peer:
            trace.received[vote.statement, default: []].insert(peer)
        case .message(.proposal(let proposal), let peer):
            let statement = proposal.statement
            if peer == validators.leader(of: statement.view), trace.proposals[statement.view] == nil {
                trace.proposals[statement.view] = .init(statement: statement, isValid: false)
            }
        case .message(.certificate(let certificate), _):
            checkVotes(of: certificate, validator, time)
            return certificate
        case .message(.status(let status), let peer):
            if !trace.isCleared, trace.answers[peer] == nil { trace.answers[peer] = status }
            if let certificate = status.certificate { checkVotes(of: certificate, validator, time) }
            return status.certificate
        case .voteCast(let vote):
            trace.received[vote.statement, default: []].insert(validator)
            trace.confirmed.insert(vote.statement)
        case .payloadReady(let proposal):
            let statement = proposal.statement
            if trace.proposals[statement.view] == nil {
                trace.proposals[statement.view] = .init(statement: statement, isValid: true)
            }
        case .blockVerified(let view, let digest, let isValid):
            if isValid, trace.proposals[view]?.statement.block == digest { trace.proposals[view]?.isValid = true }
        case .start, .message, .timerFired, .payloadUnavailable, .blockAvailable, .workPending, .peerReachability,
            .peerAhead:
            break
        }
        return nil
    }

    /// Every certificate that is about has a quorum, and no watched validator's vote that it has not cast.
    mutating func checkVotes(of certificate: QuorumCertificate, _ validator: ValidatorIndex, _ time: Duration) {
        let statement = certificate.statement
        let claimed = Set(certificate.signers).intersection(watched)
        let invented = claimed.subtracting(voters[statement] ?? [])
        if certificate.signers.count < validators.quorum || !invented.isEmpty {
            report(
                .certificatesHaveVotes, validator, time,
                "\(statement.kind) of view \(statement.view) by \(certificate.signers), "
                    + "not cast by \(invented.sorted())"
            )
        }
    }

    mutating func report(
        _ rule: RuleViolation.Rule,
        _ validator: ValidatorIndex,
        _ time: Duration,
        _ story: String
    ) {
        violations.append(RuleViolation(rule: rule, validator: validator, time: time, story: story))
    }
}
