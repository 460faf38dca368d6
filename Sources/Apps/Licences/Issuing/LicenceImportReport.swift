public import Formats

/// What an import has come to.
public struct LicenceImportReport: Sendable {
    /// Something about a row that was taken.
    public struct Note: Sendable {
        public let line: Int
        public let message: String
    }

    public private(set) var issuedCount = 0
    public private(set) var changedCount = 0
    public private(set) var unchangedCount = 0
    /// Rows that the ledger has confirmed to an earlier run, which was interrupted.
    public private(set) var confirmedBeforeCount = 0
    /// Rows that were not taken, each with its line and reason.
    public private(set) var refused: [RefusedRow] = []
    /// Deviations that were accepted, and licences that have ended on the ledger.
    public private(set) var notes: [Note] = []
    /// Why the import did not come to the end of the table.
    public private(set) var failure: (any Error)?
    /// The transactions that the licences of the table stand in, in the order in which they were heard of.
    public private(set) var transactions: [TransactionIdentifier] = []
    private var known: Set<TransactionIdentifier> = []

    public init() {}

    /// Rows that are done, refused ones among them.
    public var rowCount: Int { issuedCount + changedCount + unchangedCount + confirmedBeforeCount + refused.count }

    /// The rows that were refused, in the order of their lines.
    public var refusedInOrder: [RefusedRow] { refused.sorted { $0.line < $1.line } }

    mutating func refuse(_ row: RefusedRow) { refused.append(row) }

    /// The first failure is the one that is told; those after it follow from it.
    mutating func stop(_ error: any Error) { failure = failure ?? error }

    mutating func add(_ settled: [LicenceBatch.Settled]) {
        for licence in settled {
            switch licence.result {
            case .issued: issuedCount += 1
            case .changed: changedCount += 1
            case .unchanged(let standing):
                unchangedCount += 1
                note(standing, of: licence.row)
            case .refused(let row): refuse(row)
            }
            noteWarnings(of: licence.row)
            if let transaction = licence.transaction { add([transaction]) }
        }
    }

    /// A row that an earlier run has brought on the ledger.
    mutating func addConfirmedBefore(_ row: LicenceRow) {
        confirmedBeforeCount += 1
        noteWarnings(of: row)
    }

    mutating func add(_ transactions: [TransactionIdentifier]) {
        for transaction in transactions where known.insert(transaction).inserted {
            self.transactions.append(transaction)
        }
    }

    private mutating func noteWarnings(of row: LicenceRow) {
        notes += row.warnings.map { Note(line: row.line, message: $0) }
    }

    private mutating func note(_ standing: LicenceStanding, of row: LicenceRow) {
        switch standing {
        case .current(.valid): return
        case .current(let status):
            notes.append(
                Note(
                    line: row.line, message: "\(row.identifier) has status \(status.text) \(status.name) on the ledger")
            )
        case .superseded(let newer):
            notes.append(Note(line: row.line, message: "\(row.identifier) is superseded on the ledger by \(newer)"))
        case .takenDown:
            notes.append(Note(line: row.line, message: "\(row.identifier) was taken down"))
        }
    }
}
