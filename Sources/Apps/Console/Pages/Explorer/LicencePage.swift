import Formats
import Identity
import Ledger
import Licences

/// One licence, as catalogue and evidence have it.
enum LicencePage {
    struct VersionRow: Sendable {
        let identifier: String
        let version: String
        let status: String
        let issuedAt: String
        let height: String
        let heightText: String
        let file: String?
        let transaction: String
        let transactionShort: String
    }

    struct Model: Sendable {
        let identifier: String
        let type: String
        let typeName: String
        let department: String
        let holder: String?
        let holderPath: String?
        let region: String
        let regionCode: String
        let issuedOn: String
        let validFrom: String
        let validUntil: String?
        let status: String
        let isInForce: Bool
        let hasRunOut: Bool
        let basis: String?
        let revision: String
        let changedAt: String
        let changedHeight: String
        let tracePath: String
        let receiptPath: String
        let versions: [VersionRow]
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let identifier = try LicenceIdentifier(request.parameter("identifier"))
        let key = LicenceKey(identifier)
        let answer = try await request.ask(
            """
            SELECT identifier, type, department, holder, region, issued_on, valid_from, valid_until, status, basis,
                revision, changed_at, changed_height FROM catalogue WHERE licence = ?
            """, [.text(key.text)], count: 1)
        guard let row = answer.rows.first else {
            throw ConsoleError.notFound(
                Phrase("\(key.text) is not on the ledger", "\(key.text) 未上链"))
        }
        let versions = try await request.ask(
            """
            SELECT identifier, version, status, issued_at, issued_height, file, "transaction" FROM licences
            WHERE identifier GLOB ? ORDER BY version DESC
            """, [.text("\(LicenceIdentifierText.prefix)\(key.text).*")])
        let holder = row.bytes(3).flatMap { HolderPseudonym(bytes: $0) }?.text
        let today = Int64(CalendarDate(beijing: answer.asOf.time).text) ?? 0
        let validUntil = row.integer(7)
        let status = row.text(8) ?? ""
        let model = Model(
            identifier: row.text(0) ?? key.text, type: row.text(1) ?? "",
            typeName: request.tell(Vocabulary.licenceKind(row.text(1) ?? "")),
            department: request.department(row.text(2) ?? ""), holder: holder,
            holderPath: holder.map { Query.path("/trace", [("holder", $0)]) },
            region: request.tell(Vocabulary.region(row.text(4) ?? "")),
            regionCode: row.text(4) ?? "",
            issuedOn: Told.day(String(row.count(5))), validFrom: Told.day(String(row.count(6))),
            validUntil: validUntil.map { Told.day(String($0)) }, status: request.tell(Vocabulary.word(status)),
            isInForce: status == "01", hasRunOut: status == "01" && (validUntil ?? .max) < today, basis: row.text(9),
            revision: Told.number(row.count(10)), changedAt: row.time(11).map { Told.time($0) } ?? "",
            changedHeight: Told.number(row.count(12)),
            tracePath: Query.path("/trace", [("licence", row.text(0))]),
            receiptPath: "/explorer/licences/\(Query.encoded(row.text(0) ?? ""))/receipt",
            versions: versions.rows.map { version($0, request) })
        return Page(Words.licence, model, subject: row.text(0), asOf: answer.asOf)
    }

    private static func version(_ row: Answer.Row, _ request: PageRequest) -> VersionRow {
        let transaction = row.digest(6)?.description ?? ""
        return VersionRow(
            identifier: row.text(0) ?? "", version: Told.number(row.count(1)),
            status: request.tell(Vocabulary.word(row.text(2) ?? "")),
            issuedAt: row.time(3).map { Told.time($0) } ?? "", height: String(row.count(4)),
            heightText: Told.number(row.count(4)), file: row.digest(5)?.description, transaction: transaction,
            transactionShort: Told.short(transaction))
    }
}

/// How identifiers of licences begin.
enum LicenceIdentifierText {
    /// The object identifier of GB/T 36904.
    static let prefix = "1.2.156.3005.2."
}
