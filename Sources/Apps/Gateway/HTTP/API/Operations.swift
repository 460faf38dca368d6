extension Operation {
    /// Every operation of the interface.
    package static var all: [Operation] {
        [
            ledger, receipts, licences, licenceWriting, uses, traces, authorisations, matters, cases, caseWriting,
            consortium, membership, applications, events, webhooks,
        ].flatMap(\.self)
    }
}
