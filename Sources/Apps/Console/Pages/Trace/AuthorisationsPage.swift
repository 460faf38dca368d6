import Formats
import Identity
import Ledger
import Licences
import Nodes

/// What uses may rely on: grants of holders and to agents, statutory bases, answered requests; the newest first.
enum AuthorisationsPage {
    struct Row: Sendable {
        let kind: String
        let writtenAt: String
        let holder: String?
        let holderPath: String?
        let department: String
        let purposes: String
        let period: String
        let uses: String
        let standing: String
        let isInForce: Bool
    }

    struct Model: Sendable {
        let kinds: [TracePage.Choice]
        let standings: [TracePage.Choice]
        let count: String
        let rows: [Row]
        let next: String?
    }

    static let kinds = ["grant", "agentGrant", "statutoryBasis", "answeredRequest"]

    /// How an authorisation stands at a time of the ledger, as a condition on the table with the time as its value.
    static let standings: [(word: String, title: Phrase, sql: String)] = [
        ("inForce", Phrase("in force", "有效"), "ended_at IS NULL AND not_before <= ?1 AND not_after > ?1"),
        ("notYet", Phrase("not yet in force", "尚未生效"), "ended_at IS NULL AND not_before > ?1"),
        ("expired", Phrase("expired", "已过期"), "ended_at IS NULL AND not_after <= ?1"),
        ("ended", Phrase("withdrawn or ended", "已撤回或终止"), "ended_at IS NOT NULL AND ended_at <= ?1"),
    ]

    static func page(_ request: PageRequest) async throws -> Page {
        let time = try await request.services.ledger.status().headTime
        let kind = try one(of: kinds, try request.value("kind"))
        let standing = try one(of: standings.map(\.word), try request.value("standing"))
        // The time is a value of every question, asked for or not: SQLite takes as many values as there are names.
        // `grants` are those of holders and those to agents together, as the dashboard counts them.
        let group = try request.value("of")
        var parts = [kind.map { "kind = '\($0)'" } ?? (group == "grants" ? grants : "1"), "?1 > 0"]
        if let standing, let known = standings.first(where: { $0.word == standing }) { parts.append(known.sql) }
        let condition = parts.joined(separator: " AND ")
        let count = request.limits.rowCount
        let total = try await request.ask(
            "SELECT count(*) FROM authorisations WHERE \(condition)", [.integer(time.milliseconds)], count: 1)
        let offset = min(try request.number("skip") ?? 0, UInt64(request.limits.skippedRowCount))
        let answer = try await request.ask(
            """
            SELECT kind, written_at, holder, department, purposes, not_before, not_after, uses, maximum_uses, ended_at
            FROM authorisations WHERE \(condition) ORDER BY written_at DESC, identifier LIMIT ?2 OFFSET ?3
            """,
            [.integer(time.milliseconds), .integer(Int64(count) + 1), .integer(Int64(offset))], count: count + 1)
        let values = [("kind", kind), ("of", group), ("standing", standing)]
        let model = Model(
            kinds: kinds.map {
                TracePage.Choice(value: $0, title: request.tell(Vocabulary.word($0)), isChosen: $0 == kind)
            },
            standings: standings.map {
                TracePage.Choice(value: $0.word, title: request.tell($0.title), isChosen: $0.word == standing)
            },
            count: Told.number(total.rows.first?.count(0) ?? 0),
            rows: answer.rows.prefix(count).map { row($0, at: time, request) },
            next: answer.rows.count > count
                ? Query.path("/trace/authorisations", values + [("skip", String(offset + UInt64(count)))]) : nil)
        return Page(Words.authorisations, model, asOf: answer.asOf, isLive: offset == 0)
    }

    static let grants = "kind IN ('grant', 'agentGrant')"

    private static func one(of words: [String], _ text: String?) throws(ConsoleError) -> String? {
        guard let text else { return nil }
        guard words.contains(text) else {
            throw .badQuestion("'\(text)' is none of \(words.joined(separator: ", "))", "“\(text)”不在可选值之内")
        }
        return text
    }

    private static func row(_ row: Answer.Row, at time: Timestamp, _ request: PageRequest) -> Row {
        let holder = row.bytes(2).flatMap { HolderPseudonym(bytes: $0) }?.text
        let (from, until) = (row.time(5) ?? time, row.time(6) ?? time)
        let standing =
            row.time(9).map { $0 <= time } == true
            ? standings[3] : from > time ? standings[1] : until <= time ? standings[2] : standings[0]
        let most = row.integer(8).map { " / \(Told.number($0))" } ?? ""
        return Row(
            kind: request.tell(Vocabulary.word(row.text(0) ?? "")), writtenAt: row.time(1).map { Told.time($0) } ?? "",
            holder: holder, holderPath: holder.map { Query.path("/trace", [("holder", $0)]) },
            department: row.text(3).map { request.department($0) } ?? "–", purposes: row.text(4) ?? "",
            period: "\(Told.day(from)) – \(Told.day(until))", uses: Told.number(row.count(7)) + most,
            standing: request.tell(standing.title), isInForce: standing.word == "inForce")
    }
}

extension Words {
    static let authorisations = WordTable(
        "authorisations",
        [
            "title": Phrase("Authorisations", "用证授权"), "kind": Phrase("Kind", "类别"),
            "standing": Phrase("Standing", "状态"), "any": Phrase("any", "不限"), "show": Phrase("Show", "查询"),
            "count": Phrase("In all", "合计"), "writtenAt": Phrase("Recorded", "登记时间"),
            "holder": Phrase("Holder, by pseudonym", "持证主体假名"), "department": Phrase("For department", "用证部门"),
            "purposes": Phrase("Purposes", "用途"), "period": Phrase("Period", "有效期"),
            "uses": Phrase("Uses", "已用次数"), "more": Phrase("More", "下一页"),
            "none": Phrase("There is no such authorisation.", "没有符合条件的授权。"),
        ])
}
