public import Formats

/// Some licences that go to the ledger in one transaction, until each of them is settled.
///
/// Each licence is two calls: one to the catalogue, one to the evidence. A transaction takes effect as a whole or not
/// at all, so one licence that the ledger refuses holds up the others. The rejection names the call: its licence is
/// settled as refused, and the others go again without it. Every round settles at least one licence, so there are at
/// most as many rounds as licences.
public struct LicenceBatch: Sendable {
    /// What became of one licence.
    public enum Result: Sendable {
        /// It is on the ledger now.
        case issued
        /// It is on the ledger now as the version after `supersedes`.
        case changed(supersedes: LicenceIdentifier)
        /// It was on the ledger before, with the same content; how it stands there now.
        case unchanged(LicenceStanding)
        case refused(RefusedRow)
    }

    /// A licence with what became of it.
    public struct Settled: Sendable {
        public let row: LicenceRow
        public let result: Result
        /// The transaction that put it on the ledger; `nil` for a refused one.
        public let transaction: TransactionIdentifier?
    }

    /// What the transaction will do about one licence.
    struct Pending: Sendable {
        let licence: PreparedLicence
        /// What the catalogue is told; `nil` where it has the licence already.
        let entry: LicenceCall?
        /// The calls, encoded: to the catalogue, where there is one, and to the evidence.
        let calls: [Call]
        let supersedes: LicenceIdentifier?

        /// The licence as a new one: as whoever has not asked the ledger yet has to take it for.
        static func issue(_ licence: PreparedLicence) -> Pending {
            let entry = LicenceCall.issue(IssueLicence(licence.particulars))
            return Pending(
                licence: licence, entry: entry, calls: [entry.call, LicenceCall.record(licence.evidence).call],
                supersedes: nil)
        }

        var isIssue: Bool {
            if case .issue? = entry { true } else { false }
        }

        /// The same as the version after `before`, or, with no entry, for the evidence alone. What is told to the
        /// evidence is not encoded anew.
        func with(_ entry: LicenceCall?, supersedes before: LicenceIdentifier? = nil) -> Pending {
            Pending(
                licence: licence, entry: entry, calls: [entry?.call].compactMap(\.self) + calls.suffix(1),
                supersedes: before)
        }
    }

    public private(set) var settled: [Settled] = []
    private var pending: [Pending]
    private let operation: LicenceOperation
    private let basis: String?

    /// - Parameters:
    ///   - licences: what is to be on the ledger.
    ///   - operation: why a further version is written, where there is one before.
    ///   - basis: the rule or decision for that.
    public init(_ licences: [PreparedLicence], operation: LicenceOperation = .change, basis: String? = nil) {
        self.init(licences.map { .issue($0) }, operation: operation, basis: basis)
    }

    init(_ pending: [Pending], operation: LicenceOperation = .change, basis: String? = nil) {
        self.pending = pending
        self.operation = operation
        self.basis = basis
    }

    /// The calls of the transaction, all licences that are not settled after each other.
    public var calls: [Call] { pending.flatMap(\.calls) }

    /// What the catalogue is told of the licences that are not settled; `nil` for one that it has already.
    public var entries: [LicenceCall?] { pending.map(\.entry) }

    public var isSettled: Bool { pending.isEmpty }

    /// The licences that are not settled.
    public var identifiers: [LicenceIdentifier] { pending.map(\.licence.identifier) }

    /// Takes in what the ledger has already: the same version with the same content is unchanged, with other content it
    /// is refused; the version before makes this one a change.
    public mutating func apply(_ answer: LicencesAnswer) {
        var newest: [LicenceKey: LicenceIdentifier] = [:]
        var records: [LicenceKey: CatalogueRecord] = [:]
        for record in answer.records {
            newest[LicenceKey(record.identifier)] = record.identifier
            records[LicenceKey(record.identifier)] = record
        }
        let evidence = Dictionary(answer.evidence.map { ($0.identifier, $0) }, uniquingKeysWith: { $1 })
        let entries = pending
        pending = []
        for entry in entries {
            let licence = entry.licence
            let key = LicenceKey(licence.identifier)
            if let record = records[key], let known = evidence[licence.identifier] {
                settle(licence, knownAs: known, record, at: answer)
            } else if let record = records[key], record.identifier == licence.identifier {
                complete(entry, record)
            } else if let before = newest[key] {
                guard before.nextVersion == licence.identifier else {
                    settle(licence, outOfTurnAfter: before)
                    continue
                }
                pending.append(supersede(before, by: entry))
                newest[key] = licence.identifier
            } else {
                pending.append(entry.isIssue ? entry : .issue(licence))
                newest[key] = licence.identifier
            }
        }
    }

    /// Takes in what became of the transaction with ``calls``.
    public mutating func apply(_ outcome: Outcome) {
        switch outcome.status {
        case .applied:
            for entry in pending {
                let result = entry.supersedes.map { Result.changed(supersedes: $0) } ?? .issued
                settled.append(Settled(row: entry.licence.row, result: result, transaction: outcome.transaction))
            }
            pending = []
        case .rejected(let rejection):
            // A position that no call has would be the node's mistake; even then this round settles one licence.
            guard let last = pending.indices.last else { return }
            let index = position(ofCall: rejection.call) ?? last
            let licence = pending.remove(at: index).licence
            refuse(licence, LicenceError(.refusedByLedger, rejection.message, found: rejection.code))
        }
    }

    /// Which licence the call at `index` of ``calls`` is about.
    private func position(ofCall index: Int) -> Int? {
        var end = 0
        return pending.firstIndex { entry in
            end += entry.calls.count
            return index < end
        }
    }

    private func supersede(_ before: LicenceIdentifier, by entry: Pending) -> Pending {
        let supersede = SupersedeLicence(
            supersedes: before, by: entry.licence.particulars, operation: operation, basis: basis)
        return entry.with(.supersede(supersede), supersedes: before)
    }

    /// The catalogue has the licence, the evidence does not yet.
    private mutating func complete(_ entry: Pending, _ record: CatalogueRecord) {
        let licence = entry.licence
        guard record.agrees(with: licence.particulars) else {
            refuse(licence, Self.differs(licence, "the catalogue has it with other particulars"))
            return
        }
        pending.append(entry.with(nil))
    }

    private mutating func settle(
        _ licence: PreparedLicence, knownAs evidence: EvidenceRecord, _ record: CatalogueRecord,
        at answer: LicencesAnswer
    ) {
        guard evidence.content == licence.content else {
            let difference =
                evidence.content.file == licence.content.file
                ? "with other fields, or with salts that are not those of now" : "with another file"
            refuse(licence, Self.differs(licence, "it was issued at height \(evidence.issuedHeight) \(difference)"))
            return
        }
        let standing = record.standing(of: licence.identifier, at: answer.time)
        if case .current = standing, !record.agrees(with: licence.particulars) {
            refuse(licence, Self.differs(licence, "the catalogue has it with another holder"))
            return
        }
        settled.append(
            Settled(row: licence.row, result: .unchanged(standing), transaction: evidence.transaction))
    }

    private static func differs(_ licence: PreparedLicence, _ how: String) -> LicenceError {
        LicenceError(.refusedByLedger, "\(licence.identifier): \(how); a change needs a new version")
    }

    private mutating func settle(_ licence: PreparedLicence, outOfTurnAfter newest: LicenceIdentifier) {
        let version = licence.identifier.version
        refuse(
            licence,
            LicenceError(
                .refusedByLedger,
                "version \(version) does not follow \(newest.version), the newest of this licence on the ledger",
                found: version.text, expected: newest.nextVersion?.version.text
            )
        )
    }

    private mutating func refuse(_ licence: PreparedLicence, _ error: LicenceError) {
        settled.append(Settled(row: licence.row, result: .refused(licence.refused(error)), transaction: nil))
    }
}
