import Formats
import FormatsTestKit
import Identity
import Testing

/// A light client follows final headers, never back and never onto another branch.
struct LightClientTests {
    private let scene: ProofScene
    private var genesis: Genesis { scene.genesis }
    private var chain: ReferenceChain { scene.chain }

    init() throws { scene = try ProofScene.shared.get() }

    /// A client that knows the header at a height.
    private func client(_ height: UInt64?) throws -> LightClient {
        var client = LightClient(genesis: genesis)
        if let height { try client.advance(chain.step(from: nil, to: height)) }
        return client
    }

    private func refusal(_ client: LightClient, _ step: LightClientStep) -> VerificationError.Code? {
        var client = client
        let before = client.header
        do {
            try client.advance(step)
            return nil
        } catch {
            #expect(client.header == before, "a step that is refused changes nothing")
            return error.code
        }
    }

    @Test func everyStepFromEveryHeightToEveryLaterOneIsTaken() throws {
        for height in 1...14 as ClosedRange<UInt64> {
            for known in [nil] + (1..<height).map({ $0 as UInt64? }) {
                var client = try client(known)
                let step = chain.step(from: known, to: height)
                try client.advance(
                    try LightClientStep(derBytes: step.derBytes, limit: LightClientStep.maximumByteCount))
                #expect(client.header == chain[height].header)
                #expect(client.executed == chain[height].header.executed)
                #expect(client.currentValidators.epoch == chain[height].header.epoch)
            }
        }
    }

    @Test func aClientBeginsWhereAnotherHasEnded() throws {
        for known in [5, 6, 9, 13] as [UInt64] {
            let trusted = try #require(try client(known).trusted)
            let read = try TrustedValidators(derBytes: trusted.derBytes, limit: TrustedValidators.maximumByteCount)
            var client = try LightClient(genesis: genesis, trusted: read)
            #expect(client.header == chain[known].header)
            try client.advance(chain.step(from: known, to: 14))
            #expect(client.trusted?.validators == chain.epochs[2].statement)
        }
        #expect(LightClient(genesis: genesis).trusted == nil)
        let elsewhere = try ProofScene.elsewhere.get()
        let trusted = try elsewhere.entry().verify(against: elsewhere.genesis).trusted
        #expect(throws: VerificationError(.wrongConsortium, "")) {
            try LightClient(genesis: genesis, trusted: trusted)
        }
    }

    @Test func aClientNeverGoesBack() throws {
        let client = try client(9)
        for height in 1...9 as ClosedRange<UInt64> {
            #expect(refusal(client, chain.step(from: nil, to: height)) == .outdated)
        }
        // A header above the known one, whose results are older.
        let header = chain[10].header.changed(executed: chain[7].header.executed)
        let step = LightClientStep(
            suite: .p256, consortium: genesis.digest, header: header,
            finalization: try chain.epochs[1].finalization(of: header, suite: genesis.suite),
            consistency: chain.consistency(from: 6, to: 8), known: nil)
        #expect(refusal(client, step) == .outdated)
    }

    @Test func aStepOfAnotherChannelOrConsortiumIsRefused() throws {
        let client = try client(5)
        for other in [try ProofScene.elsewhere.get(), try ProofScene.otherChannel.get()] {
            let step = other.chain.step(from: 5, to: 6)
            #expect(refusal(client, step) == .wrongConsortium)
            #expect(refusal(client, step.changed(consortium: genesis.digest)) == .wrongChannel)
        }
    }

    @Test func aStepMadeForAnotherHeightIsRefused() throws {
        for known in 1...10 as ClosedRange<UInt64> {
            let client = try client(known)
            for other in [nil] + (1..<14).map({ $0 as UInt64? }) where other != known {
                let height: UInt64 = 14
                let step = chain.step(from: other, to: height)
                #expect(refusal(client, step) != nil, "at \(known), a step from \(other.map(String.init) ?? "genesis")")
            }
        }
    }

    @Test func aJournalThatDoesNotContinueTheKnownOneIsRefused() throws {
        let client = try client(5)
        let step = chain.step(from: 5, to: 6)
        #expect(refusal(client, step.changed(consistency: chain.consistency(from: 3, to: 5))) == .wrongProof)
        let other = try ProofScene.elsewhere.get().chain
        #expect(refusal(client, step.changed(consistency: other.consistency(from: 4, to: 5))) == .wrongProof)
        // A quorum that has signed another past.
        let executed = ExecutedState(
            height: step.header.executed.height, stateRoot: step.header.executed.stateRoot,
            journalRoot: other.journalRoot(5))
        let header = step.header.changed(executed: executed)
        let forged = step.changed(
            header: header, finalization: try chain.epochs[0].finalization(of: header, suite: genesis.suite),
            consistency: other.consistency(from: 4, to: 5))
        #expect(refusal(client, forged) == .wrongProof)
    }

    @Test func theKnownBlockHasToBeProvedWhereTheJournalReachesIt() throws {
        let client = try client(5)
        let step = chain.step(from: 5, to: 6)
        #expect(step.known != nil)
        #expect(refusal(client, step.changed(known: .some(nil))) == .wrongProof)
        #expect(refusal(client, step.changed(known: chain.step(from: 4, to: 6).known)) == .wrongProof)
        let genesisStep = chain.step(from: nil, to: 6)
        #expect(refusal(LightClient(genesis: genesis), genesisStep.changed(known: step.known)) == .inconsistent)
        let leaf = step.known.map { known in
            JournalLeaf(
                height: known.leaf.height, header: known.leaf.header, transactionsRoot: known.leaf.transactionsRoot,
                outcomesRoot: known.leaf.transactionsRoot)
        }
        let path = try #require(step.known?.path)
        let forged = leaf.map { JournalProof(leaf: $0, path: path) }
        #expect(refusal(client, step.changed(known: forged)) == .wrongDigest)
    }

    @Test func twoFinalBlocksOfOneHeightAreAForkThatNamesBoth() throws {
        var client = try client(5)
        let header = chain[5].header.changed(timestamp: chain[5].header.timestamp.advanced(by: .milliseconds(1)))
        let finalization = try chain.epochs[0].finalization(of: header, suite: genesis.suite)
        let step = chain.step(from: nil, to: 5).changed(header: header, finalization: finalization)
        let error = #expect(throws: VerificationError.self) { try client.advance(step) }
        #expect(error?.code == .fork)
        for header in [header, chain[5].header] {
            #expect(error?.message.contains(header.digest(suite: genesis.suite).description) == true)
        }
        // What nobody has signed accuses nobody.
        #expect(refusal(client, step.changed(finalization: chain[5].finalization)) == .inconsistent)
    }

    @Test func aBranchThatLeavesTheKnownBlockOutIsAForkThatNamesBoth() throws {
        // Two branches from height 4 on; the client knows block 5 of one and is shown block 8 of the other.
        var branches = [ReferenceChain(scene.consortium), ReferenceChain(scene.consortium)]
        for height in 1...8 as ClosedRange<UInt64> {
            for index in branches.indices {
                let value: [UInt8] = height == 3 ? [UInt8(index)] : [9]
                try branches[index].append(writing: [(ProofScene.present, value + [UInt8(height)])])
            }
        }
        var client = LightClient(genesis: genesis)
        // Block 4 is the first that differs, for it states what block 3 came to.
        #expect(branches[0][3].header == branches[1][3].header && branches[0][4].header != branches[1][4].header)
        try client.advance(branches[0].step(from: nil, to: 5))
        let known = branches[0][5].header.executed.height.rawValue
        let step = branches[1].step(from: 5, to: 8)
        #expect(known == 4 && refusal(client, step) == .wrongProof, "the journals differ before the known block does")

        var early = LightClient(genesis: genesis)
        try early.advance(branches[0].step(from: nil, to: 4))
        let error = #expect(throws: VerificationError.self) { try early.advance(branches[1].step(from: 4, to: 8)) }
        #expect(error?.code == .fork)
        for branch in branches {
            #expect(error?.message.contains(branch[4].header.digest(suite: genesis.suite).description) == true)
        }
    }

    @Test func tooFewSignersAndForeignValidatorsAreRefused() throws {
        let client = try client(5)
        let step = chain.step(from: 5, to: 6)
        let few = try QuorumCertificate(
            derBytes: step.finalization.bytes(signers: [0, 2], of: 4), limit: QuorumCertificate.maximumByteCount)
        #expect(refusal(client, step.changed(finalization: few)) == .tooFewSigners)
        let foreign = try chain.epochs[1].finalization(of: step.header, suite: genesis.suite)
        #expect(refusal(client, step.changed(finalization: foreign)) == .wrongSignature)
        let later = chain.step(from: 5, to: 14)
        #expect(refusal(client, later.changed(epochs: [])) == .wrongEpoch)
        #expect(refusal(client, later.changed(epochs: later.epochs.reversed())) == .wrongEpoch)
    }
}

extension LightClientStep {
    /// The step with other parts.
    fileprivate func changed(
        consortium: Digest? = nil,
        epochs: [EpochChange]? = nil,
        header: BlockHeader? = nil,
        finalization: QuorumCertificate? = nil,
        consistency: MerkleConsistency? = nil,
        known: JournalProof?? = nil
    ) -> LightClientStep {
        LightClientStep(
            suite: suite, consortium: consortium ?? self.consortium, epochs: epochs ?? self.epochs,
            header: header ?? self.header, finalization: finalization ?? self.finalization,
            consistency: consistency ?? self.consistency, known: known ?? self.known)
    }
}
