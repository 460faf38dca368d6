public import Formats
public import Foundation
public import Identity

/// A row with its line as it stands in its table, which a refusal hands back.
struct TableRow: Sendable {
    let row: LicenceRow
    let line: String
}

/// Turns rows into what goes on the ledger: checks whose they are, digests files, keeps salts.
public struct LicencePreparation: Sendable {
    private let genesis: Genesis
    private let department: DepartmentName
    private let files: URL
    private let salts: LicenceSaltsStore
    private let pseudonym: @Sendable (HolderCode) -> HolderPseudonym?

    /// - Parameters:
    ///   - genesis: the consortium's; it says which department issues under which codes.
    ///   - department: the department that issues.
    ///   - files: the folder that rows name their files in.
    ///   - salts: where salts are kept.
    ///   - pseudonym: what stands on the ledger for a holder; `nil` where the department has no pseudonym key.
    public init(
        genesis: Genesis, department: DepartmentName, files: URL, salts: LicenceSaltsStore,
        pseudonym: @escaping @Sendable (HolderCode) -> HolderPseudonym? = { _ in nil }
    ) {
        self.genesis = genesis
        self.department = department
        self.files = files
        self.salts = salts
        self.pseudonym = pseudonym
    }

    /// The licence of a row that stands in no table.
    /// - Parameters:
    ///   - row: the row.
    ///   - generator: makes salts where there are none yet; the system's outside of tests.
    /// - Throws: ``LicenceError`` with code `foreignIssuer`, a finding of the strict reader, `unreadableFile`,
    ///   `tooLarge`, `wrongSalts` or `unwritableFile`.
    public func prepare(
        _ row: LicenceRow, using generator: inout some RandomNumberGenerator
    ) throws(LicenceError) -> PreparedLicence {
        let file = try checkedFile(of: row)
        let salts = try salts.salts(of: [row.identifier], using: &generator)
        return try licence(TableRow(row: row, line: ""), file: file, salts: salts[0])
    }

    /// The licences of some rows. All their salts are on the disk when this returns.
    /// - Parameters:
    ///   - rows: the rows, with their lines.
    ///   - generator: makes salts where there are none yet; the system's outside of tests.
    /// - Returns: for each row, in the same order, its licence or why it is refused.
    /// - Throws: ``LicenceError`` with code `wrongSalts` or `unwritableFile`: then no row is refused, the store of
    ///   salts has to be mended.
    func prepare(
        _ rows: [TableRow], using generator: inout some RandomNumberGenerator
    ) throws(LicenceError) -> [Result<PreparedLicence, LicenceError>] {
        let files = rows.map { row in
            Result { () throws(LicenceError) in try checkedFile(of: row.row) }
        }
        let accepted = zip(rows, files).compactMap { row, file in
            if case .success = file { row.row.identifier } else { nil }
        }
        var salts = try salts.salts(of: accepted, using: &generator)[...]
        return zip(rows, files).map { row, file in
            file.flatMap { file in
                let salts = salts.removeFirst()
                return Result { () throws(LicenceError) in try licence(row, file: file, salts: salts) }
            }
        }
    }

    /// The digest of a row's file, where it names one, after everything that does not take salts was checked.
    private func checkedFile(of row: LicenceRow) throws(LicenceError) -> Digest? {
        // A table of an existing library may deviate; the ledger takes identifiers by the letter only.
        let identifier = try LicenceIdentifier(row.identifier.text)
        try checkIssuer(of: identifier)
        guard let path = row.file else { return nil }
        return try FileDigest.digest(of: files.appending(path: path.text), suite: genesis.suite)
    }

    private func licence(
        _ row: TableRow, file: Digest?, salts: LicenceSalts
    ) throws(LicenceError) -> PreparedLicence {
        let root = try LicenceMetadata(row.row).root(salts: salts, suite: genesis.suite)
        return PreparedLicence(
            row: row.row, line: row.line, content: EvidenceContent(file: file, metadataRoot: root),
            holder: pseudonym(row.row.holder))
    }

    /// Asked here as well as on the ledger, so that a whole table of somebody else's costs no transaction.
    private func checkIssuer(of identifier: LicenceIdentifier) throws(LicenceError) {
        let code = identifier.issuerCode.text
        guard let owner = genesis.department(issuingUnder: code) else {
            throw LicenceError(
                .foreignIssuer, "no department of this consortium issues under the code \(code)", found: code)
        }
        guard owner == department else {
            throw LicenceError(
                .foreignIssuer, "the code \(code) is the one of \(owner); \(department) may not issue under it",
                found: owner.rawValue, expected: department.rawValue
            )
        }
    }
}
