import Formats
import Identity
import Ledger
import LedgerTestKit
import SwiftASN1

/// The receipts of `Tests/Vectors/receipts`: sound ones, and every kind of forgery, of one consortium.
///
/// Everything is made anew, keys included, so they are written together or not at all.
struct ReceiptVectors {
    let genesis: [UInt8]
    /// By the name of the file, without its ending: `valid-…` or `forged-…`.
    private(set) var receipts: [(name: String, bytes: [UInt8])] = []

    private let sample: ReceiptSample
    private let other: ReceiptSample
    private let mallory: MemberIdentity

    init() throws {
        sample = try ReceiptSample()
        // The same names, and other keys: whoever trusts names is deceived.
        other = try ReceiptSample()
        mallory = try sample.consortium.member("mallory")
        genesis = sample.consortium.genesis.document.derBytes
        try addSound()
        try addForgedTransactions()
        try addForgedCertificates()
        try addForgedResults()
        try addForgedSeals()
        try addForgedConsortia()
        try addForgedEncodings()
    }

    private var receipt: Receipt { sample.receipt }
    var consortium: TestConsortium { sample.consortium }
    var member: MemberIdentity { sample.member }

    private mutating func add(_ name: String, _ receipt: Receipt) {
        receipts.append((name, receipt.derBytes))
    }

    private mutating func addSound() throws {
        for (height, index) in [(1, 0), (2, 2), (3, 1), (5, 0)] {
            add(
                "valid-height-\(height)-transaction-\(index)",
                try ReceiptSample.receipt(
                    consortium, sample.chain, certificate: sample.member.certificate.der, height: height, index: index)
            )
        }
        let sealing = receipt.sealingHeader
        let again = VoteStatement.finalize(
            sealing.digest(suite: consortium.suite), in: sealing.view.advanced(by: 2), epoch: sealing.epoch,
            channel: sealing.channel)
        add("valid-sealed-in-a-later-view", receipt.replacing(finalization: try consortium.certificate(of: again)))
        var chain = try TestChain(consortium)
        let refused = try consortium.transaction(
            [NotesContract.call("refuse", "k")], by: sample.member, registering: true)
        try chain.append([chain.verified(refused, by: sample.member)])
        try chain.append()
        add(
            "valid-rejected",
            try ReceiptSample.receipt(
                consortium, chain, certificate: sample.member.certificate.der, height: 1, index: 0)
        )
    }

    private mutating func addForgedTransactions() throws {
        let body = receipt.proved.transaction.body
        let changed = TransactionBody(
            channel: body.channel, submitter: body.submitter, idempotencyKey: body.idempotencyKey,
            lastValidHeight: body.lastValidHeight, calls: [NotesContract.call("put", "3", [0xff])])
        add(
            "forged-transaction-changed",
            receipt.replacing(transaction: Transaction(body: changed, signature: receipt.proved.transaction.signature)))
        add(
            "forged-transaction-signed-again",
            receipt.replacing(transaction: try body.signed(with: sample.member.key, suite: consortium.suite)))
        add(
            "forged-transaction-signed-by-another",
            receipt.replacing(transaction: try body.signed(with: mallory.key, suite: consortium.suite)))
        let digest = body.identifier(suite: consortium.suite).digest
        let vote = Transaction(body: body, signature: try sample.member.key.sign(digest, for: .vote))
        add("forged-transaction-signed-for-another-purpose", receipt.replacing(transaction: vote))
        add("forged-transaction-too-late", try tooLate())
    }

    /// A block that holds a transaction above its last height, with everything else as it should be.
    private func tooLate() throws -> Receipt {
        let suite = consortium.suite
        let transaction = try consortium.transaction(
            [NotesContract.call("put")], by: sample.member, lastValidHeight: Height(rawValue: 2))
        let outcome = Outcome(
            transaction: transaction.body.identifier(suite: suite), height: Height(rawValue: 3), index: 0,
            status: .applied(events: [], returnValues: []))
        let header = changed(
            receipt.proved.header, transactionsRoot: Block.transactionsRoot([transaction], suite: suite))
        let leaf = JournalLeaf(
            height: header.height, header: header.digest(suite: suite), transactionsRoot: header.transactionsRoot,
            outcomesRoot: Outcome.root([outcome], suite: suite))
        let journal = MerkleTree(leaves: [[1], [2], leaf.derBytes], suite: suite)
        let executed = ExecutedState(height: header.height, stateRoot: .zero, journalRoot: journal.root)
        let sealing = changed(receipt.sealingHeader, executed: executed)
        let subject = TransactionSubject(
            transaction: transaction,
            submitterCertificate: receipt.proved.submitterCertificate,
            transactionPath: MerkleTree(leaves: [transaction.derBytes], suite: suite).path(to: 0),
            outcome: outcome,
            outcomePath: MerkleTree(leaves: [outcome.derBytes], suite: suite).path(to: 0),
            header: header,
            journalPath: journal.path(to: 2)
        )
        return Receipt(
            suite: .p256,
            consortium: receipt.consortium,
            subject: .transaction(subject),
            sealingHeader: sealing,
            finalization: try consortium.finalization(of: sealing)
        )
    }

    private mutating func addForgedCertificates() throws {
        let expired = try consortium.member(
            "alice", key: sample.member.key,
            validity: TestConsortium.createdAt.advanced(by: .seconds(-100))...TestConsortium.createdAt)
        let future = try consortium.member(
            "alice", key: sample.member.key,
            validity: TestConsortium.createdAt.advanced(by: .seconds(100))...TestConsortium.validity.upperBound)
        for (name, certificate) in [
            ("of-another-member", mallory.certificate.der),
            ("of-another-authority", try other.consortium.member("alice", key: sample.member.key).certificate.der),
            ("expired", expired.certificate.der),
            ("not-yet-valid", future.certificate.der),
            ("of-the-authority", consortium.authorities[0].anchor.der),
            ("missing", []),
        ] {
            add("forged-certificate-\(name)", receipt.replacing(submitterCertificate: certificate))
        }
    }

    private mutating func addForgedResults() throws {
        let outcome = receipt.proved.outcome
        let rejection = Rejection(call: 0, code: "refused", message: "never happened")
        let rejected = Outcome(
            transaction: outcome.transaction, height: outcome.height, index: outcome.index,
            status: .rejected(rejection))
        add("forged-outcome-changed", receipt.replacing(outcome: rejected))
        let next = try ReceiptSample.receipt(
            consortium, sample.chain, certificate: sample.member.certificate.der, height: 3, index: 2)
        add(
            "forged-outcome-of-another",
            receipt.replacing(outcome: next.proved.outcome, outcomePath: next.proved.outcomePath))
        add(
            "forged-outcome-path-sibling",
            receipt.replacing(outcomePath: try withChangedSibling(receipt.proved.outcomePath)))
        add(
            "forged-transaction-path-sibling",
            receipt.replacing(transactionPath: try withChangedSibling(receipt.proved.transactionPath)))
        add(
            "forged-transaction-path-index",
            receipt.replacing(transactionPath: try receipt.proved.transactionPath.changed(index: 0)))
        add(
            "forged-transaction-path-short",
            receipt.replacing(transactionPath: try receipt.proved.transactionPath.changed(siblings: [])))
        add(
            "forged-journal-path-sibling",
            receipt.replacing(journalPath: try withChangedSibling(receipt.proved.journalPath)))
        let later = try ReceiptSample.receipt(
            consortium, sample.chain, certificate: sample.member.certificate.der, height: 4, index: 1)
        add("forged-journal-path-of-another-block", receipt.replacing(journalPath: later.proved.journalPath))
        let time = receipt.proved.header.timestamp.advanced(by: .milliseconds(1))
        add("forged-header-time", receipt.replacing(header: changed(receipt.proved.header, timestamp: time)))
        add("forged-header-of-another-block", receipt.replacing(header: later.proved.header))
    }

    private mutating func addForgedSeals() throws {
        let header = receipt.sealingHeader
        let digest = header.digest(suite: consortium.suite)
        let executed = ExecutedState(
            height: header.executed.height, stateRoot: .zero, journalRoot: header.executed.journalRoot)
        add("forged-seal-header-changed", receipt.replacing(sealingHeader: changed(header, executed: executed)))
        let early = sample.chain.blocks[2]
        add("forged-seal-too-early", receipt.replacing(sealingHeader: early.header, finalization: early.finalization))
        for (name, signers, count) in [
            ("too-few-signers", [0, 1], 4), ("no-signers", [], 4), ("more-validators", [0, 1, 2], 5),
        ] {
            let bytes = try receipt.finalization.bytes(signers: signers, of: count)
            let certificate = try QuorumCertificate(derBytes: bytes, limit: QuorumCertificate.maximumByteCount)
            add("forged-seal-\(name)", receipt.replacing(finalization: certificate))
        }
        for (name, statement) in [
            ("notarization", .notarize(digest, in: header.view, epoch: header.epoch, channel: header.channel)),
            ("nullification", .nullify(header.view, epoch: header.epoch, channel: header.channel)),
            ("of-another-block", .finalize(header.parent, in: header.view, epoch: .zero, channel: header.channel)),
            ("of-an-earlier-view", .finalize(digest, in: .zero, epoch: .zero, channel: header.channel)),
            ("of-another-epoch", .finalize(digest, in: header.view, epoch: Epoch.zero.next, channel: header.channel)),
        ] as [(String, VoteStatement)] {
            add("forged-seal-\(name)", receipt.replacing(finalization: try consortium.certificate(of: statement)))
        }
        let statement = receipt.finalization.statement
        let foreign = try Vote(
            statement, by: ValidatorIndex(rawValue: 2), key: other.consortium.validators[2].key,
            suite: consortium.suite)
        let own = receipt.finalization.votes
        let twice = Vote(statement: statement, validator: foreign.validator, signature: own[1].signature)
        for (name, vote) in [("foreign-signer", foreign), ("signer-twice", twice)] {
            guard
                let certificate = QuorumCertificate(
                    statement: statement, votes: own.prefix(2) + [vote], validators: consortium.genesis.validators)
            else { throw TestKitError("three votes are a quorum of four validators") }
            add("forged-seal-\(name)", receipt.replacing(finalization: certificate))
        }
    }

    private mutating func addForgedConsortia() throws {
        add("forged-consortium-another", other.receipt)
        add("forged-consortium-renamed", other.receipt.replacing(consortium: receipt.consortium))
        add("forged-consortium-transaction", receipt.replacing(transaction: other.receipt.proved.transaction))
        add(
            "forged-consortium-seal",
            receipt.replacing(sealingHeader: other.receipt.sealingHeader, finalization: other.receipt.finalization))
    }

    private mutating func addForgedEncodings() throws {
        let bytes = receipt.derBytes
        receipts.append(("forged-encoding-empty", []))
        receipts.append(("forged-encoding-cut-short", bytes.dropLast()))
        receipts.append(("forged-encoding-followed-by-more", bytes + [0]))
        // The length of the whole in one octet more than it needs, which is BER and not DER.
        receipts.append(("forged-encoding-long-length", [0x30, 0x83, 0] + bytes.dropFirst(2)))
        // Version 1.
        receipts.append(("forged-encoding-version", Array(bytes[..<6]) + [1] + Array(bytes[7...])))
    }

    private func withChangedSibling(_ path: MerklePath) throws -> MerklePath {
        guard let first = path.siblings.first else { throw TestKitError("the path has no sibling") }
        let changed = consortium.suite.digest(of: first.bytes)
        return try path.changed(siblings: [changed] + path.siblings.dropFirst())
    }

    private func changed(
        _ header: BlockHeader,
        timestamp: Timestamp? = nil,
        transactionsRoot: Digest? = nil,
        executed: ExecutedState? = nil
    ) -> BlockHeader {
        BlockHeader(
            channel: header.channel, epoch: header.epoch, height: header.height, view: header.view,
            parent: header.parent, timestamp: timestamp ?? header.timestamp, proposer: header.proposer,
            transactionsRoot: transactionsRoot ?? header.transactionsRoot, executed: executed ?? header.executed)
    }
}
