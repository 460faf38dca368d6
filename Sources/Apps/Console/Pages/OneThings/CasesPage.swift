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
        let cases: [CaseRow]
        let older: String?
        let tabs: [OneThingTabs.Tab]
    }

    static let statuses = ["running", "completed", "ended", "withdrawn", "annulling", "annulled"]

    static func page(_ request: PageRequest) async throws -> Page {
        let titles = try await MatterTitles(request.services)
        let count = request.limits.rowCount
        let status = try request.value("status")
        let matter = try request.value("matter")
        let lead = try request.value("lead")
        let isLate = try request.value("late") != nil
        var parts = ["1"]
        var arguments: [SQLValue] = []
        for (sql, value) in [("status = ?", status), ("matter = ?", matter), ("lead = ?", lead)] {
            guard let value else { continue }
            parts.append(sql)
            arguments.append(.text(value))
        }
        if isLate {
            parts.append("EXISTS (SELECT 1 FROM case_steps WHERE case_steps.code = cases.code AND \(overdue))")
        }
        if let before = try request.value("before") {
            let pair = before.split(separator: ".", maxSplits: 1).map(String.init)
            guard pair.count == 2, let time = Int64(pair[0]) else {
                throw ConsoleError.badQuestion("'before' is no place in the list", "参数 before 不是列表中的位置")
            }
            parts.append("(opened_at, code) < (?, ?)")
            arguments += [.integer(time), .text(pair[1])]
        }
        let answer = try await request.ask(
            """
            SELECT code, matter, lead, opened_at, status, ended_at,
                (SELECT count(*) FROM case_steps WHERE case_steps.code = cases.code
                    AND case_steps.status IN ('settled', 'waived')),
                (SELECT count(*) FROM case_steps WHERE case_steps.code = cases.code
                    AND case_steps.status <> 'leftOut'),
                (SELECT count(*) FROM case_steps WHERE case_steps.code = cases.code AND \(overdue))
            FROM cases WHERE \(parts.joined(separator: " AND ")) ORDER BY opened_at DESC, code DESC LIMIT ?
            """, arguments + [.integer(Int64(count) + 1)], count: count + 1)
        let rows = answer.rows.prefix(count)
        let values: [(String, String?)] = [
            ("status", status), ("matter", matter), ("lead", lead), ("late", isLate ? "1" : nil),
        ]
        let older =
            answer.rows.count > count
            ? rows.last.map {
                Query.path("/onethings", values + [("before", "\($0.count(3)).\($0.text(0) ?? "")")])
            } : nil
        let model = Model(
            statuses: statuses.map {
                TracePage.Choice(value: $0, title: request.tell(Vocabulary.word($0)), isChosen: $0 == status)
            },
            matters: titles.names.map {
                TracePage.Choice(value: $0, title: titles.title(of: $0, request.language), isChosen: $0 == matter)
            },
            leads: request.services.genesis.document.departments.map {
                TracePage.Choice(value: $0.name.rawValue, title: $0.title, isChosen: $0.name.rawValue == lead)
            },
            isLate: isLate, cases: rows.map { row($0, titles, request) }, older: older,
            tabs: OneThingTabs.tabs("/onethings", request))
        return Page(Words.cases, model, asOf: answer.asOf, isLive: try request.value("before") == nil)
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
            matter: titles.title(of: row.text(1) ?? "", request.language), lead: row.text(2) ?? "",
            openedAt: row.time(3).map { Told.time($0) } ?? "",
            status: request.tell(Vocabulary.word(row.text(4) ?? "")), statusCode: row.text(4) ?? "",
            endedAt: row.time(5).map { Told.time($0) }, doneCount: done, stepCount: all,
            donePercent: all > 0 ? done * 100 / all : 0, overdueCount: row.count(8), isOverdue: row.count(8) > 0)
    }
}

/// The parts of this section.
enum OneThingTabs {
    struct Tab: Sendable {
        let title: String
        let path: String
        let isCurrent: Bool
    }

    static func tabs(_ current: String, _ request: PageRequest) -> [Tab] {
        [
            ("/onethings", Phrase("Cases", "办件")), ("/onethings/inbox", Phrase("Inbox", "收件箱")),
            ("/onethings/matters", Phrase("Definitions", "一件事定义")),
        ].map { Tab(title: request.tell($0.1), path: $0.0, isCurrent: $0.0 == current) }
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
