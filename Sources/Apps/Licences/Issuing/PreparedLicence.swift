/// A licence that is ready for the ledger: its row, and the digests that stand for it there.
public struct PreparedLicence: Sendable {
    public let row: LicenceRow
    /// The row's line as it stands in its table, which a refusal hands back; empty for a licence of no table.
    let line: String
    public let content: EvidenceContent

    public init(row: LicenceRow, line: String, content: EvidenceContent) {
        self.row = row
        self.line = line
        self.content = content
    }

    public var identifier: LicenceIdentifier { row.identifier }

    func refused(_ error: LicenceError) -> RefusedRow {
        RefusedRow(line: row.line, text: line, errors: [error])
    }
}
