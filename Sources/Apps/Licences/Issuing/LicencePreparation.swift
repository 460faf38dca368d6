public import Formats
public import Foundation
public import Identity

/// Turns rows into what goes on the ledger: checks whose they are, digests files, keeps salts.
public struct LicencePreparation: Sendable {
    private let genesis: Genesis
    private let department: DepartmentName
    private let files: URL
    private let salts: LicenceSaltsDirectory
    private let pseudonym: @Sendable (HolderCode) -> HolderPseudonym?

    /// - Parameters:
    ///   - genesis: the consortium's; it says which department issues under which codes.
    ///   - department: the department that issues.
    ///   - files: the folder that rows name their files in.
    ///   - salts: where salts are kept.
    ///   - pseudonym: what stands on the ledger for a holder; `nil` where the department has no pseudonym key.
    public init(
        genesis: Genesis, department: DepartmentName, files: URL, salts: LicenceSaltsDirectory,
        pseudonym: @escaping @Sendable (HolderCode) -> HolderPseudonym? = { _ in nil }
    ) {
        self.genesis = genesis
        self.department = department
        self.files = files
        self.salts = salts
        self.pseudonym = pseudonym
    }

    /// The licence of a row.
    /// - Parameters:
    ///   - row: the row.
    ///   - line: its line as it stands in its table; empty for a licence of no table.
    ///   - isDurable: whether fresh salts are on the disk when this returns; otherwise ``synchronize()`` sees to it.
    ///   - generator: makes salts where there are none yet; the system's outside of tests.
    /// - Throws: ``LicenceError`` with code `foreignIssuer`, a finding of the strict reader, `unreadableFile`,
    ///   `tooLarge`, `wrongSalts` or `unwritableFile`.
    public func prepare(
        _ row: LicenceRow,
        line: String,
        isDurable: Bool = true,
        using generator: inout some RandomNumberGenerator
    ) throws(LicenceError) -> PreparedLicence {
        // A table of an existing library may deviate; the ledger takes identifiers by the letter only.
        let identifier = try LicenceIdentifier(row.identifier.text)
        try checkIssuer(of: identifier)
        let metadata = LicenceMetadata(row)
        var file: Digest?
        if let path = row.file {
            file = try FileDigest.digest(of: files.appending(path: path.text), suite: genesis.suite)
        }
        let root = try metadata.root(
            salts: try salts.salts(of: identifier, isDurable: isDurable, using: &generator), suite: genesis.suite)
        return PreparedLicence(
            row: row, line: line, content: EvidenceContent(file: file, metadataRoot: root),
            holder: pseudonym(row.holder))
    }

    /// Sees to it that the salts of all licences that were prepared are on the disk: before any of them goes to the
    /// ledger.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    func synchronize() throws(LicenceError) { try salts.synchronize() }

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
