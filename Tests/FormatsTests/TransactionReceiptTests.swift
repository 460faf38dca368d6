import Formats
import FormatsTestKit
import Identity
import Testing

/// What only a quorum that lies could bring about, and what a receipt of a transaction leaves open.
struct TransactionReceiptTests {
    private let scene: ProofScene
    private var genesis: Genesis { scene.genesis }

    init() throws { scene = try ProofScene.shared.get() }

    /// A receipt of a block that a quorum has signed, whatever is wrong with its transaction.
    private func receipt(_ transaction: Transaction, certificate: [UInt8]? = nil) throws -> Receipt {
        var chain = ReferenceChain(scene.consortium)
        try chain.append([transaction])
        try chain.append()
        return chain.receipt(
            ofTransaction: 0, at: 1, certificate: certificate ?? scene.alice.certificate.der)
    }

    @Test func aSignatureThatDoesNotHoldIsRefusedEvenWhereAQuorumHasLetItPass() throws {
        let mallory = try scene.consortium.member("mallory")
        let sound = try ProofScene.transaction(1, by: scene.alice, scene.consortium)
        #expect(try receipt(sound).refusal(against: genesis) == nil)
        let signed = try sound.body.signed(with: mallory.key, suite: genesis.suite)
        #expect(try receipt(signed).refusal(against: genesis) == .wrongSignature)
        #expect(
            try receipt(signed, certificate: mallory.certificate.der).refusal(against: genesis) == .wrongCertificate)
        let digest = sound.body.identifier(suite: genesis.suite).digest
        let vote = Transaction(body: sound.body, signature: try scene.alice.key.sign(digest, for: .vote))
        #expect(try receipt(vote).refusal(against: genesis) == .wrongSignature)
    }

    @Test func aTransactionOfAnotherChannelOrAboveItsLastHeightIsRefused() throws {
        let other = try ProofScene.otherChannel.get()
        let foreign = try ProofScene.transaction(1, by: scene.alice, other.consortium)
        #expect(try receipt(foreign).refusal(against: genesis) == .wrongChannel)
        let late = try ProofScene.transaction(1, by: scene.alice, scene.consortium, lastValidHeight: .zero)
        #expect(try receipt(late).refusal(against: genesis) == .inconsistent)
    }

    @Test func aTransactionOfAnEarlierEpochIsProvedUnderTheValidatorsOfALaterOne() throws {
        for seal in 4...14 as ClosedRange<UInt64> {
            let findings = try scene.transaction(sealedBy: seal).verify(against: genesis)
            #expect(findings.seal.epoch == scene.chain[seal].header.epoch)
            #expect(findings.transaction?.submitter == scene.alice.member)
            #expect(findings.established == [.content, .submitter, .outcome, .order, .time, .finality])
            #expect(findings.notEstablished == [.laterChanges])
        }
    }

    @Test func whoeverVerifiesManyFindsWhatIsFoundInEach() throws {
        // Two places: most of what is remembered is displaced before it could be used again.
        for verifier in [ReceiptVerifier(genesis: genesis), ReceiptVerifier(genesis: genesis, capacity: 2)] {
            for seal in Array(4...14) + Array(4...14) as [UInt64] {
                let receipt = scene.transaction(sealedBy: seal)
                let (first, second) = (try receipt.verify(against: genesis), try verifier.verify(receipt))
                #expect(second.seal == first.seal)
                #expect(second.trusted == first.trusted)
                #expect(second.transaction?.identifier == first.transaction?.identifier)
                #expect(second.transaction?.submitter == first.transaction?.submitter)
            }
        }
    }

    /// Nothing that is signed says how many transactions a block has, so no finding does either: two paths of another
    /// size, for a leaf whose way to the root is the same, are the one thing in a receipt that can be changed.
    @Test func howManyTransactionsABlockHasIsNotEstablished() throws {
        let receipt = scene.transaction(0)
        let proof = receipt.proved
        let four = receipt.replacing(
            transactionPath: try proof.transactionPath.changed(index: 0, size: 4),
            outcomePath: try proof.outcomePath.changed(index: 0, size: 4))
        #expect(four.refusal(against: genesis) == nil)
        #expect(
            receipt.replacing(transactionPath: try proof.transactionPath.changed(index: 0, size: 4))
                .refusal(against: genesis) == .inconsistent)
    }
}
