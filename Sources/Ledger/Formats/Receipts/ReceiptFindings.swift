/// What a receipt that holds establishes, and nothing more: about its subject, as of a height, by whose signatures.
public struct ReceiptFindings: Sendable {
    /// What was found, by the kind of the receipt's subject.
    public enum Subject: Sendable {
        case transaction(TransactionFindings)
        case entry(EntryFindings)
        case absence(AbsenceFindings)
        case list(ListFindings)
    }

    public let subject: Subject
    /// The height as of which it is so: the last one whose results the sealing header states.
    public let asOf: Height
    public let seal: SealFindings
    /// The validators of the sealing header: whoever keeps them can begin with them another time.
    public let trusted: TrustedValidators

    /// What was found of the transaction, where the receipt is of one.
    public var transaction: TransactionFindings? {
        if case .transaction(let findings) = subject { findings } else { nil }
    }

    /// What is established beyond doubt, for as long as fewer than a third of the validators lie.
    public var established: [EstablishedFact] {
        switch subject {
        case .transaction: [.content, .submitter, .outcome, .order, .time, .finality]
        case .entry: [.value, .continuity, .finality]
        case .absence: [.absence, .continuity, .finality]
        case .list(let list): [list.isWhole ? .completeness : .completenessFromPlace, .elementOrder, .finality]
        }
    }

    /// What a reader could take for established, and is not.
    public var notEstablished: [OpenQuestion] {
        switch subject {
        case .transaction: [.laterChanges]
        case .entry, .absence: [.laterChanges, .earlierHistory, .authorship]
        case .list(let list): [.laterChanges, .authorship] + (list.isWhole ? [] : [.earlierElements])
        }
    }
}
