import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Ledger
import Licences
import Nodes
import OneThings
import ZhenglianClient

extension Operation {
    /// Cases, as departments with a part in them see them.
    static var cases: [Operation] {
        [listCases, showCase, showTimeline, listCaseEvents, showInbox, listNotices, caseStatistics]
    }

    private static let code = Parameter.path("code", .caseCode)
    private static let rule = Summary("for departments that have a part in the case", "办件参与部门可见")

    private static var listCases: Operation {
        Operation(
            "listCases", .get, "/cases",
            Summary("cases in which the department has a part, the newest first", "本部门参与的办件，由新到旧"),
            entitlement: .readCases, scope: .ownDepartment,
            parameters: [
                .query("matter", .string(.label, 1...32)), .query("status", .choice(of: CaseStatus.self)),
                .query("department", Schema.department.described("another department with a part in it", "另一参与部门")),
                .query("from", Schema.day.described("opened from this day on", "开办起始日")),
                .query("until", Schema.day.described("opened up to this day", "开办截止日")), .cursor, .limit,
            ],
            answer: .json(.page(of: CaseEntry.schema)), problems: [.invalidValue]
        ) { call in
            let before = try call.start()
            let period = try call.period()
            let answer = try await call.services.readModel.ask(
                CaseEntry.query,
                arguments: [
                    .integer(before > 0 ? before : Int64.max), SQLValue(call.text("matter")),
                    SQLValue(call.text("status")), .text(call.services.department.rawValue),
                    SQLValue(call.text("department")), .integer(period.lowerBound.milliseconds),
                    .integer(period.upperBound.milliseconds), .integer(Int64(call.limit)),
                ],
                limits: SQLLimits())
            let entries = try answer.rows.map { (row) throws in try CaseEntry(row) }
            return .json(
                PageOf(
                    height: answer.height, time: answer.time.description, elements: entries,
                    next: entries.count == call.limit ? entries.last.map { "\($0.number)" } : nil),
                height: answer.height)
        }
    }

    private static var showCase: Operation {
        Operation(
            "getCase", .get, "/cases/{code}",
            Summary("how far a case has come, \(rule.english)", "办理进度，\(rule.chinese)"), entitlement: .readCases,
            scope: .ownDepartment, parameters: [code], answer: .json(CaseProgressFacts.schema),
            problems: [.notFound, .invalidValue]
        ) { call in .json(CaseProgressFacts(try await call.progress())) }
    }

    private static var showTimeline: Operation {
        Operation(
            "getCaseTimeline", .get, "/cases/{code}/timeline",
            Summary(
                "who had a case when, and for how long against the promise, \(rule.english)", "办理时效，\(rule.chinese)"),
            entitlement: .readCases, scope: .ownDepartment, parameters: [code],
            answer: .json(.object(.required("handoffs", .array(of: HandoffFacts.schema, 0...10_000)))),
            problems: [.notFound, .invalidValue]
        ) { call in
            struct Timeline: Encodable, Sendable { let handoffs: [HandoffFacts] }
            let code = try await call.progress().known.code
            let timeline = try await call.client.oneThings.cases.timeline(of: code)
            return .json(Timeline(handoffs: timeline.handoffs.map(HandoffFacts.init)))
        }
    }

    private static var listCaseEvents: Operation {
        Operation(
            "listCaseEvents", .get, "/cases/{code}/events",
            Summary("all that has happened in a case, \(rule.english)", "办件事件，\(rule.chinese)"),
            entitlement: .readCases,
            scope: .ownDepartment, parameters: [code, .cursor, .limit],
            answer: .json(.object(.required("elements", .array(of: CaseEventFacts.schema)), .next)),
            problems: [.notFound, .invalidValue]
        ) { call in
            let code = try await call.progress().known.code
            let first = UInt64(try call.start())
            let page = try await call.client.oneThings.cases.events(of: code, from: first, limit: call.limit)
            return .json(ListPage(page.elements.map(CaseEventFacts.init), from: first, of: page.count))
        }
    }

    private static var showInbox: Operation {
        Operation(
            "listInbox", .get, "/inbox",
            Summary("what waits for the own department: since when, by when, and what is late", "本部门收件箱：待办、时限与超期"),
            entitlement: .readCases, scope: .ownDepartment, parameters: [.cursor, .limit],
            answer: .json(
                .object(.required("time", .time), .required("elements", .array(of: DutyFacts.schema)), .next))
        ) { call in
            let first = UInt64(try call.start())
            let time = try await call.client.ledger.status().headTime
            let page = try await call.client.oneThings.cases.inbox(
                of: call.services.department, from: first, limit: call.limit)
            return .json(
                ListPage(
                    page.elements.map { DutyFacts($0, at: time) }, from: first, of: page.count, time: time.description))
        }
    }

    private static var listNotices: Operation {
        Operation(
            "listNotices", .get, "/notices",
            Summary(
                "what concerns the own department, from a place on; waits where there is nothing yet",
                "本部门事件流，可自任意位置重读；无新事件时等待"),
            entitlement: .readCases, scope: .ownDepartment,
            parameters: [
                .cursor, .limit,
                .query(
                    "wait",
                    Schema.integer(0...GatewayLimits.noticeSeconds).described(
                        "how many seconds to wait at most", "最长等待秒数")),
            ],
            answer: .json(
                .object(
                    .required("height", .height), .required("elements", .array(of: NoticeFacts.schema)),
                    .required("next", Schema.string(.cursor, 1...40).described("where to go on", "续读位置"))))
        ) { call in
            struct Notices: Encodable, Sendable {
                let height: UInt64
                let elements: [NoticeFacts]
                let next: String
            }
            let first = UInt64(try call.start())
            let reply = try await call.services.oneThingService().notices(
                NoticesQuestion(cursor: first, limit: Int64(call.limit), wait: (call.number("wait") ?? 0) * 1_000),
                caller: nil)
            let elements = try reply.notices.enumerated().map { offset, bytes in
                NoticeFacts(try CaseNotice(derBytes: bytes, limit: 1 << 12), cursor: first + UInt64(offset) + 1)
            }
            return .json(Notices(height: reply.height, elements: elements, next: "\(reply.cursor)"))
        }
    }

    private static var caseStatistics: Operation {
        Operation(
            "getCaseStatistics", .get, "/statistics/cases",
            Summary("what the cases of a period came to, by matter and step", "办件统计，按事项与环节"),
            entitlement: .readCases,
            parameters: [
                .query("from", Schema.day.described("opened from this day on", "开办起始日")),
                .query("until", Schema.day.described("opened up to this day", "开办截止日")),
            ],
            answer: .json(StatisticsFacts.schema), problems: [.invalidValue]
        ) { call in
            let period = try call.period()
            let statistics = try await OneThingStatistics(
                dataPath: call.services.dataPath, openedIn: period.lowerBound..<period.upperBound)
            return .json(StatisticsFacts(statistics), height: statistics.height)
        }
    }
}

/// What the cases of a period came to.
struct StatisticsFacts: Encodable, Sendable {
    let height: Height
    let time: String
    let matters: [OneThingStatistics.Matter]
    let steps: [OneThingStatistics.Step]

    init(_ statistics: OneThingStatistics) {
        (height, time) = (statistics.height, statistics.time.description)
        (matters, steps) = (statistics.matters, statistics.steps)
    }

    private static let times: [Schema.Property] = [
        .optional("medianMilliseconds", .integer()), .optional("longestMilliseconds", .integer()),
    ]

    static let schema = Schema.object(
        .required("height", .height), .required("time", .time),
        .required(
            "matters",
            .array(
                of: .object(
                    [
                        .required("matter", .string(.label, 1...32)), .required("opened", .integer()),
                        .required("running", .integer()), .required("completed", .integer()),
                        .required("endedOtherwise", .integer()), .optional("meanGradeHundredths", .integer()),
                    ] + times))),
        .required(
            "steps",
            .array(
                of: .object(
                    [
                        .required("matter", .string(.label, 1...32)), .required("step", .text(1...64)),
                        .required("department", .department), .required("begun", .integer()),
                        .required("settled", .integer()), .required("overdue", .integer()),
                        .required("returned", .integer()), .required("unacknowledged", .integer()),
                    ] + times), 0...100_000))
    ).named("CaseStatistics").described("what cases came to", "办件统计")
}

/// A page of a list that is read from a place on.
struct ListPage<Element: Encodable & Sendable>: Encodable, Sendable {
    let time: String?
    let elements: [Element]
    let next: String?

    /// - Parameters:
    ///   - first: the place of the first element, from 0.
    ///   - count: how many there are in all.
    init(_ elements: [Element], from first: UInt64, of count: UInt64, time: String? = nil) {
        (self.elements, self.time) = (elements, time)
        let end = first + UInt64(elements.count)
        next = elements.isEmpty || end >= count ? nil : "\(end)"
    }
}

extension Schema.Property {
    /// Where the next page begins; missing after the last.
    static let next = optional(
        "next", Schema.string(.cursor, 1...40).described("where the next page begins", "下一页起点，末页没有"))
}

extension OperationCall {
    /// How far the case that the path names has come, for departments that have a part in it.
    /// - Throws: ``Problem`` with code `notEntitled`; `NodeError` with code `notFound`.
    func progress() async throws -> CaseProgress {
        let progress = try await client.oneThings.cases.progress(of: try required("code"))
        let own = services.department
        guard
            progress.lead == own
                || progress.steps.contains(where: {
                    $0.department == own || $0.replies.contains { $0.department == own }
                })
        else { throw Problem(.notEntitled, "\(own) has no part in the case \(progress.known.code)") }
        return progress
    }
}
