import Formats
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// What waits for a department, the most urgent first.
enum InboxPage {
    struct Row: Sendable {
        let urgency: String
        let urgencyCode: String
        let code: String
        let path: String
        let matter: String
        let step: String
        let attempt: Int64
        let duty: String
        let status: String
        let since: String
        let due: String?
        let left: String?
        let isPast: Bool
    }

    struct Model: Sendable {
        let departments: [TracePage.Choice]
        let urgencies: [TracePage.Choice]
        let department: String
        let rows: [Row]
        let redCount: String
        let amberCount: String
        let greenCount: String
        let allCount: String
        let isCut: Bool
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let services = request.services
        let all = services.genesis.document.departments
        let asked = try request.value("department").flatMap { DepartmentName($0) }
        let department = asked ?? request.visitor.department ?? services.client.identity.member.department
        guard all.contains(where: { $0.name == department }) else {
            throw ConsoleError.notFound(Phrase("there is no department \(department)", "没有部门 \(department)"))
        }
        let status = try await services.ledger.status()
        let titles = try await MatterTitles(services)
        let list = try await services.client.oneThings.cases.inbox(
            of: department, from: 0, limit: request.limits.inboxCount)
        let time = status.headTime
        let wanted = try request.value("urgency")
        let entries = list.elements.map { (entry: $0, urgency: $0.urgency(at: time)) }
        func count(_ urgency: CaseUrgency) -> String { Told.number(entries.count { $0.urgency == urgency }) }
        let shown = entries.filter { wanted == nil || $0.urgency.rawValue == wanted }.sorted { left, right in
            (left.entry.end?.milliseconds ?? .max, left.entry.since.milliseconds)
                < (right.entry.end?.milliseconds ?? .max, right.entry.since.milliseconds)
        }
        let model = Model(
            departments: all.map {
                TracePage.Choice(
                    value: $0.name.rawValue, title: request.department($0.name), isChosen: $0.name == department)
            },
            urgencies: ["red", "amber", "green"].compactMap(CaseUrgency.init(rawValue:)).map {
                TracePage.Choice(
                    value: $0.rawValue, title: request.tell(Vocabulary.urgency($0)), isChosen: $0.rawValue == wanted)
            },
            department: department.rawValue, rows: shown.map { row($0.entry, $0.urgency, time, titles, request) },
            redCount: count(.red), amberCount: count(.amber), greenCount: count(.green),
            allCount: Told.number(list.count), isCut: list.count > UInt64(list.elements.count))
        return Page(Words.inbox, model, asOf: AsOf(status.height, time), isLive: true)
    }

    private static func row(
        _ entry: InboxEntry, _ urgency: CaseUrgency, _ time: Timestamp, _ titles: MatterTitles, _ request: PageRequest
    ) -> Row {
        let step = titles.definitions[entry.matter.rawValue]?.step(entry.duty.step)?.title.text(in: request.language)
        let left = entry.end.map { $0.since(time) }
        return Row(
            urgency: request.tell(Vocabulary.urgency(urgency)), urgencyCode: urgency.rawValue,
            code: entry.duty.code.text, path: "/onethings/\(Query.encoded(entry.duty.code.text))",
            matter: titles.title(of: entry.matter.rawValue, request.language),
            step: step ?? entry.duty.step.rawValue, attempt: entry.attempt,
            duty: request.tell(Vocabulary.duty(entry.duty.kind)),
            status: request.tell(Vocabulary.status(entry.status)), since: Told.time(entry.since),
            due: entry.end.map { Told.time($0) },
            left: left.map { request.tell(Told.duration($0 < .zero ? .zero - $0 : $0)) },
            isPast: (left ?? .zero) < .zero)
    }
}
