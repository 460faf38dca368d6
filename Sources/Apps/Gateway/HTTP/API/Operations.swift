extension Operation {
    /// Every operation of the interface.
    package static var all: [Operation] {
        [
            ledger, receipts, licences, licenceWriting, licenceLife, uses, presenting, scanning, traces, authorisations,
            matters, calendar, cases, caseWriting, consortium, membership, applications, events, webhooks,
        ].flatMap(\.self)
    }
}
