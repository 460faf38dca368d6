import Formats
import Identity

/// What is hashed and never stored, and what proves an entry of the state.
extension Sample {
    static let hashed: [Sample] = [
        Sample("SigningInput-transaction", SigningInput(purpose: .transaction, digest: digest(1))),
        Sample("SigningInput-proposal", SigningInput(purpose: .proposal, digest: digest(1))),
        Sample("SigningInput-vote", SigningInput(purpose: .vote, digest: digest(1))),
        Sample("ChannelName", ChannelName(consortium: digest(0xC1), channel: genesis.channel)),
    ]

    static let state: [Sample] = [
        Sample("TrailHead", TrailHead.empty.appending([0x30, 0x00], suite: suite)),
        Sample("TrailHead-empty", TrailHead.empty),
        Sample("TrailLink", TrailLink(previous: .zero, element: [0x30, 0x00])),
        Sample("StateName", name),
        Sample("StateLeaf", leaf),
        Sample("StateLeaf-sentinel", StateLeaf.sentinel),
        Sample("StateCommitment", StateCommitment(size: 600, twigsRoot: digest(0x7B))),
        Sample("StatePath", statePath),
        Sample("StateProof", StateProof(leaf: leaf, path: statePath)),
    ]

    static let proofs: [Sample] = [
        Sample("TransactionSubject", transactionSubject),
        Sample("EntrySubject", entry),
        Sample("AbsenceSubject", AbsenceSubject(name: name, proof: stateProof)),
        Sample("ListSubject", list),
        Sample("ListSubject-empty", ListSubject(name: name, elements: [], proof: stateProof)),
        Sample("Receipt-entry", proving(.entry(entry))),
        Sample("Receipt-absence", proving(.absence(AbsenceSubject(name: name, proof: stateProof)))),
        Sample("Receipt-list", proving(.list(list))),
        Sample("Receipt-of-a-later-epoch", proving(.entry(entry), epochs: [change])),
        Sample("EpochValidators", validators),
        Sample("EpochChange", change),
        Sample(
            "TrustedValidators",
            TrustedValidators(
                suite: .p256, consortium: digest(0xC1), validators: validators, authenticatedAt: header.timestamp,
                header: header)
        ),
        Sample("MerkleConsistency", consistency),
        Sample("JournalProof", journalProof),
        Sample("LightClientStep", step(known: journalProof)),
        Sample("LightClientStep-first", step(known: nil)),
    ]

    private static var transactionSubject: TransactionSubject {
        TransactionSubject(
            transaction: transaction, submitterCertificate: [0x30, 0x00], transactionPath: path, outcome: rejected,
            outcomePath: path, header: header, journalPath: path)
    }

    private static let entry = EntrySubject(name: name, value: [4, 5], proof: stateProof)
    private static let list = ListSubject(
        name: name, preceding: TrailHead(count: 2, chain: digest(0x7A)), elements: [[0x30, 0x00], []],
        proof: stateProof)
    private static let stateProof = StateProof(leaf: leaf, path: statePath)
    private static let consistency = MerkleConsistency(from: 3, to: 7) { digest(UInt8($0.lowerBound)) }
    private static let validators = EpochValidators(
        epoch: Epoch(rawValue: 1), firstHeight: Height(rawValue: 9), certificates: [[0x30, 0x00], [0x30, 0x01, 0x00]])
    private static var change: EpochChange {
        EpochChange(header: header, finalization: certificate, validators: validators, proof: stateProof)
    }
    private static var journalProof: JournalProof {
        JournalProof(
            leaf: JournalLeaf(
                height: Height(rawValue: 3), header: digest(1), transactionsRoot: digest(2), outcomesRoot: digest(3)),
            path: path)
    }

    private static func proving(_ subject: ReceiptSubject, epochs: [EpochChange] = []) -> Receipt {
        Receipt(
            suite: .p256, consortium: digest(0xC1), subject: subject, sealingHeader: header,
            finalization: certificate, epochs: epochs)
    }

    private static func step(known: JournalProof?) -> LightClientStep {
        LightClientStep(
            suite: .p256, consortium: digest(0xC1), header: header, finalization: certificate,
            consistency: consistency, known: known)
    }

    private static let name = StateName(contract: "notes", key: [1, 2, 3])

    private static let leaf = StateLeaf(
        key: name.digest(suite: suite), value: suite.digest(of: [4, 5]), next: digest(0xFE),
        height: Height(rawValue: 7))

    /// Of the last of 600 entries: twig 2 has 88 of them, and two twigs stand before it.
    private static let statePath = StatePath(
        size: 600, position: 599, entrySiblings: (0..<5).map { digest($0) }, activity: digest(0xAC),
        twigSiblings: [digest(0x10)])
}
