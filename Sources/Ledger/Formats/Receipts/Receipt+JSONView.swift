import Identity

extension Receipt {
    /// The receipt for people and other programs to read; what it claims, not what holds.
    public var jsonView: JSONView {
        [
            "version": .number(Self.version),
            "suite": .text(suite.rawValue),
            "consortium": JSONView(consortium),
            "subject": subject.jsonView,
            "sealingHeader": JSONView(sealingHeader),
            "finalization": JSONView(finalization),
            "epochs": .array(epochs.map(JSONView.init)),
        ]
    }
}

extension ReceiptSubject {
    fileprivate var jsonView: JSONView {
        switch self {
        case .transaction(let subject):
            [
                "kind": .text("transaction"),
                "transaction": JSONView(subject.transaction),
                "submitterCertificate": JSONView(subject.submitterCertificate),
                "transactionPath": JSONView(subject.transactionPath),
                "outcome": JSONView(subject.outcome),
                "outcomePath": JSONView(subject.outcomePath),
                "header": JSONView(subject.header),
                "journalPath": JSONView(subject.journalPath),
            ]
        case .entry(let subject):
            [
                "kind": .text("entry"),
                "name": JSONView(subject.name),
                "value": JSONView(subject.value),
                "proof": JSONView(subject.proof),
            ]
        case .absence(let subject):
            [
                "kind": .text("absence"),
                "name": JSONView(subject.name),
                "proof": JSONView(subject.proof),
            ]
        case .list(let subject):
            [
                "kind": .text("list"),
                "name": JSONView(subject.name),
                "preceding": [
                    "count": JSONView(subject.preceding.count), "chain": JSONView(subject.preceding.chain),
                ],
                "elements": .array(subject.elements.map(JSONView.init)),
                "proof": JSONView(subject.proof),
            ]
        }
    }
}
