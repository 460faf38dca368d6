import Formats
import FormatsTestKit
import Identity
import Testing

/// What begins with a set that was verified earlier, and what contradicts it.
struct TrustedValidatorsTests {
    private let scene: ProofScene
    private var genesis: Genesis { scene.genesis }
    private var chain: ReferenceChain { scene.chain }

    init() throws { scene = try ProofScene.shared.get() }

    /// What the receipt of some height left to keep.
    private func trusted(_ height: UInt64) throws -> TrustedValidators {
        try scene.entry(sealedBy: height).verify(against: genesis).trusted
    }

    private func receipt(_ height: UInt64, from epoch: UInt64) -> Receipt {
        scene.entry(sealedBy: height).changed(
            epochs: chain.changes(from: Epoch(rawValue: epoch), to: chain[height].header.epoch))
    }

    @Test func aTrustedSetIsReadAsItWasWritten() throws {
        let trusted = try trusted(9)
        #expect(try TrustedValidators(derBytes: trusted.derBytes, limit: TrustedValidators.maximumByteCount) == trusted)
    }

    @Test func aReceiptMayBeginWithTheTrustedSet() throws {
        for (height, epoch) in [(9, 1), (14, 1), (14, 2), (6, 0), (14, 0)] as [(UInt64, UInt64)] {
            let receipt = receipt(height, from: epoch)
            for known in [5, 8, 13] as [UInt64] {
                let trusted = try trusted(known)
                let isKnown = epoch == 0 || trusted.validators.epoch.rawValue == epoch
                #expect(receipt.refusal(against: genesis, trusting: trusted) == (isKnown ? nil : .wrongEpoch))
            }
            #expect(receipt.refusal(against: genesis) == (epoch == 0 ? nil : .wrongEpoch))
        }
    }

    @Test func aTrustedSetOfAnotherConsortiumOrChannelIsRefused() throws {
        let receipt = scene.entry()
        let elsewhere = try ProofScene.elsewhere.get()
        let channel = try ProofScene.otherChannel.get()
        for (other, code) in [(elsewhere, .wrongConsortium), (channel, .wrongConsortium)]
            as [(ProofScene, VerificationError.Code)]
        {
            let trusted = try other.entry(sealedBy: 9).verify(against: other.genesis).trusted
            #expect(receipt.refusal(against: genesis, trusting: trusted) == code)
        }
    }

    @Test func aTrustedSetThatContradictsItselfIsRefused() throws {
        let trusted = try trusted(9)
        let forged =
            [
                (trusted.changed(header: chain[6].header), .wrongEpoch),
                (trusted.changed(header: chain[11].header), .wrongEpoch),
                (trusted.changed(header: try ProofScene.otherChannel.get().chain[9].header), .wrongChannel),
                (
                    trusted.changed(authenticatedAt: ReferenceConsortium.validity.upperBound.advanced(by: .seconds(1))),
                    .wrongValidator
                ),
                (
                    try self.trusted(5).changed(
                        validators: EpochValidators(
                            epoch: .zero, firstHeight: Height(rawValue: 1),
                            certificates: trusted.validators.certificates)), .fork
                ),
            ] as [(TrustedValidators, VerificationError.Code)]
        for (forged, code) in forged {
            #expect(scene.entry().refusal(against: genesis, trusting: forged) == code)
        }
    }

    @Test func anotherSetOfTheTrustedEpochIsAFork() throws {
        // The old validators name one set to some and another to others; each branch is sound on its own.
        let consortium = scene.consortium
        func branch(_ name: String) throws -> ReferenceChain {
            var chain = ReferenceChain(consortium)
            let validators = try (0..<4).map { try consortium.member(name, department: $0, role: .validator) }
            try chain.append(writing: [chain.name(validators, from: 4), (ProofScene.present, [1])])
            for _ in 2...6 { try chain.append() }
            return chain
        }
        let (left, right) = (try branch("left"), try branch("right"))
        let trusted = try left.receipt(of: ProofScene.present, sealedBy: 5).verify(against: genesis).trusted
        let other = right.receipt(of: ProofScene.present, sealedBy: 5)
        #expect(other.refusal(against: genesis) == nil)
        #expect(other.refusal(against: genesis, trusting: trusted) == .fork)
        #expect(
            left.receipt(of: ProofScene.present, sealedBy: 6).refusal(against: genesis, trusting: trusted) == nil)
    }

    @Test func anotherBlockAtTheTrustedHeightIsAFork() throws {
        let trusted = try trusted(5)
        let header = chain[5].header.changed(timestamp: chain[5].header.timestamp.advanced(by: .milliseconds(1)))
        let finalization = try chain.epochs[0].finalization(of: header, suite: genesis.suite)
        let receipt = scene.entry(sealedBy: 5).changed(sealingHeader: header, finalization: finalization)
        #expect(receipt.refusal(against: genesis) == nil)
        #expect(receipt.refusal(against: genesis, trusting: trusted) == .fork)
        // What nobody has signed accuses nobody.
        let unsigned = receipt.changed(finalization: chain[5].finalization)
        #expect(unsigned.refusal(against: genesis, trusting: trusted) == .inconsistent)
    }

    @Test func aBlockOfAnEpochThatHasEndedIsAFork() throws {
        let late = chain[9].header.changed(epoch: .zero)
        let receipt = scene.entry(sealedBy: 9).changed(
            sealingHeader: late, finalization: try chain.epochs[0].finalization(of: late, suite: genesis.suite),
            epochs: [])
        // Whoever knows the genesis only cannot tell that the epoch has ended, nor can who knows the set of epoch 2 and
        // not where epoch 1 began.
        #expect(receipt.refusal(against: genesis) == nil)
        #expect(receipt.refusal(against: genesis, trusting: try trusted(13)) == nil)
        #expect(receipt.refusal(against: genesis, trusting: try trusted(8)) == .fork)
        #expect(scene.entry().refusal(against: genesis, trusting: try trusted(8)) == nil)
        // A block of a later epoch below a block of an earlier one.
        let early = chain[7].header.changed(height: Height(rawValue: 8))
        let sealed = scene.entry(sealedBy: 7).changed(
            sealingHeader: early, finalization: try chain.epochs[1].finalization(of: early, suite: genesis.suite))
        let old = try trusted(6).changed(header: chain[6].header.changed(height: Height(rawValue: 9)))
        #expect(sealed.refusal(against: genesis, trusting: old) == .fork)
    }
}

extension TrustedValidators {
    fileprivate func changed(
        validators: EpochValidators? = nil,
        authenticatedAt: Timestamp? = nil,
        header: BlockHeader? = nil
    ) -> TrustedValidators {
        TrustedValidators(
            suite: suite, consortium: consortium, validators: validators ?? self.validators,
            authenticatedAt: authenticatedAt ?? self.authenticatedAt, header: header ?? self.header)
    }
}
