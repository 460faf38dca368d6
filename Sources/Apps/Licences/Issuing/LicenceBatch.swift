public import Formats

/// Some licences that go to the ledger in one transaction, until each of them is settled.
///
/// A transaction takes effect as a whole or not at all, so one licence that the ledger refuses holds up the others. The
/// rejection names the call: that licence is settled as refused, and the others go again without it. Every round
/// settles at least one licence, so there are at most as many rounds as licences.
public struct LicenceBatch: Sendable {
    /// What became of one licence.
    public enum Result: Sendable {
        /// It is on the ledger now.
        case issued
        /// It is on the ledger now as the version after `supersedes`.
        case changed(supersedes: LicenceIdentifier)
        /// It was on the ledger before, with the same content.
        case unchanged(EvidenceRecord.Status)
        case refused(RefusedRow)
    }

    /// A licence with what became of it.
    public struct Settled: Sendable {
        public let row: LicenceRow
        public let result: Result
        /// The transaction that put it on the ledger; `nil` for a refused one.
        public let transaction: TransactionIdentifier?
    }

    /// What the transaction will do about each licence that is not settled.
    public private(set) var calls: [EvidenceCall]
    public private(set) var settled: [Settled] = []
    private var pending: [PreparedLicence]

    public init(_ licences: [PreparedLicence]) {
        pending = licences
        calls = licences.map { .issue(IssueEvidence(identifier: $0.identifier, content: $0.content)) }
    }

    public var isSettled: Bool { pending.isEmpty }

    /// The licences that are not settled.
    public var identifiers: [LicenceIdentifier] { pending.map(\.identifier) }

    /// Takes in what the ledger has already: the same version with the same content is unchanged, with other content it
    /// is refused; the version before makes this one a change.
    public mutating func apply(_ answer: EvidenceAnswer) {
        var newest = answer.records.filter { $0.supersededBy == nil }.map(\.identifier)
        let licences = pending
        pending = []
        calls = []
        for licence in licences {
            if let record = answer[licence.identifier] {
                settle(licence, knownAs: record)
                continue
            }
            guard let index = newest.firstIndex(where: { $0.isSameLicence(as: licence.identifier) }) else {
                calls.append(.issue(IssueEvidence(identifier: licence.identifier, content: licence.content)))
                pending.append(licence)
                newest.append(licence.identifier)
                continue
            }
            guard newest[index].nextVersion == licence.identifier else {
                settle(licence, outOfTurnAfter: newest[index])
                continue
            }
            calls.append(.change(Self.change(of: newest[index], to: licence)))
            pending.append(licence)
            newest[index] = licence.identifier
        }
    }

    /// Takes in what became of the transaction with ``calls``.
    public mutating func apply(_ outcome: Outcome) {
        switch outcome.status {
        case .applied:
            for (licence, call) in zip(pending, calls) {
                let result: Result
                if case .change(let change) = call {
                    result = .changed(supersedes: change.supersedes)
                } else {
                    result = .issued
                }
                settled.append(Settled(row: licence.row, result: result, transaction: outcome.transaction))
            }
            pending = []
            calls = []
        case .rejected(let rejection):
            // A position that no call has would be the node's mistake; even then this round settles one licence.
            guard let index = pending.indices.last.map({ min(max(0, rejection.call), $0) }) else { return }
            let licence = pending.remove(at: index)
            calls.remove(at: index)
            refuse(licence, LicenceError(.refusedByLedger, rejection.message, found: rejection.code))
        }
    }

    private mutating func settle(_ licence: PreparedLicence, knownAs record: EvidenceRecord) {
        guard record.content != licence.content else {
            let result = Result.unchanged(record.status)
            settled.append(Settled(row: licence.row, result: result, transaction: record.transaction))
            return
        }
        let difference =
            record.content.file == licence.content.file
            ? "with other fields, or with salts that are not those of now" : "with another file"
        refuse(
            licence,
            LicenceError(
                .refusedByLedger,
                "\(licence.identifier) was issued at height \(record.issuedHeight) \(difference); "
                    + "a change needs a new version"
            )
        )
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

    private static func change(of supersedes: LicenceIdentifier, to licence: PreparedLicence) -> ChangeEvidence {
        ChangeEvidence(supersedes: supersedes, identifier: licence.identifier, content: licence.content)
    }
}
