import Formats
import FormatsTestKit
import Identity
import Testing

/// Chains of validator sets: every link is proved by the set before, or the receipt is refused.
struct EpochChainTests {
    private let scene: ProofScene
    private var genesis: Genesis { scene.genesis }
    private var chain: ReferenceChain { scene.chain }
    private var suite: any CryptoSuite { genesis.suite }
    /// Sealed in epoch 2, with two changes.
    private let receipt: Receipt

    init() throws {
        scene = try ProofScene.shared.get()
        receipt = scene.entry(sealedBy: 14)
    }

    private func refusal(_ epochs: [EpochChange]) -> VerificationError.Code? {
        receipt.changed(epochs: epochs).refusal(against: genesis)
    }

    /// The refusal with one of the changes exchanged.
    private func refusal(_ index: Int, _ change: EpochChange) -> VerificationError.Code? {
        var epochs = receipt.epochs
        epochs[index] = change
        return refusal(epochs)
    }

    @Test func aChainOfSetsLeadsToTheSeal() throws {
        let findings = try receipt.verify(against: genesis)
        #expect(findings.seal.epoch == Epoch(rawValue: 2))
        #expect(findings.seal.signers == chain.epochs[2].validators.prefix(4).map(\.member))
        #expect(findings.trusted.validators == chain.epochs[2].statement)
        #expect(findings.trusted.authenticatedAt == chain[10].header.timestamp)
    }

    @Test func aChainThatIsCutReorderedOrRepeatedIsRefused() {
        let (first, second) = (receipt.epochs[0], receipt.epochs[1])
        #expect(refusal([first, second]) == nil)
        for forged in [
            [], [first], [second], [second, first], [first, first], [second, second], [first, first, second],
            [first, second, second], [first, second, first, second],
        ] {
            #expect(refusal(forged) == .wrongEpoch)
        }
        #expect(scene.entry().changed(epochs: [first]).refusal(against: genesis) == .wrongEpoch)
    }

    @Test func theSetOfAnotherEpochChannelOrConsortiumIsRefused() throws {
        let (first, second) = (receipt.epochs[0], receipt.epochs[1])
        #expect(refusal(0, first.changed(validators: second.validators)) == .wrongEpoch)
        #expect(refusal(0, first.changed(validators: second.validators, proof: second.proof)) == .wrongEpoch)
        #expect(refusal(0, first.changed(proof: second.proof)) == .wrongProof)
        let channel = try ProofScene.otherChannel.get().entry(sealedBy: 14).epochs[0]
        #expect(refusal(0, channel) == .wrongChannel)
        #expect(refusal(0, first.changed(validators: channel.validators, proof: channel.proof)) == .wrongProof)
        let elsewhere = try ProofScene.elsewhere.get().entry(sealedBy: 14).epochs[0]
        #expect(refusal(0, elsewhere) == .wrongChannel)
    }

    @Test func aChangedSetIsRefused() throws {
        let first = receipt.epochs[0]
        let statement = first.validators
        let mallory = try scene.consortium.member("mallory", role: .validator).certificate.der
        var certificates = statement.certificates
        certificates[0] = mallory
        var swapped = statement.certificates
        swapped.swapAt(0, 1)
        for forged in [certificates, swapped, statement.certificates + [mallory], statement.certificates.dropLast()] {
            let validators = EpochValidators(
                epoch: statement.epoch, firstHeight: statement.firstHeight, certificates: forged)
            #expect(refusal(0, first.changed(validators: validators)) == .wrongProof)
        }
        let early = EpochValidators(
            epoch: statement.epoch, firstHeight: Height(rawValue: 8), certificates: statement.certificates)
        #expect(refusal(0, first.changed(validators: early)) == .wrongProof)
    }

    @Test func aQuorumOfAnotherEpochIsRefused() throws {
        for (signers, isSeal) in [(0, true), (1, true), (1, false), (2, false)] {
            let header = isSeal ? receipt.sealingHeader : receipt.epochs[0].header
            let forged = try chain.epochs[signers].finalization(of: header, suite: suite)
            let code =
                isSeal
                ? receipt.changed(finalization: forged).refusal(against: genesis)
                : refusal(0, receipt.epochs[0].changed(finalization: forged))
            #expect(code == .unknownSigner || code == .wrongSignature)
        }
    }

    @Test func tooFewSignersOrOneTwiceAreRefusedInEveryLink() throws {
        for index in 0..<2 {
            let change = receipt.epochs[index]
            let few = try QuorumCertificate(
                derBytes: change.finalization.bytes(signers: [0, 1], of: 4), limit: QuorumCertificate.maximumByteCount)
            #expect(refusal(index, change.changed(finalization: few)) == .tooFewSigners)
            let signature = change.finalization.signatures[0]
            let votes = (0..<3).map { signer in
                Vote(
                    statement: change.finalization.statement, validator: ValidatorIndex(rawValue: signer),
                    signature: signature)
            }
            let twice = try #require(
                QuorumCertificate(
                    statement: change.finalization.statement, votes: votes, validators: chain.epochs[index].set))
            #expect(refusal(index, change.changed(finalization: twice)) == .wrongSignature)
        }
    }

    @Test func aCertificateOfAnotherKindOrBlockIsRefusedInEveryLink() throws {
        let change = receipt.epochs[0]
        let header = change.header
        let digest = header.digest(suite: suite)
        let notarize = VoteStatement.notarize(
            digest, in: header.view, epoch: header.epoch, channel: header.channel)
        let notarization = try chain.epochs[0].certificate(of: notarize, suite: suite)
        #expect(refusal(0, change.changed(finalization: notarization)) == .wrongKind)
        #expect(refusal(0, change.changed(finalization: chain[5].finalization)) == .inconsistent)
    }

    @Test func aHeaderOutsideOfItsEpochIsRefused() throws {
        // Real signatures of the right set, under headers that the set could not have signed.
        let old = chain.epochs[0]
        let late = chain[7].header.changed(epoch: .zero)
        let change = receipt.epochs[0].changed(
            header: late, finalization: try old.finalization(of: late, suite: suite),
            proof: chain[6].state.proof(of: EpochValidators.name(of: Epoch(rawValue: 1))))
        #expect(refusal(0, change) == .wrongEpoch)
        let early = chain[5].header.changed(epoch: Epoch(rawValue: 1))
        let sealed = scene.entry(sealedBy: 5).changed(
            sealingHeader: early, finalization: try chain.epochs[1].finalization(of: early, suite: suite),
            epochs: [receipt.epochs[0]])
        #expect(sealed.refusal(against: genesis) == .wrongEpoch)
        // At its own first height the new set seals.
        #expect(scene.entry(sealedBy: 7).refusal(against: genesis) == nil)
        #expect(scene.entry(sealedBy: 11).refusal(against: genesis) == nil)
    }

    @Test func aHeaderWhoseResultsDoNotPrecedeItIsRefused() throws {
        let header = chain[6].header
        let executed = ExecutedState(
            height: header.height, stateRoot: header.executed.stateRoot, journalRoot: header.executed.journalRoot)
        let forged = header.changed(executed: executed)
        let receipt = scene.entry().changed(
            sealingHeader: forged, finalization: try chain.epochs[0].finalization(of: forged, suite: suite))
        #expect(receipt.refusal(against: genesis) == .inconsistent)
    }

    @Test func aSetThatMayNotBeOneIsRefusedHoweverWellItIsProved() throws {
        let consortium = scene.consortium
        let validators = consortium.validators
        let client = try consortium.member("client")
        let expired = try consortium.member(
            "old", role: .validator,
            validity: ReferenceConsortium.createdAt.advanced(by: .seconds(-100))...ReferenceConsortium.createdAt)
        let sameKey = try consortium.member("double", role: .validator, key: validators[1].key)
        let stranger = try ReferenceConsortium().validators[0]
        for last in [client, expired, validators[0], sameKey, stranger] {
            var chain = ReferenceChain(consortium)
            let change = chain.name(Array(validators.prefix(3)) + [last], from: 4)
            try chain.append(writing: [change, (ProofScene.present, [1])])
            try chain.append()
            try chain.append()
            try chain.append()
            let receipt = chain.receipt(of: ProofScene.present, sealedBy: 4)
            #expect(receipt.refusal(against: genesis) == .wrongValidator, "\(last.member)")
            #expect(chain.receipt(of: ProofScene.present, sealedBy: 3).refusal(against: genesis) == nil)
        }
    }

    @Test func aReceiptOfAnotherSuiteIsNamedAsSuch() throws {
        #expect(receipt.changed(suite: .sm).refusal(against: genesis) == .wrongSuite)
        #expect(receipt.changed(consortium: .zero).refusal(against: genesis) == .wrongConsortium)
        var tree = try #require(DERNode(receipt.derBytes))
        tree.change(at: [1]) { $0.content = .primitive(Array("p257".utf8)) }
        let bytes = tree.encoded
        let error = #expect(throws: FormatError.self) { try Receipt(derBytes: bytes, limit: Receipt.maximumByteCount) }
        #expect(error?.code == .outOfRange)
    }
}
