import Consensus
import ConsensusSimulation
import Formats
import Identity
import SwiftASN1
import Testing

/// The rules one by one, on a single engine: validator 0 of 4. View 1 is led by validator 1, view 4 by validator 0.
@Suite struct SimplexTests {
    private let channel = ChannelIdentifier(P256Suite().digest(of: [1]))
    private let validators = ValidatorSet.simulated(4)
    private let fresh: [ConsensusRecord] = [.clearance(above: .zero, epoch: .zero)]

    private func digest(_ number: UInt8) -> Digest { P256Suite().digest(of: [number]) }

    private func engine(_ records: [ConsensusRecord]? = nil, finalized: QuorumCertificate? = nil) -> Simplex {
        var engine = Simplex(
            configuration: .init(
                channel: channel, validators: validators, index: ValidatorIndex(rawValue: 0), limits: ChannelLimits(),
                root: Simplex.Root(genesisOf: channel)),
            restoring: records ?? fresh,
            finalized: finalized
        )
        _ = engine.receive(.start)
        return engine
    }

    private func statement(_ kind: VoteKind, _ view: UInt64, _ block: UInt8 = 9) -> VoteStatement {
        let view = View(rawValue: view)
        return switch kind {
        case .notarize: .notarize(digest(block), in: view, epoch: .zero, channel: channel)
        case .nullify: .nullify(view, epoch: .zero, channel: channel)
        case .finalize: .finalize(digest(block), in: view, epoch: .zero, channel: channel)
        }
    }

    private func vote(_ kind: VoteKind, _ view: UInt64, by index: Int, block: UInt8 = 9) -> Vote {
        Vote(
            statement: statement(kind, view, block), validator: ValidatorIndex(rawValue: index),
            signature: Signature([UInt8(index)]))
    }

    private func certificate(_ kind: VoteKind, _ view: UInt64, block: UInt8 = 9) throws -> QuorumCertificate {
        let votes = (1...3).map { vote(kind, view, by: $0, block: block) }
        return try #require(
            QuorumCertificate(statement: statement(kind, view, block), votes: votes, validators: validators))
    }

    private func proposal(
        _ view: UInt64, on parentView: UInt64 = 0, parent: Digest? = nil, block: UInt8 = 9
    ) -> Proposal {
        let statement = ProposalStatement(
            channel: channel, epoch: .zero, view: View(rawValue: view), parentView: View(rawValue: parentView),
            parent: parent ?? channel.digest, block: digest(block))
        return Proposal(
            signed: SignedProposal(statement: statement, signature: Signature([UInt8(view % 4)])), block: [block])
    }

    private func message(_ vote: Vote) -> SimplexEvent { .message(.vote(vote), from: vote.validator) }

    private func message(_ certificate: QuorumCertificate, from index: Int = 1) -> SimplexEvent {
        .message(.certificate(certificate), from: ValidatorIndex(rawValue: index))
    }

    private func message(_ proposal: Proposal) -> SimplexEvent {
        .message(.proposal(proposal), from: validators.leader(of: proposal.statement.view))
    }

    private func status(
        _ view: UInt64,
        finalized: UInt64 = 0,
        _ certificate: QuorumCertificate? = nil
    ) -> ConsensusMessage {
        .status(
            ValidatorStatus(
                channel: channel, epoch: .zero, view: View(rawValue: view), finalizedView: View(rawValue: finalized),
                wantsAnswer: false, certificate: certificate))
    }

    private func votes(_ effects: [SimplexEffect]) -> [VoteStatement] {
        effects.compactMap { if case .vote(let statement) = $0 { statement } else { nil } }
    }

    private func evidence(_ effects: [SimplexEffect]) -> [Evidence] {
        effects.compactMap { if case .evidence(let evidence) = $0 { evidence } else { nil } }
    }

    // MARK: Order

    @Test func aVoteIsPersistedWithItsBlockAndSyncedBeforeItIsCast() {
        var engine = engine()
        let proposal = proposal(1)
        #expect(engine.receive(message(proposal)).contains(.verify(proposal)))
        let effects = engine.receive(.blockVerified(View(rawValue: 1), digest(9), isValid: true))
        let vote = statement(.notarize, 1)
        #expect(effects.prefix(3) == [.persist(.proposal(proposal)), .persist(.vote(vote)), .sync])
        #expect(votes(effects) == [vote])
    }

    @Test func anOwnVoteCountsOnlyWhenItIsCast() {
        var engine = engine()
        _ = engine.receive(message(proposal(1)))
        _ = engine.receive(.blockVerified(View(rawValue: 1), digest(9), isValid: true))
        for index in 1...2 { _ = engine.receive(message(vote(.notarize, 1, by: index))) }
        #expect(engine.currentView == View(rawValue: 1))
        let effects = engine.receive(.voteCast(vote(.notarize, 1, by: 0)))
        #expect(engine.currentView == View(rawValue: 2))
        #expect(effects.contains(.notarized(View(rawValue: 1), digest(9))))
        #expect(votes(effects) == [statement(.finalize, 1)])
    }

    @Test func aLeadersProposalIsDurableBeforeItIsSent() throws {
        var engine = engine()
        _ = engine.receive(.workPending(true))
        var effects: [SimplexEffect] = []
        for view: UInt64 in 1...3 { effects = engine.receive(message(try certificate(.nullify, view))) }
        let request = ProposalRequest(
            view: View(rawValue: 4), parentView: .zero, parent: channel.digest, isRequired: false)
        #expect(effects.contains(.propose(request)))
        let proposal = proposal(4)
        effects = engine.receive(.payloadReady(proposal))
        let sync = try #require(effects.firstIndex(of: .sync))
        let persist = try #require(effects.firstIndex(of: .persist(.proposal(proposal))))
        let broadcast = try #require(effects.firstIndex(of: .broadcast(.proposal(proposal))))
        #expect(persist < sync && sync < broadcast)
        #expect(votes(effects) == [statement(.notarize, 4)], "the leader votes for its own block")
        #expect(engine.receive(.payloadReady(proposal)).isEmpty, "a second answer comes too late")
    }

    // MARK: Rule 9

    @Test func noFinalizeVoteAfterANullify() throws {
        var engine = engine()
        _ = engine.receive(.workPending(true))
        #expect(votes(engine.receive(.timerFired(.leader(View(rawValue: 1))))) == [statement(.nullify, 1)])
        #expect(votes(engine.receive(message(try certificate(.notarize, 1)))).isEmpty)
        #expect(engine.currentView == View(rawValue: 2))
    }

    @Test func noNotarizeVoteAfterANullify() {
        var engine = engine()
        _ = engine.receive(.workPending(true))
        _ = engine.receive(.timerFired(.view(View(rawValue: 1))))
        _ = engine.receive(message(proposal(1)))
        #expect(votes(engine.receive(.blockVerified(View(rawValue: 1), digest(9), isValid: true))).isEmpty)
    }

    @Test func aViewMayBeGivenUpAfterItsBlockWasVotedFor() {
        var engine = engine()
        _ = engine.receive(message(proposal(1)))
        _ = engine.receive(.blockVerified(View(rawValue: 1), digest(9), isValid: true))
        #expect(votes(engine.receive(.timerFired(.leader(View(rawValue: 1))))).isEmpty, "the leader was heard")
        #expect(votes(engine.receive(.timerFired(.view(View(rawValue: 1))))) == [statement(.nullify, 1)])
        #expect(votes(engine.receive(.timerFired(.view(View(rawValue: 1))))).isEmpty, "once")
    }

    @Test(arguments: VoteKind.allCases) func aRestoredVoteIsSaidAgainAndNeverContradicted(kind: VoteKind) throws {
        var engine = Simplex(
            configuration: .init(
                channel: channel, validators: validators, index: ValidatorIndex(rawValue: 0), limits: ChannelLimits(),
                root: Simplex.Root(genesisOf: channel)),
            restoring: fresh + [.vote(statement(kind, 1, 9))]
        )
        #expect(votes(engine.receive(.start)) == [statement(kind, 1, 9)])
        var effects = engine.receive(.workPending(true))
        effects += engine.receive(message(proposal(1, block: 8)))
        effects += engine.receive(.blockVerified(View(rawValue: 1), digest(8), isValid: true))
        effects += engine.receive(.timerFired(.view(View(rawValue: 1))))
        effects += engine.receive(message(try certificate(.notarize, 1, block: 8)))
        let later = votes(effects).map(\.kind)
        switch kind {
        case .notarize: #expect(!later.contains(.notarize))
        case .nullify: #expect(!later.contains(.notarize) && !later.contains(.finalize))
        case .finalize: #expect(!later.contains(.nullify) && !later.contains(.finalize))
        }
    }

    @Test func aRestoredLeaderDoesNotProposeTwice() throws {
        let certificates = try (1...3).map { ConsensusRecord.certificate(try certificate(.nullify, UInt64($0))) }
        var engine = engine(fresh + certificates + [.proposal(proposal(4))])
        let effects = engine.receive(.workPending(true))
        #expect(!effects.contains { if case .propose = $0 { true } else { false } })
        let repeated = engine.receive(.timerFired(.retransmission))
        #expect(repeated.contains(.broadcast(.proposal(proposal(4)))))
    }

    // MARK: Rule 4

    @Test func aVoteWaitsForTheCertificatesOfTheGap() throws {
        var engine = engine()
        // Into view 4 by the nullification of 3 alone; views 1 and 2 are not known here.
        _ = engine.receive(message(try certificate(.nullify, 4)))
        let proposal = proposal(5, on: 1, parent: digest(7))
        let effects = engine.receive(message(proposal))
        let request = CertificateRequest(
            channel: channel, epoch: .zero, views: [3, 2, 1].map { View(rawValue: $0) })
        #expect(effects.contains(.send(.certificateRequest(request), to: ValidatorIndex(rawValue: 1))))
        _ = engine.receive(message(try certificate(.nullify, 3)))
        _ = engine.receive(message(try certificate(.nullify, 2)))
        let parent = engine.receive(message(try certificate(.notarize, 1, block: 7)))
        #expect(
            parent.contains(.fetchBlock(View(rawValue: 1), digest(7), from: [1, 2, 3].map { .init(rawValue: $0) })))
        #expect(engine.receive(.blockAvailable(View(rawValue: 1), digest(7))).contains(.verify(proposal)))
    }

    @Test func anInvalidProposalCountsAsAnExpiredTimer() {
        var engine = engine()
        _ = engine.receive(message(proposal(1)))
        let effects = engine.receive(.blockVerified(View(rawValue: 1), digest(9), isValid: false))
        #expect(votes(effects) == [statement(.nullify, 1)])
        #expect(effects.contains(.blame(ValidatorIndex(rawValue: 1), .invalidBlock)))
    }

    @Test func aProposalThatBypassesAFinalBlockIsRefused() throws {
        var engine = engine()
        _ = engine.receive(message(try certificate(.finalize, 1)))
        let effects = engine.receive(message(proposal(2)))
        #expect(effects.contains(.blame(ValidatorIndex(rawValue: 2), .invalidParent)))
        #expect(votes(effects) == [statement(.nullify, 2)])
    }

    // MARK: Evidence

    @Test func everyContradictionIsEvidenceOnce() throws {
        let pairs: [(Vote, Vote)] = [
            (vote(.notarize, 1, by: 2), vote(.notarize, 1, by: 2, block: 8)),
            (vote(.finalize, 1, by: 2), vote(.finalize, 1, by: 2, block: 8)),
            (vote(.finalize, 1, by: 2), vote(.nullify, 1, by: 2)),
            (vote(.nullify, 1, by: 2), vote(.finalize, 1, by: 2)),
        ]
        for (first, second) in pairs {
            var engine = engine()
            #expect(evidence(engine.receive(message(first))).isEmpty)
            let found = evidence(engine.receive(message(second)))
            #expect(found == [.votes(first, second)])
            #expect(evidence(engine.receive(message(second))).isEmpty, "once")
            let proof = try #require(found.first)
            try proof.verify(in: validators, suite: P256Suite())
            #expect(try Evidence(derEncoded: proof.derBytes) == proof)
            #expect(proof.offender(in: validators) == ValidatorIndex(rawValue: 2))
        }
    }

    @Test func whatAnHonestValidatorSaysIsNoEvidence() {
        for (first, second) in [(VoteKind.notarize, VoteKind.nullify), (.nullify, .notarize), (.notarize, .finalize)] {
            var engine = engine()
            _ = engine.receive(message(vote(first, 1, by: 2)))
            #expect(evidence(engine.receive(message(vote(second, 1, by: 2)))).isEmpty)
        }
        let proof = Evidence.votes(vote(.notarize, 1, by: 2), vote(.nullify, 1, by: 2))
        #expect(throws: VerificationError(.inconsistent, "")) { try proof.verify(in: validators, suite: P256Suite()) }
    }

    @Test func twoProposalsOfOneLeaderAreEvidence() throws {
        var engine = engine()
        _ = engine.receive(message(proposal(1)))
        let found = evidence(engine.receive(message(proposal(1, block: 8))))
        #expect(found == [.proposals(proposal(1).signed, proposal(1, block: 8).signed)])
        try found.first?.verify(in: validators, suite: P256Suite())
    }

    @Test("CometBFT #5668: the last view of the window counts, the one before does not")
    func evidenceIsTakenUpToTheEdgeOfItsWindow() throws {
        let window = SimplexLimits.evidenceWindow
        for (distance, isTaken) in [(UInt64(0), true), (window - 1, true), (window, false)] {
            var engine = engine()
            _ = engine.receive(message(vote(.notarize, 10, by: 2)))
            _ = engine.receive(message(try certificate(.finalize, 10 + distance)))
            let contradiction = vote(.notarize, 10, by: 2, block: 8)
            let relevance = engine.relevance(of: .vote(contradiction), from: ValidatorIndex(rawValue: 2))
            #expect((relevance == .relevant) == isTaken, "\(distance) views below the last final one")
            #expect(evidence(engine.receive(message(contradiction))).isEmpty == !isTaken)
        }
    }

    // MARK: Bounds

    @Test func whatIsWorthNoSignatureCheckIsDroppedBefore() throws {
        var engine = engine()
        func relevance(_ message: ConsensusMessage, from index: Int) -> Simplex.Relevance {
            engine.relevance(of: message, from: ValidatorIndex(rawValue: index))
        }
        #expect(relevance(.vote(vote(.nullify, 1, by: 2)), from: 2) == .relevant)
        #expect(relevance(.vote(vote(.nullify, 1, by: 2)), from: 3) == .faulty(.wrongSender))
        #expect(relevance(.vote(vote(.nullify, 1, by: 4)), from: 4) == .faulty(.malformed))
        #expect(relevance(.vote(vote(.nullify, 0, by: 2)), from: 2) == .faulty(.malformed))
        #expect(relevance(.vote(vote(.nullify, 65, by: 2)), from: 2) == .relevant)
        #expect(relevance(.vote(vote(.nullify, 66, by: 2)), from: 2) == .ahead)
        #expect(relevance(.vote(vote(.nullify, UInt64(Int64.max), by: 2)), from: 2) == .ahead)
        #expect(relevance(.proposal(proposal(1)), from: 1) == .relevant)
        #expect(relevance(.proposal(proposal(1)), from: 2) == .faulty(.wrongSender))
        #expect(relevance(.proposal(proposal(2, on: 2)), from: 2) == .faulty(.malformed))
        #expect(relevance(.proposal(proposal(6)), from: 2) == .ahead)
        #expect(relevance(.certificate(try certificate(.nullify, 1 << 40)), from: 2) == .relevant)
        #expect(relevance(status(1 << 40), from: 2) == .faulty(.malformed))
        let statement = VoteStatement.nullify(View(rawValue: 1), epoch: Epoch(rawValue: 1), channel: channel)
        let otherEpoch = Vote(statement: statement, validator: .init(rawValue: 2), signature: Signature([2]))
        #expect(relevance(.vote(otherEpoch), from: 2) == .otherEpoch)
        let otherChannel = VoteStatement.nullify(View(rawValue: 1), epoch: .zero, channel: .init(digest(3)))
        let stray = Vote(statement: otherChannel, validator: .init(rawValue: 2), signature: Signature([2]))
        #expect(relevance(.vote(stray), from: 2) == .faulty(.wrongChannel))
        let large = Proposal(signed: proposal(1).signed, block: [UInt8](repeating: 0, count: (2 << 20) + 1))
        #expect(relevance(.proposal(large), from: 1) == .faulty(.oversized))

        _ = engine.receive(message(vote(.nullify, 1, by: 2)))
        #expect(engine.relevance(of: .vote(vote(.nullify, 1, by: 2)), from: .init(rawValue: 2)) == .superfluous)
        _ = engine.receive(message(try certificate(.nullify, 1)))
        #expect(engine.relevance(of: .vote(vote(.nullify, 1, by: 3)), from: .init(rawValue: 3)) == .superfluous)
    }

    @Test func aCertificateOfAnyViewMovesForwardAndAVoteDoesNot() throws {
        var engine = engine()
        _ = engine.receive(message(vote(.nullify, 60, by: 2)))
        #expect(engine.currentView == View(rawValue: 1))
        _ = engine.receive(message(try certificate(.nullify, 1_000_000)))
        #expect(engine.currentView == View(rawValue: 1_000_001))
        let effects = engine.receive(message(try certificate(.finalize, 2_000_000)))
        #expect(engine.currentView == View(rawValue: 2_000_001))
        #expect(effects.contains(.finalized(try certificate(.finalize, 2_000_000))))
        #expect(engine.finalized.view == View(rawValue: 2_000_000))
    }

    // MARK: Rest and time-outs

    @Test func aViewWakesForWorkAndForVotesOfMoreThanFOthers() {
        var engine = engine()
        #expect(engine.diagnosis.armedTimers.isEmpty)
        #expect(
            !engine.receive(message(vote(.nullify, 1, by: 2))).contains {
                if case .armTimer = $0 { true } else { false }
            })
        let effects = engine.receive(message(vote(.nullify, 1, by: 3)))
        #expect(effects.contains(.armTimer(.leader(View(rawValue: 1)), after: .milliseconds(1_000))))
        #expect(effects.contains(.armTimer(.view(View(rawValue: 1)), after: .milliseconds(1_500))))

        engine = self.engine()
        _ = engine.receive(.workPending(true))
        #expect(engine.diagnosis.isActive)
        let rest = engine.receive(.workPending(false))
        #expect(rest.contains(.cancelTimer(.view(View(rawValue: 1)))))
        #expect(engine.diagnosis.armedTimers.isEmpty)
    }

    @Test func timeOutsDoubleUpToTheCapAndFallBackWithProgress() throws {
        var engine = engine()
        _ = engine.receive(.workPending(true))
        var delays: [Duration] = []
        for view: UInt64 in 1...6 {
            for effect in engine.receive(message(try certificate(.nullify, view))) {
                if case .armTimer(.view, let delay) = effect { delays.append(delay) }
            }
        }
        #expect(delays == [3_000, 6_000, 6_000, 6_000, 6_000, 6_000].map { .milliseconds($0) })
        let effects = engine.receive(message(try certificate(.notarize, 7)))
        #expect(effects.contains(.armTimer(.view(View(rawValue: 8)), after: .milliseconds(1_500))))
    }

    // MARK: A lost disk

    @Test("CometBFT #5668, Besu #8307: silent through M + 1, and not a view longer")
    func aValidatorWithoutMemoryIsSilentThroughTheViewAfterTheHighestProved() throws {
        var engine = engine([])
        let entry = try certificate(.nullify, 6)
        _ = engine.receive(.workPending(true))
        _ = engine.receive(.message(status(3, try certificate(.nullify, 2)), from: .init(rawValue: 1)))
        #expect(engine.diagnosis.recoveryAnswers == 1)
        _ = engine.receive(.message(status(3, try certificate(.nullify, 2)), from: .init(rawValue: 1)))
        #expect(engine.diagnosis.recoveryAnswers == 1, "distinct validators count")
        let effects = engine.receive(.message(status(7, entry), from: .init(rawValue: 2)))
        #expect(effects.contains(.persist(.clearance(above: View(rawValue: 8), epoch: .zero))))
        for view: UInt64 in 7...8 {
            #expect(votes(engine.receive(.timerFired(.view(View(rawValue: view))))).isEmpty)
            #expect(votes(engine.receive(message(try certificate(.nullify, view)))).isEmpty)
        }
        #expect(votes(engine.receive(.timerFired(.view(View(rawValue: 9))))) == [statement(.nullify, 9)])
    }

    @Test func aRecoveryHoldsOverTheNextRestart() throws {
        var engine = engine([
            .clearance(above: View(rawValue: 8), epoch: .zero), .certificate(try certificate(.nullify, 7)),
        ])
        _ = engine.receive(.workPending(true))
        #expect(votes(engine.receive(.timerFired(.view(View(rawValue: 8))))).isEmpty)
        _ = engine.receive(message(try certificate(.nullify, 8)))
        #expect(votes(engine.receive(.timerFired(.view(View(rawValue: 9))))) == [statement(.nullify, 9)])
    }

    /// Those who answer may never have voted while those who have are away: that says nothing of one's own votes.
    @Test func aLostLogMeansSilenceInTheFirstViewToo() throws {
        var engine = engine([])
        _ = engine.receive(.workPending(true))
        _ = engine.receive(.message(status(1), from: .init(rawValue: 1)))
        let effects = engine.receive(.message(status(1), from: .init(rawValue: 2)))
        #expect(effects.contains(.persist(.clearance(above: View(rawValue: 2), epoch: .zero))))
        #expect(votes(engine.receive(.timerFired(.leader(View(rawValue: 1))))).isEmpty)
        #expect(votes(engine.receive(message(try certificate(.notarize, 1)))).isEmpty)
    }

    // MARK: Epochs

    @Test func anEpochBeginsOnTheLastBlockOfTheOneBefore() throws {
        let last = try certificate(.finalize, 20)
        let next = ValidatorSet(epoch: Epoch(rawValue: 1), validators: validators.indices.compactMap { validators[$0] })
        var engine = Simplex(
            configuration: .init(
                channel: channel, validators: next, index: .init(rawValue: 1), limits: ChannelLimits(),
                root: Simplex.Root(view: View(rawValue: 20), digest: digest(9))),
            restoring: fresh + [.vote(statement(.nullify, 21))], finalized: last)
        #expect(votes(engine.receive(.start)).isEmpty, "votes of another epoch are not this one's")
        let effects = engine.receive(.workPending(true))
        let request = ProposalRequest(
            view: View(rawValue: 21), parentView: View(rawValue: 20), parent: digest(9), isRequired: false)
        #expect(effects.contains(.propose(request)))
        #expect(engine.relevance(of: .vote(vote(.nullify, 21, by: 2)), from: .init(rawValue: 2)) == .otherEpoch)
    }

    @Test func theDiagnosisNamesWhatIsMissing() {
        var engine = engine()
        _ = engine.receive(.workPending(true))
        _ = engine.receive(message(vote(.nullify, 1, by: 3)))
        let diagnosis = engine.diagnosis
        #expect(diagnosis.leader == ValidatorIndex(rawValue: 1))
        #expect(diagnosis.votes.first { $0.kind == "nullify" }?.missing.map(\.rawValue) == [0, 1, 2])
        #expect(diagnosis.armedTimers.count == 3)
        #expect(diagnosis.unreachable.count == 3)
        #expect(diagnosis.description.contains("nullify 1/3"))
    }
}
