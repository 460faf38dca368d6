import Formats
import Identity
import Ledger
import Licences

/// Licences of the catalogue by kind, region, department and status: what the figures of the dashboard count.
enum LicencesPage {
    struct Row: Sendable {
        let identifier: String
        let path: String
        let kind: String
        let department: String
        let region: String
        let issuedOn: String
        let validUntil: String?
        let status: String
        let isInForce: Bool
    }

    struct Model: Sendable {
        let kinds: [TracePage.Choice]
        let regions: [TracePage.Choice]
        let departments: [TracePage.Choice]
        let statuses: [TracePage.Choice]
        let count: String
        let inForce: String
        let rows: [Row]
        let next: String?
    }

    static let statuses = ["01", "02", "03", "04", "05", "06", "07", "99"]
    /// The conditions, by the names of the form's fields and of the table's columns.
    static let names = ["type", "region", "department", "status"]

    static func page(_ request: PageRequest) async throws -> Page {
        var values: [(String, String?)] = []
        for name in names { values.append((name, try request.value(name))) }
        let asked = values.compactMap { name, value in value.map { (name, $0) } }
        let condition = asked.isEmpty ? "1" : asked.map { "\($0.0) = ?" }.joined(separator: " AND ")
        let arguments = asked.map { SQLValue.text($0.1) }
        let total = try await request.ask(
            "SELECT count(*), coalesce(sum(status = '01'), 0) FROM catalogue WHERE \(condition)", arguments, count: 1)
        let count = request.limits.rowCount
        let answer = try await request.ask(
            """
            SELECT licence, identifier, type, department, region, issued_on, valid_until, status FROM catalogue
            WHERE \(condition) AND licence > ? ORDER BY licence LIMIT ?
            """, arguments + [.text(try request.value("after") ?? ""), .integer(Int64(count) + 1)], count: count + 1)
        let rows = answer.rows.prefix(count)
        let next =
            answer.rows.count > count
            ? rows.last.map { Query.path("/explorer/licences", values + [("after", $0.text(0))]) } : nil
        func chosen(_ name: String) -> String? { values.first { $0.0 == name }?.1 }
        let model = Model(
            kinds: try await choices("type", chosen("type"), request, Vocabulary.licenceKind),
            regions: try await choices("region", chosen("region"), request, Vocabulary.region),
            departments: request.services.genesis.document.departments.map {
                TracePage.Choice(
                    value: $0.name.rawValue, title: request.department($0.name),
                    isChosen: $0.name.rawValue == chosen("department"))
            },
            statuses: statuses.map {
                TracePage.Choice(value: $0, title: request.tell(Vocabulary.word($0)), isChosen: $0 == chosen("status"))
            },
            count: Told.number(total.rows.first?.count(0) ?? 0),
            inForce: Told.number(total.rows.first?.count(1) ?? 0), rows: rows.map { row($0, request) }, next: next)
        return Page(Words.licences, model, asOf: answer.asOf, isLive: try request.value("after") == nil)
    }

    /// The values that a column has, the most frequent first, with how many licences have each.
    private static func choices(
        _ column: String, _ chosen: String?, _ request: PageRequest, _ words: (String) -> Phrase
    ) async throws -> [TracePage.Choice] {
        try await request.ask(
            "SELECT \(column), count(*) FROM catalogue GROUP BY \(column) ORDER BY count(*) DESC, \(column)",
            count: request.limits.choiceCount
        ).rows.map { row in
            let value = row.text(0) ?? ""
            return TracePage.Choice(
                value: value, title: "\(request.tell(words(value))) (\(Told.number(row.count(1))))",
                isChosen: value == chosen)
        }
    }

    private static func row(_ row: Answer.Row, _ request: PageRequest) -> Row {
        let identifier = row.text(1) ?? ""
        return Row(
            identifier: identifier, path: "/explorer/licences/\(Query.encoded(identifier))",
            kind: request.tell(Vocabulary.licenceKind(row.text(2) ?? "")),
            department: request.department(row.text(3) ?? ""),
            region: request.tell(Vocabulary.region(row.text(4) ?? "")), issuedOn: Told.day(String(row.count(5))),
            validUntil: row.integer(6).map { Told.day(String($0)) },
            status: request.tell(Vocabulary.word(row.text(7) ?? "")), isInForce: row.text(7) == "01")
    }
}

extension Words {
    static let licences = WordTable(
        "licences",
        [
            "title": Phrase("Licences", "证照目录"), "kind": Phrase("Kind", "证照类型"), "region": Phrase("Region", "属地"),
            "department": Phrase("Issued by", "签发部门"), "status": Phrase("Status", "状态"),
            "any": Phrase("any", "不限"), "show": Phrase("Show", "查询"), "count": Phrase("Licences", "证照数"),
            "inForce": Phrase("of them in force, as last written", "其中有效（按最后写入状态）"),
            "identifier": Phrase("Identifier", "证照标识"), "issuedOn": Phrase("Issued on", "颁发日期"),
            "until": Phrase("Last day", "有效期至"), "noEnd": Phrase("none", "长期"), "more": Phrase("More", "下一页"),
            "none": Phrase("There is no such licence.", "没有符合条件的证照。"),
        ])
}
