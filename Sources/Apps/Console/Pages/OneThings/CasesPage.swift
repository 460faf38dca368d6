import Formats
import Identity
import Ledger
import Licences
import OneThings
import ZhenglianClient

/// Cases of one-things, the newest first.
enum CasesPage {
    struct CaseRow: Sendable {
        let code: String
        let path: String
        let matter: String
        let lead: String
        let openedAt: String
        let status: String
        let statusCode: String
        let endedAt: String?
        let doneCount: Int
        let stepCount: Int
        /// Of 100, for the bar.
        let donePercent: Int
        let overdueCount: Int
        let isOverdue: Bool
    }

    struct Model: Sendable {
        let statuses: [TracePage.Choice]
        let matters: [TracePage.Choice]
        let leads: [TracePage.Choice]
        let isLate: Bool
        let isRated: Bool
        let from: String?
        let cases: [CaseRow]
        let older: String?
    }

    static let statuses = ["running", "completed", "ended", "withdrawn", "annulling", "annulled"]

    /// Statuses together, as the dashboard counts them.
    static let groups = [
        ("open", Phrase("in hand", "在办"), ["running", "annulling"]),
        ("otherwise", Phrase("ended otherwise", "其他终结"), ["ended", "withdrawn", "annulled"]),
    ]

    /// The condition on the table `cases` for a status, or for several together.
    private static func condition(status: String) -> String {
        let group = groups.first { $0.0 == status }?.2
        return group.map { "status IN (\($0.map { "'\($0)'" }.joined(separator: ", ")))" } ?? "status = ?"
    }

    /// Which cases are asked for.
    private struct Wish {
        let status: String?
        let matter: String?
        let lead: String?
        let from: CalendarDate?
        let isLate: Bool
        let isRated: Bool
        /// The conditions in SQL, and what stands in the places of their question marks.
        private(set) var parts = ["1"]
        private(set) var arguments: [SQLValue] = []

        init(_ request: PageRequest) throws {
            (status, matter, lead) = (
                try request.value("status"), try request.value("matter"), try request.value("lead")
            )
            from = try request.value("from").map { try CalendarDate($0.filter { $0 != "-" }) }
            (isLate, isRated) = (try request.value("late") != nil, try request.value("rated") != nil)
            for (sql, value) in [
                (status.map(condition(status:)) ?? "", status), ("matter = ?", matter), ("lead = ?", lead),
            ] {
                guard let value else { continue }
                parts.append(sql)
                if sql.hasSuffix("?") { arguments.append(.text(value)) }
            }
            if let from {
                parts.append("opened_at >= ?")
                arguments.append(.integer(from.beijingBeginning.milliseconds))
            }
            if isRated { parts.append("rating IS NOT NULL") }
            if isLate {
                parts.append("EXISTS (SELECT 1 FROM case_steps WHERE case_steps.code = cases.code AND \(overdue))")
            }
            guard let before = try request.value("before") else { return }
            let pair = before.split(separator: ".", maxSplits: 1).map(String.init)
            guard pair.count == 2, let time = Int64(pair[0]) else {
                throw ConsoleError.badQuestion("'before' is no place in the list", "参数 before 不是列表中的位置")
            }
            parts.append("(opened_at, code) < (?, ?)")
            arguments += [.integer(time), .text(pair[1])]
        }

        /// The same question as a link has it.
        var query: [(String, String?)] {
            [
                ("status", status), ("matter", matter), ("lead", lead), ("late", isLate ? "1" : nil),
                ("from", from.map { Told.day($0.text) }), ("rated", isRated ? "1" : nil),
            ]
        }
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let titles = try await MatterTitles(request.services)
        let count = request.limits.rowCount
        let wish = try Wish(request)
        let answer = try await request.ask(
            """
            SELECT code, matter, lead, opened_at, status, ended_at,
                (SELECT count(*) FROM case_steps WHERE case_steps.code = cases.code
                    AND case_steps.status IN ('settled', 'waived')),
                (SELECT count(*) FROM case_steps WHERE case_steps.code = cases.code
                    AND case_steps.status <> 'leftOut'),
                (SELECT count(*) FROM case_steps WHERE case_steps.code = cases.code AND \(overdue))
            FROM cases WHERE \(wish.parts.joined(separator: " AND ")) ORDER BY opened_at DESC, code DESC LIMIT ?
            """, wish.arguments + [.integer(Int64(count) + 1)], count: count + 1)
        let rows = answer.rows.prefix(count)
        let older =
            answer.rows.count > count
            ? rows.last.map {
                Query.path("/onethings", wish.query + [("before", "\($0.count(3)).\($0.text(0) ?? "")")])
            } : nil
        let model = Model(
            statuses: statuses.map {
                TracePage.Choice(value: $0, title: request.tell(Vocabulary.word($0)), isChosen: $0 == wish.status)
            }
                + groups.map {
                    TracePage.Choice(
                        value: $0.0, title: request.tell(groupTitle($0.1, $0.2)), isChosen: $0.0 == wish.status)
                },
            matters: titles.names.map {
                TracePage.Choice(value: $0, title: titles.title(of: $0, request.language), isChosen: $0 == wish.matter)
            },
            leads: request.services.genesis.document.departments.map {
                TracePage.Choice(
                    value: $0.name.rawValue, title: request.department($0.name), isChosen: $0.name.rawValue == wish.lead
                )
            },
            isLate: wish.isLate, isRated: wish.isRated, from: wish.from.map { Told.day($0.text) },
            cases: rows.map { row($0, titles, request) }, older: older)
        return Page(Words.cases, model, asOf: answer.asOf, isLive: try request.value("before") == nil)
    }

    private static func groupTitle(_ title: Phrase, _ statuses: [String]) -> Phrase {
        let words = statuses.map(Vocabulary.word)
        return Phrase(
            "\(title.english): \(words.map(\.english).joined(separator: ", "))",
            "\(title.chinese)（\(words.map(\.chinese).joined(separator: "、"))）")
    }

    /// A step in somebody's hand whose limit has gone by.
    static let overdue = """
        is_overdue = 1
            AND case_steps.status IN ('pushed', 'acknowledged', 'asking', 'suspended', 'returned', 'objected')
        """

    private static func row(_ row: Answer.Row, _ titles: MatterTitles, _ request: PageRequest) -> CaseRow {
        let (done, all) = (row.count(6), row.count(7))
        return CaseRow(
            code: row.text(0) ?? "", path: "/onethings/\(Query.encoded(row.text(0) ?? ""))",
            matter: titles.title(of: row.text(1) ?? "", request.language), lead: request.department(row.text(2) ?? ""),
            openedAt: row.time(3).map { Told.time($0) } ?? "",
            status: request.tell(Vocabulary.word(row.text(4) ?? "")), statusCode: row.text(4) ?? "",
            endedAt: row.time(5).map { Told.time($0) }, doneCount: done, stepCount: all,
            donePercent: all > 0 ? done * 100 / all : 0, overdueCount: row.count(8), isOverdue: row.count(8) > 0)
    }
}

/// The titles of matters, by their names.
struct MatterTitles: Sendable {
    let names: [String]
    private let titles: [String: BilingualTitle]
    let definitions: [String: OneThingDefinition]

    /// - Throws: `NodeError`, or the transport's error.
    init(_ services: ConsoleServices) async throws {
        let definitions = services.client.oneThings.definitions
        var known: [String: OneThingDefinition] = [:]
        let matters = try await definitions.matters()
        for matter in matters {
            known[matter.matter.rawValue] = try await definitions.matter(matter.matter)?.definition
        }
        names = matters.map(\.matter.rawValue)
        self.definitions = known
        titles = known.mapValues(\.title)
    }

    func title(of name: String, _ language: ConsoleLanguage) -> String { titles[name]?.text(in: language) ?? name }
}
