import Consensus
import ConsensusSimulation
import Formats
import Identity
import Testing

/// Traces written by hand: what keeps to the rules passes, and each rule has one that breaks it.
@Suite struct RuleCheckerTests {
    private static let validators = ValidatorSet.simulated(4)
    private static let channel = ChannelIdentifier(P256Suite().digest(of: Array("rules".utf8)))
    private static let root = Simplex.Root(genesisOf: channel)
    /// Leads view 1, 5, …
    private static let leader = ValidatorIndex(rawValue: 1)
    private static let voter = ValidatorIndex(rawValue: 0)
    private static let block = P256Suite().digest(of: [1])
    private static let other = P256Suite().digest(of: [2])
    private static let clearance = ConsensusRecord.clearance(above: .zero, epoch: .zero)

    private var checker = SimplexRuleChecker(
        validators: validators, root: root, watched: Set(validators.indices))

    private var rules: [RuleViolation.Rule] { checker.violations.map(\.rule) }

    private static func proposal(_ block: Digest, in view: UInt64, on parentView: UInt64, _ parent: Digest) -> Proposal
    {
        let statement = ProposalStatement(
            channel: channel, epoch: .zero, view: View(rawValue: view), parentView: View(rawValue: parentView),
            parent: parent, block: block)
        let leader = validators.leader(of: View(rawValue: view))
        let signed = SignedProposal(statement: statement, signature: Signature([UInt8(leader.rawValue)]))
        return Proposal(signed: signed, block: block.bytes)
    }

    private static func notarize(_ block: Digest, in view: UInt64) -> VoteStatement {
        .notarize(block, in: View(rawValue: view), epoch: .zero, channel: channel)
    }

    private static func nullify(_ view: UInt64) -> VoteStatement {
        .nullify(View(rawValue: view), epoch: .zero, channel: channel)
    }

    private static func finalize(_ block: Digest, in view: UInt64) -> VoteStatement {
        .finalize(block, in: View(rawValue: view), epoch: .zero, channel: channel)
    }

    private static func vote(_ statement: VoteStatement, _ validator: Int) -> Vote {
        Vote(
            statement: statement, validator: ValidatorIndex(rawValue: validator),
            signature: Signature([UInt8(validator)]))
    }

    private static func certificate(_ statement: VoteStatement) throws -> QuorumCertificate {
        let votes = (1...3).map { vote(statement, $0) }
        return try #require(QuorumCertificate(statement: statement, votes: votes, validators: validators))
    }

    private static func said(_ statement: VoteStatement) -> [SimplexEffect] {
        [.persist(.vote(statement)), .sync, .vote(statement)]
    }

    private mutating func begin(_ records: [ConsensusRecord] = [clearance]) {
        checker.restarted(Self.voter, with: records, finalized: nil, at: .zero)
        for validator in Self.validators.indices where validator != Self.voter {
            checker.restarted(validator, with: [Self.clearance], finalized: nil, at: .zero)
        }
    }

    private mutating func observe(_ event: SimplexEvent, _ effects: [SimplexEffect] = []) {
        checker.observe(event, effects, by: Self.voter, at: .zero)
    }

    /// The three other validators cast a vote, as they may.
    private mutating func othersCast(_ statement: VoteStatement) {
        for validator in 1...3 {
            checker.cast(statement, by: ValidatorIndex(rawValue: validator))
        }
    }

    /// The voter has the leader's valid proposal of view 1.
    private mutating func receiveProposal() {
        let proposal = Self.proposal(Self.block, in: 1, on: 0, Self.channel.digest)
        observe(.message(.proposal(proposal), from: Self.leader), [.verify(proposal)])
        observe(.blockVerified(View(rawValue: 1), Self.block, isValid: true))
    }

    /// The voter has a certificate that others' votes have made.
    private mutating func receive(_ statement: VoteStatement, then effects: [SimplexEffect] = []) throws {
        othersCast(statement)
        let certificate = try Self.certificate(statement)
        observe(.message(.certificate(certificate), from: Self.leader), [.persist(.certificate(certificate))] + effects)
    }

    @Test mutating func aViewThatKeepsToTheRulesPasses() throws {
        begin()
        receiveProposal()
        observe(.timerFired(.retransmission), Self.said(Self.notarize(Self.block, in: 1)))
        try receive(Self.notarize(Self.block, in: 1), then: Self.said(Self.finalize(Self.block, in: 1)))
        try receive(Self.finalize(Self.block, in: 1))
        observe(.timerFired(.view(View(rawValue: 2))), Self.said(Self.nullify(2)))
        #expect(checker.violations.isEmpty)
    }

    @Test mutating func aVoteInAViewWithoutItsCertificate() {
        begin()
        observe(.timerFired(.view(View(rawValue: 2))), Self.said(Self.nullify(2)))
        #expect(rules == [.entersByCertificate])
    }

    @Test mutating func aVoteInAViewThatIsOver() throws {
        begin()
        try receive(Self.nullify(1), then: Self.said(Self.nullify(1)))
        #expect(rules == [.entersByCertificate])
    }

    @Test mutating func aVoteForAProposalThatWasNotCheckedOrNotTheFirst() {
        begin()
        observe(
            .message(.proposal(Self.proposal(Self.other, in: 1, on: 0, Self.channel.digest)), from: Self.leader))
        receiveProposal()
        observe(.timerFired(.retransmission), Self.said(Self.notarize(Self.block, in: 1)))
        #expect(rules == [.notarizesFirstValidProposal])
    }

    @Test mutating func aParentWithAGapThatIsNotNullified() throws {
        begin()
        try receive(Self.notarize(Self.block, in: 1))
        let proposal = Self.proposal(Self.other, in: 2, on: 0, Self.channel.digest)
        observe(.message(.proposal(proposal), from: ValidatorIndex(rawValue: 2)))
        observe(
            .blockVerified(View(rawValue: 2), Self.other, isValid: true), Self.said(Self.notarize(Self.other, in: 2)))
        #expect(rules == [.parentIsNotarized])
    }

    @Test mutating func aSecondNotarize() {
        begin()
        receiveProposal()
        for _ in 0..<2 {
            observe(.timerFired(.retransmission), Self.said(Self.notarize(Self.block, in: 1)))
        }
        #expect(rules == [.votesOnce])
    }

    @Test mutating func aFinalizeWithoutANotarization() {
        begin()
        observe(.timerFired(.retransmission), Self.said(Self.finalize(Self.block, in: 1)))
        #expect(rules == [.finalizesNotarized])
    }

    @Test mutating func aFinalizeAfterANullify() throws {
        begin()
        observe(.timerFired(.view(View(rawValue: 1))), Self.said(Self.nullify(1)))
        try receive(Self.notarize(Self.block, in: 1), then: Self.said(Self.finalize(Self.block, in: 1)))
        #expect(rules == [.neverGivesUpAndFinalizes])
    }

    @Test mutating func aWordInAViewOfSilence() {
        begin([.clearance(above: View(rawValue: 3), epoch: .zero)])
        observe(.timerFired(.view(View(rawValue: 1))), Self.said(Self.nullify(1)))
        #expect(rules == [.staysSilent])
    }

    @Test mutating func aRecoveryThatAsksNobody() {
        begin([])
        observe(.start, [.persist(Self.clearance)])
        #expect(rules == [.recoversFromEnough])
    }

    @Test mutating func aCertificateWithAVoteThatNobodyCast() throws {
        begin()
        let certificate = try Self.certificate(Self.notarize(Self.block, in: 1))
        observe(.message(.certificate(certificate), from: Self.leader))
        #expect(rules == [.certificatesHaveVotes])
    }

    @Test mutating func aCertificateFormedFromVotesThatDidNotArrive() throws {
        begin()
        othersCast(Self.nullify(1))
        let certificate = try Self.certificate(Self.nullify(1))
        observe(.timerFired(.retransmission), [.persist(.certificate(certificate))])
        #expect(rules == [.certificatesHaveVotes])
    }

    @Test mutating func aVoteThatIsSaidBeforeItIsDurable() {
        begin()
        let statement = Self.nullify(1)
        observe(.timerFired(.view(View(rawValue: 1))), [.persist(.vote(statement)), .vote(statement)])
        #expect(rules == [.persistsBeforeSending])
    }

    @Test mutating func aProposalInAnothersView() {
        begin()
        let request = ProposalRequest(
            view: View(rawValue: 1), parentView: .zero, parent: Self.channel.digest, isRequired: false)
        observe(.workPending(true), [.propose(request)])
        #expect(rules == [.leadsOwnViewsOnce])
    }

    @Test mutating func aRestartThatForgetsAVote() {
        begin()
        let statement = Self.nullify(1)
        observe(.timerFired(.view(View(rawValue: 1))), Self.said(statement))
        observe(.voteCast(Self.vote(statement, Self.voter.rawValue)))
        checker.restarted(Self.voter, with: [Self.clearance], finalized: nil, at: .zero)
        #expect(rules == [.remembersVotes])
    }

    // MARK: Canaries of the simulator

    @Test func theRulesSeeADiskThatForgetsVotes() {
        let stories = (1...10).flatMap { Chaos(count: 4, seed: $0, canary: .forgetsVotes).run() }.map(\.description)
        #expect(stories.contains { $0.contains(RuleViolation.Rule.remembersVotes.rawValue) })
    }

    @Test func theRulesSeeVotesThatTheEngineDidNotCast() {
        let stories = (1...10).flatMap { Chaos(count: 4, seed: $0, canary: .finalizesAfterNullify).run() }
        #expect(
            stories.map(\.description).contains { $0.contains(RuleViolation.Rule.certificatesHaveVotes.rawValue) })
    }
}
