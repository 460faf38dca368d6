import Formats
import Identity
import LedgerTestKit

/// The files of `Tests/Vectors/national`: receipts of a consortium of the suite sm, sound and forged.
struct NationalVectors {
    /// By the name of the file.
    private(set) var files: [(name: String, bytes: [UInt8])] = []

    init() throws {
        let consortium = try TestConsortium(suite: .sm)
        files.append(("genesis.der", consortium.genesis.document.derBytes))
        try addTransactions(consortium)
        try addEntries(consortium)
    }

    private mutating func add(_ name: String, _ receipt: Receipt) {
        files.append(("\(name).receipt", receipt.derBytes))
    }

    private mutating func addTransactions(_ consortium: TestConsortium) throws {
        let sample = try ReceiptSample(consortium)
        let receipt = sample.receipt
        let transaction = receipt.proved.transaction
        add("valid-transaction", receipt)
        let mallory = try consortium.member("mallory")
        add(
            "forged-transaction-signed-by-another",
            receipt.replacing(transaction: try transaction.body.signed(with: mallory.key, suite: consortium.suite)))
        // Digests and signatures of the other suite, by a key that the genesis does not know.
        let other = CryptoSuiteIdentifier.p256.suite
        add(
            "forged-transaction-in-the-other-suite",
            receipt.replacing(
                transaction: try transaction.body.signed(with: other.generateSigningKey(), suite: other)))
        let stranger = try TestConsortium(suite: .sm).member("alice", key: sample.member.key)
        add(
            "forged-certificate-of-another-authority",
            receipt.replacing(submitterCertificate: stranger.certificate.der))
        let foreign = try TestConsortium().member("alice")
        add(
            "forged-certificate-of-the-other-suite", receipt.replacing(submitterCertificate: foreign.certificate.der))
    }

    private mutating func addEntries(_ consortium: TestConsortium) throws {
        var chain = ProvenChain(consortium)
        let name = StateName(contract: "notes", key: [1])
        chain.append([(name, [2])])
        chain.name(try chain.team("first", of: 1, from: 4))
        for _ in 3...6 as ClosedRange<UInt64> { chain.append() }
        let subject = EntrySubject(name: name, value: [2], proof: chain.proof(of: name, at: 6))
        let receipt = try chain.receipt(.entry(subject), at: 6, epochs: [chain.change(to: 1, by: 3)])
        add("valid-entry-of-epoch-1", receipt)
        add("forged-suite", changed(receipt, suite: .p256))
        let seal = try chain.finalization(of: receipt.sealingHeader, by: chain.teams[0])
        add("forged-seal-by-the-earlier-set", changed(receipt, finalization: seal))
        let absent = AbsenceSubject(name: name, proof: subject.proof)
        add("forged-absence", changed(receipt, subject: .absence(absent)))
    }

    private func changed(
        _ receipt: Receipt,
        suite: CryptoSuiteIdentifier? = nil,
        subject: ReceiptSubject? = nil,
        finalization: QuorumCertificate? = nil
    ) -> Receipt {
        Receipt(
            suite: suite ?? receipt.suite, consortium: receipt.consortium, subject: subject ?? receipt.subject,
            sealingHeader: receipt.sealingHeader, finalization: finalization ?? receipt.finalization,
            epochs: receipt.epochs)
    }
}
