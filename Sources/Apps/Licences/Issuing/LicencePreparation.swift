public import Formats
public import Foundation
public import Identity

/// Turns rows into what goes on the ledger: checks whose they are, digests files, keeps salts.
public struct LicencePreparation: Sendable {
    private let genesis: Genesis
    private let department: DepartmentName
    private let files: URL
    private let salts: LicenceSaltsDirectory

    /// - Parameters:
    ///   - genesis: the consortium's; it says which department issues under which codes.
    ///   - department: the department that issues.
    ///   - files: the folder that rows name their files in.
    ///   - salts: where salts are kept.
    public init(genesis: Genesis, department: DepartmentName, files: URL, salts: LicenceSaltsDirectory) {
        self.genesis = genesis
        self.department = department
        self.files = files
        self.salts = salts
    }

    /// The licence of a row.
    /// - Parameters:
    ///   - row: the row.
    ///   - line: its line as it stands in its table; empty for a licence of no table.
    ///   - generator: makes salts where there are none yet; the system's outside of tests.
    /// - Throws: ``LicenceError`` with code `foreignIssuer`, a finding of the strict reader, `unreadableFile`,
    ///   `tooLarge`, `wrongSalts` or `unwritableFile`.
    public func prepare(
        _ row: LicenceRow,
        line: String,
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
            salts: try salts.salts(of: identifier, using: &generator), suite: genesis.suite)
        return PreparedLicence(row: row, line: line, content: EvidenceContent(file: file, metadataRoot: root))
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
