/// A licence that is ready for the ledger: its row, and the digests and the pseudonym that stand for it there.
public struct PreparedLicence: Sendable {
    public let row: LicenceRow
    /// The row's line as it stands in its table, which a refusal hands back; empty for a licence of no table.
    let line: String
    public let content: EvidenceContent
    /// Whom it belongs to; `nil` where the department has no pseudonym key.
    public let holder: HolderPseudonym?
    /// Where the owner's node keeps it; `nil` where it is not said.
    public let locator: String?

    public init(
        row: LicenceRow, line: String, content: EvidenceContent, holder: HolderPseudonym? = nil,
        locator: String? = nil
    ) {
        self.row = row
        self.line = line
        self.content = content
        self.holder = holder
        self.locator = locator
    }

    public var identifier: LicenceIdentifier { row.identifier }

    /// What the catalogue is told.
    public var particulars: CatalogueParticulars {
        CatalogueParticulars(
            identifier: row.identifier, holder: holder, validity: row.validity, issuedOn: row.issuedOn,
            region: row.region, metadataRoot: content.metadataRoot, locator: locator)
    }

    /// What the evidence ledger is told.
    public var evidence: RecordEvidence { RecordEvidence(identifier: row.identifier, content: content) }

    func refused(_ error: LicenceError) -> RefusedRow {
        RefusedRow(line: row.line, text: line, errors: [error])
    }
}
