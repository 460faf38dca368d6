import Formats
import Foundation
import Identity
import Licences

/// The licence that a simulated department issues: a row as an import has it, with salts and a root of its own.
struct LicenceDraft {
    let genesis: Genesis
    let department: DepartmentName
    let type: LicenceTypeCode
    let holderName: String
    let holderCode: String
    let issuedOn: CalendarDate
    /// The holder's pseudonym; `nil` for none.
    let holder: HolderPseudonym?

    /// - Parameters:
    ///   - serial: 1 to 64 characters of 0-9 and A-Z, the same for the same licence.
    ///   - draws: make the salts.
    /// - Throws: `LicenceError`; ``SimulationError`` where the department issues no licences.
    func prepared(serial: String, draws: inout SimulationSeed.Draws) throws -> PreparedLicence {
        let entry = genesis.document.departments.first { $0.name == department }
        guard let code = entry?.issuerCodes.first else {
            throw SimulationError(
                .notAnIssuer, "\(department) issues no licences in this consortium: give its role to one that does")
        }
        let identifier = LicenceIdentifier(
            typeCode: type, issuerCode: try UnifiedSocialCreditCode(code), serial: try LicenceSerial(serial),
            version: .first)
        let title = LicenceTypeRegistry().title(of: type)
        let values: [LicenceColumn: String] = [
            .certificateIdentifier: identifier.text, .certificateTypeName: title, .certificateName: title,
            .holderName: holderName, .holderCode: holderCode, .holderCodeType: "001",
            .issuingAuthorityName: "示范登记机关", .issuingAuthorityCode: code, .issuedOn: issuedOn.text,
            .validFrom: issuedOn.text, .regionCode: "650100",
        ]
        let header = CSVLine.text(of: LicenceColumn.allCases.map(\.rawValue))
        let line = CSVLine.text(of: LicenceColumn.allCases.map { values[$0] ?? "" })
        var table = try LicenceTable(
            bytes: Array("\(header)\n\(line)\n".utf8), rules: LicenceTableRules(strictness: .issue))
        let (rows, refused) = try table.readAll()
        guard let row = rows.first else {
            throw SimulationError(.wrongLicence, refused.first?.reason ?? "the licence has no row")
        }
        let salts = LicenceSalts(identifier: identifier, using: &draws)
        let root = try LicenceMetadata(row).root(salts: salts, suite: genesis.suite)
        return PreparedLicence(
            row: row, line: "", content: EvidenceContent(file: nil, metadataRoot: root), holder: holder)
    }
}
