import ArgumentParser
import Foundation
import Licences

/// One licence, as a row of a table or field by field.
struct LicenceFieldOptions: ParsableArguments {
    @Option(help: "The licence's identifier (证照标识).")
    var identifier: String

    @Option(help: "A table that has the licence in one of its rows; then no other field is given.")
    var table: String?

    @Option(help: "The licence's file; with --table, the table names it.")
    var file: String?

    @Option(help: "The folder that the table names files in; by default the table's own.")
    var files: String?

    @Option(help: "The folder that keeps the salts of the licences' fields: keep it, and keep it secret.")
    var salts = "salts"

    @Option(help: "The registered name of the licence's kind (证照类型名称).")
    var typeName: String?

    @Option(help: "The licence's name as it prints it (证照名称); by default that of its kind.")
    var name: String?

    @Option(help: "The holder's name (持证主体).")
    var holderName: String?

    @Option(help: "The holder's number (持证主体代码). Others on this machine may see it: for persons prefer --table.")
    var holderCode: String?

    @Option(help: "The kind of the holder's number: 001 unified social credit code, 111 resident identity number.")
    var holderCodeType = "001"

    @Option(help: "The issuer's name (证照颁发机构).")
    var issuerName: String?

    @Option(help: "The issuer's code; by default the one in the identifier.")
    var issuerCode: String?

    @Option(help: "The day of issue, yyyyMMdd.")
    var issuedOn: String?

    @Option(help: "The first day of validity, yyyyMMdd; by default the day of issue.")
    var validFrom: String?

    @Option(help: "The last day of validity, yyyyMMdd; by default there is none.")
    var validUntil: String?

    @Option(help: "The region, six digits (GB/T 2260).")
    var region: String?

    @OptionGroup var holders: PseudonymOption

    func validate() throws {
        let fields = [
            typeName, name, holderName, holderCode, issuerName, issuerCode, issuedOn, validFrom, region, file,
        ]
        if table != nil, fields.contains(where: { $0 != nil }) {
            throw ValidationError("give either --table or the fields one by one")
        }
        let needed = [
            "--type-name": typeName, "--holder-name": holderName, "--holder-code": holderCode,
            "--issuer-name": issuerName, "--issued-on": issuedOn, "--region": region,
        ]
        let missing = needed.filter { $0.value == nil }.keys.sorted()
        if table == nil, !missing.isEmpty {
            throw ValidationError("give --table, or also \(missing.joined(separator: ", "))")
        }
    }

    /// The licence's row, read as strictly as every row that is issued, and the folder that its file lies in.
    func row() throws -> (row: LicenceRow, files: URL) {
        let rules = LicenceTableRules(strictness: .issue)
        if let table {
            let url = URL(fileURLWithPath: table)
            let row = try Self.row(identifier, in: try LicenceTable(contentsOf: url, rules: rules), of: table)
            return (row, files.map { URL(fileURLWithPath: $0) } ?? url.deletingLastPathComponent())
        }
        let fileURL = file.map { URL(fileURLWithPath: $0) }
        let line = CSVLine.text(of: LicenceColumn.allCases.map { value(of: $0, file: fileURL) })
        let header = CSVLine.text(of: LicenceColumn.allCases.map(\.rawValue))
        let table = try LicenceTable(bytes: Array("\(header)\n\(line)\n".utf8), rules: rules)
        let row = try Self.row(identifier, in: table, of: "the options")
        return (row, fileURL?.deletingLastPathComponent() ?? URL(fileURLWithPath: "."))
    }

    private static func row(_ identifier: String, in table: LicenceTable, of name: String) throws -> LicenceRow {
        var table = table
        while let entry = try table.next() {
            switch entry {
            case .row(let row) where row.identifier.text == identifier:
                return row
            case .refused(let refused) where refused.text.contains(identifier):
                throw CommandFailure(
                    .refused,
                    Phrase(
                        "\(name), line \(refused.line): \(refused.reason)",
                        "\(name) 第 \(refused.line) 行：\(refused.reason)")
                )
            default:
                continue
            }
        }
        throw CommandFailure(
            .wrongUse, Phrase("\(name) has no licence \(identifier)", "\(name) 中没有证照 \(identifier)"))
    }

    private func value(of column: LicenceColumn, file: URL?) -> String {
        switch column {
        case .certificateIdentifier: identifier
        case .certificateTypeName: typeName ?? ""
        case .certificateName: name ?? typeName ?? ""
        case .holderName: holderName ?? ""
        case .holderCode: holderCode ?? ""
        case .holderCodeType: holderCodeType
        case .issuingAuthorityName: issuerName ?? ""
        case .issuingAuthorityCode: issuerCode ?? (try? LicenceIdentifier(identifier))?.issuerCode.text ?? ""
        case .issuedOn: issuedOn ?? ""
        case .validFrom: validFrom ?? issuedOn ?? ""
        case .validUntil: validUntil ?? ""
        case .regionCode: region ?? ""
        case .file: file?.lastPathComponent ?? ""
        }
    }
}
