import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Testing

/// Every forgery is refused, and for the reason that it is one.
struct ForgedReceiptTests {
    let sample: ReceiptSample

    private var receipt: Receipt { sample.receipt }
    private var genesis: Genesis { sample.consortium.genesis }

    /// One that has verified the sound receipt before.
    private let verifier: ReceiptVerifier

    init() throws {
        sample = try ReceiptSample()
        verifier = ReceiptVerifier(genesis: sample.consortium.genesis)
        _ = try verifier.verify(sample.receipt)
    }

    /// Why a receipt is refused; `nil` where it is not. What is remembered of the sound one changes nothing.
    private func code(_ receipt: Receipt, against other: Genesis? = nil) -> VerificationError.Code? {
        let code = refusal { () throws(VerificationError) in _ = try receipt.verify(against: other ?? genesis) }
        if other == nil {
            #expect(refusal { () throws(VerificationError) in _ = try verifier.verify(receipt) } == code)
        }
        return code
    }

    private func refusal(_ verify: () throws(VerificationError) -> Void) -> VerificationError.Code? {
        do {
            try verify()
            return nil
        } catch {
            return error.code
        }
    }

    /// The receipt of another transaction of the same chain.
    private func other(height: Int, index: Int) throws -> Receipt {
        try ReceiptSample.receipt(
            sample.consortium, sample.chain, certificate: sample.member.certificate.der, height: height, index: index)
    }

    @Test func aSoundReceiptSaysWhatItEstablishes() throws {
        let findings = try receipt.verify(against: genesis)
        let transaction = try #require(findings.transaction)
        #expect(transaction.identifier == receipt.proved.outcome.transaction)
        #expect(transaction.submitter == sample.member.member)
        #expect(transaction.height == Height(rawValue: 3))
        #expect(transaction.time == receipt.proved.header.timestamp)
        #expect(findings.asOf == Height(rawValue: 5))
        #expect(findings.seal.height == Height(rawValue: 6))
        #expect(findings.seal.signers == sample.consortium.validators.prefix(3).map(\.member))
        #expect(try Receipt(derBytes: receipt.derBytes, limit: Receipt.maximumByteCount) == receipt)
    }

    @Test func theReceiptOfTheVectorsVerifies() throws {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/vectors")
        let genesis = try Genesis(derBytes: [UInt8](Data(contentsOf: directory.appendingPathComponent("genesis.der"))))
        let bytes = try [UInt8](Data(contentsOf: directory.appendingPathComponent("receipt.der")))
        let findings = try Receipt(derBytes: bytes, limit: Receipt.maximumByteCount).verify(against: genesis)
        #expect(findings.transaction?.submitter.description == "department-0/client/alice")
        #expect(findings.transaction?.height == Height(rawValue: 3))
        #expect(code(receipt, against: genesis) == .wrongConsortium)
    }

    @Test func noByteOfAReceiptCanBeChanged() {
        let bytes = receipt.derBytes
        for index in bytes.indices {
            var forged = bytes
            forged[index] ^= 1 << UInt8(index % 8)
            guard let parsed = try? Receipt(derBytes: forged, limit: Receipt.maximumByteCount) else { continue }
            #expect(parsed.derBytes == forged)
            #expect(code(parsed) != nil, "byte \(index) can be changed")
        }
    }

    @Test func noReceiptCanBeCutShort() {
        let bytes = receipt.derBytes
        for count in bytes.indices {
            #expect(throws: FormatError.self) {
                try Receipt(derBytes: Array(bytes.prefix(count)), limit: Receipt.maximumByteCount)
            }
        }
    }

    @Test func partsOfAnotherTransactionOfTheSameBlockAreRefused() throws {
        let other = try other(height: 3, index: 2)
        #expect(code(other) == nil)
        #expect(code(receipt.replacing(transaction: other.proved.transaction)) == .wrongDigest)
        #expect(code(receipt.replacing(transactionPath: other.proved.transactionPath)) == .wrongDigest)
        #expect(code(receipt.replacing(outcome: other.proved.outcome)) == .inconsistent)
        #expect(code(receipt.replacing(outcomePath: other.proved.outcomePath)) == .inconsistent)
        #expect(
            code(
                receipt.replacing(transaction: other.proved.transaction, transactionPath: other.proved.transactionPath))
                == .inconsistent)
        #expect(
            code(receipt.replacing(outcome: other.proved.outcome, outcomePath: other.proved.outcomePath))
                == .inconsistent)
    }

    @Test func partsOfAnotherBlockAreRefused() throws {
        let other = try other(height: 4, index: 1)
        #expect(code(other) == nil)
        #expect(code(receipt.replacing(header: other.proved.header)) == .wrongDigest)
        #expect(code(receipt.replacing(journalPath: other.proved.journalPath)) == .inconsistent)
        #expect(
            code(receipt.replacing(header: other.proved.header, journalPath: other.proved.journalPath)) == .wrongDigest)
        #expect(
            code(
                receipt.replacing(transaction: other.proved.transaction, transactionPath: other.proved.transactionPath))
                == .wrongDigest)
    }

    @Test func aChangedOutcomeIsRefused() {
        let outcome = receipt.proved.outcome
        let forged = Outcome(
            transaction: outcome.transaction,
            height: outcome.height,
            index: outcome.index,
            status: .rejected(Rejection(call: 0, code: "refused", message: "never happened"))
        )
        #expect(code(receipt.replacing(outcome: forged)) == .wrongDigest)
    }

    @Test func aTransactionThatSomebodyElseSignedIsRefused() throws {
        let mallory = try sample.consortium.member("mallory")
        let signed = try receipt.proved.transaction.body.signed(with: mallory.key, suite: sample.consortium.suite)
        #expect(code(receipt.replacing(transaction: signed)) == .wrongDigest)
        #expect(
            code(receipt.replacing(transaction: signed, submitterCertificate: mallory.certificate.der))
                == .wrongDigest)
    }

    @Test func aCertificateThatDoesNotEntitleIsRefused() throws {
        let consortium = sample.consortium
        let elsewhere = try TestConsortium().member("alice", key: sample.member.key)
        #expect(code(receipt.replacing(submitterCertificate: elsewhere.certificate.der)) == .wrongCertificate)
        let expired = try consortium.member(
            "alice",
            key: sample.member.key,
            validity: TestConsortium.createdAt.advanced(by: .seconds(-100))...TestConsortium.createdAt
        )
        #expect(code(receipt.replacing(submitterCertificate: expired.certificate.der)) == .wrongCertificate)
        let authority = consortium.authorities[0].anchor.der
        #expect(code(receipt.replacing(submitterCertificate: authority)) == .wrongCertificate)
        #expect(code(receipt.replacing(submitterCertificate: [])) == .wrongCertificate)
    }

    @Test func anotherConsortiumOrChannelIsRefused() throws {
        let other = try ReceiptSample(TestConsortium())
        #expect(code(receipt, against: other.consortium.genesis) == .wrongConsortium)
        #expect(code(receipt.replacing(consortium: other.receipt.consortium)) == .wrongConsortium)
        for forged in [
            receipt.replacing(transaction: other.receipt.proved.transaction),
            receipt.replacing(header: other.receipt.proved.header),
            receipt.replacing(sealingHeader: other.receipt.sealingHeader),
            receipt.replacing(finalization: other.receipt.finalization),
            other.receipt.replacing(consortium: receipt.consortium),
        ] {
            #expect(code(forged) == .wrongChannel)
        }
    }

    @Test func tooFewSignersAreRefused() throws {
        let few = try QuorumCertificate(
            derBytes: receipt.finalization.bytes(signers: [0, 1], of: 4), limit: QuorumCertificate.maximumByteCount)
        #expect(code(receipt.replacing(finalization: few)) == .tooFewSigners)
    }

    @Test func aSignerTwiceIsRefused() throws {
        // The bitmap says three signers, the signatures are of two.
        let statement = receipt.finalization.statement
        let signature = receipt.finalization.signatures[0]
        let votes = [0, 1, 2].map { index in
            Vote(statement: statement, validator: ValidatorIndex(rawValue: index), signature: signature)
        }
        let twice = try #require(
            QuorumCertificate(statement: statement, votes: votes, validators: genesis.validators))
        #expect(code(receipt.replacing(finalization: twice)) == .wrongSignature)
        let same = Vote(statement: statement, validator: ValidatorIndex(rawValue: 0), signature: signature)
        #expect(
            QuorumCertificate(statement: statement, votes: [same, same, same], validators: genesis.validators) == nil)
    }

    @Test func aBitmapForAnotherNumberOfValidatorsIsRefused() throws {
        let wide = try QuorumCertificate(
            derBytes: receipt.finalization.bytes(signers: [0, 1, 2], of: 5), limit: QuorumCertificate.maximumByteCount)
        #expect(code(receipt.replacing(finalization: wide)) == .unknownSigner)
    }

    @Test func aCertificateOfAnotherKindIsRefused() throws {
        let header = receipt.sealingHeader
        let digest = header.digest(suite: sample.consortium.suite)
        let notarization = try sample.consortium.certificate(
            of: .notarize(digest, in: header.view, epoch: header.epoch, channel: header.channel))
        #expect(code(receipt.replacing(finalization: notarization)) == .wrongKind)
        let nullification = try sample.consortium.certificate(
            of: .nullify(header.view, epoch: header.epoch, channel: header.channel))
        #expect(code(receipt.replacing(finalization: nullification)) == .wrongKind)
    }

    @Test func aFinalizationOfAnotherBlockViewOrEpochIsRefused() throws {
        let header = receipt.sealingHeader
        let digest = header.digest(suite: sample.consortium.suite)
        let statements: [VoteStatement] = [
            .finalize(receipt.proved.header.parent, in: header.view, epoch: header.epoch, channel: header.channel),
            .finalize(
                digest, in: try #require(header.view.previous), epoch: header.epoch, channel: header.channel),
            .finalize(digest, in: header.view, epoch: header.epoch.next, channel: header.channel),
        ]
        for statement in statements {
            let certificate = try sample.consortium.certificate(of: statement)
            #expect(code(receipt.replacing(finalization: certificate)) == .inconsistent)
        }
    }

    @Test func aBlockThatWasProposedAgainIsFinalByAVoteOfTheLaterView() throws {
        let header = receipt.sealingHeader
        let statement = VoteStatement.finalize(
            header.digest(suite: sample.consortium.suite), in: header.view.advanced(by: 3), epoch: header.epoch,
            channel: header.channel)
        #expect(code(receipt.replacing(finalization: try sample.consortium.certificate(of: statement))) == nil)
    }

    @Test func aHeaderThatDoesNotCoverTheBlockSealsNothing() throws {
        let early = sample.chain.blocks[2]
        let finalization = try #require(early.finalization)
        let forged = receipt.replacing(sealingHeader: early.header, finalization: finalization)
        #expect(code(forged) == .inconsistent)
    }

    @Test func aHeaderOfAForgedEpochIsRefused() throws {
        let header = receipt.sealingHeader
        let forged = BlockHeader(
            channel: header.channel, epoch: header.epoch.next, height: header.height, view: header.view,
            parent: header.parent, timestamp: header.timestamp, proposer: header.proposer,
            transactionsRoot: header.transactionsRoot, executed: header.executed)
        let certificate = try sample.consortium.finalization(of: forged)
        #expect(code(receipt.replacing(sealingHeader: forged, finalization: certificate)) == .wrongEpoch)
    }
}
