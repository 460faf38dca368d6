import Formats
import GatewayAccess
import HTTPTypes
import Identity
import Ledger
import Licences
import Nodes
import ZhenglianClient

extension Operation {
    /// What was done with licences, and the auditors' standing questions.
    static var traces: [Operation] { [listTrace, traceProof, traceExport, listQuestions, askQuestion] }

    private static let rule = Summary(
        "own department's trace, licences that it has issued, holders that it has bound; for auditors every one",
        "本部门的轨迹、本部门签发的证照、本部门登记的持证主体；审计员可见全部")

    private static let subject: [Parameter] = [
        .path("kind", .choice(["licence", "holder", "department"])),
        .path(
            "name",
            Schema.string(.subject, 1...126).described(
                "a licence's identifier, a holder's pseudonym or a department", "证照标识、持证主体假名或部门")),
    ]

    private static let filters: [Parameter] = [
        .query("from", Schema.day.described("the first day, in Beijing", "起始日（北京时间）")),
        .query("until", Schema.day.described("the last day, in Beijing", "截止日（北京时间）")),
        .query("department", Schema.department.described("the department that acted", "用证部门")),
        .query("action", .choice(of: UseAction.self)), .query("purpose", .purpose), .query("case", .caseNumber),
        .query("event", .choice(of: UsageEvent.Kind.self)), .query("outcome", .choice(["allowed", "denied"])),
    ]

    private static var listTrace: Operation {
        Operation(
            "listTrace", .get, "/traces/{kind}/{name}",
            Summary("events of a trace: \(rule.english)", "用证轨迹：\(rule.chinese)"),
            entitlement: .readTraces, scope: .ownDepartment, parameters: subject + filters + [.cursor, .limit],
            answer: .json(TracePageFacts.schema), problems: [.notFound, .invalidValue]
        ) { call in
            let subject = try await call.tracedSubject()
            let page = try await call.tracePage(of: subject, matching: try call.traceFilter())
            return .json(page, height: page.height)
        }
    }

    private static var traceProof: Operation {
        Operation(
            "getTraceProof", .get, "/traces/{kind}/{name}/proof",
            Summary(
                "the whole trace with the proof that it is whole, for whoever has the genesis file: \(rule.english)",
                "完整轨迹及其完整性证明，凭创世文件即可核验：\(rule.chinese)"),
            entitlement: .readTraces, scope: .ownDepartment, parameters: subject,
            answer: .bytes(
                "application/vnd.zhenglian.trace", Summary("DER of a TraceDocument", "TraceDocument 的 DER")),
            isLong: true, problems: [.notFound, .invalidValue]
        ) { call in
            let subject = try await call.tracedSubject()
            let seat = try call.services.proofs.seat(for: "proofs")
            let document = TraceDocument(try await call.provedTraces(of: subject).map(\.proof))
            var reply = Reply.bytes(document.derBytes, "application/vnd.zhenglian.trace", fileName: "proof.trace")
            reply.seat = seat
            return reply
        }
    }

    private static var traceExport: Operation {
        Operation(
            "exportTrace", .get, "/traces/{kind}/{name}/export",
            Summary(
                "the events that the filter lets through, from a trace that is proved to be whole; the gateway's seal "
                    + "over the bytes stands in the header Zhenglian-Seal: \(rule.english)",
                "导出经证明完整的轨迹中符合条件的记录；导出签名见响应头 Zhenglian-Seal：\(rule.chinese)"),
            entitlement: .readTraces, scope: .ownDepartment,
            parameters: subject + filters + [
                .requiredQuery("format", .choice(TraceExport.Format.allCases.map(\.rawValue)))
            ],
            answer: .bytes("application/octet-stream", Summary("CSV or JSON", "CSV 或 JSON")),
            isLong: true, problems: [.notFound, .invalidValue]
        ) { call in
            let filter = try call.traceFilter()
            let format = call.text("format").flatMap { TraceExport.Format(rawValue: $0) } ?? .csv
            let subject = try await call.tracedSubject()
            let seat = try call.services.proofs.seat(for: "proofs")
            let traces = try await call.provedTraces(of: subject).map(\.proved)
            let rows = traces.flatMap(\.events).filter(filter.matches).enumerated()
                .sorted { ($0.element.height, $0.offset) < ($1.element.height, $1.offset) }
                .map { TraceRow($0.element) }
            let checkpoint = TraceCheckpoint(traces, rowCount: rows.count, genesis: call.services.genesis)
            let content = try TraceExport.content(of: rows, as: format, checkpoint: checkpoint)
            let seal = try ExportSeal(
                content: content, checkpoint: checkpoint, at: call.services.clock.now, by: call.client.identity,
                suite: call.services.suite)
            var reply = Reply.bytes(content, "application/octet-stream", fileName: "trace.\(format.rawValue)")
            reply.seal = seal.derBytes
            reply.seat = seat
            return reply
        }
    }

    private static var listQuestions: Operation {
        Operation(
            "listQuestions", .get, "/questions", Summary("the auditors' standing questions", "常设审计查询"),
            entitlement: .readTraces, scope: .ownAuditors,
            answer: .json(.object(.required("questions", .array(of: QuestionEntry.schema, 0...100))))
        ) { _ in
            struct Questions: Encodable, Sendable { let questions: [QuestionEntry] }
            return .json(Questions(questions: AuditQuestion.allCases.map(QuestionEntry.init)))
        }
    }

    private static var askQuestion: Operation {
        Operation(
            "askQuestion", .get, "/questions/{name}",
            Summary("ask a standing question of the node's read model", "向本节点读模型提出常设审计查询"),
            entitlement: .readTraces, scope: .ownAuditors,
            parameters: [
                .path("name", .choice(AuditQuestion.allCases.map(\.rawValue))), .query("from", .day),
                .query("until", .day), .query("licence", .string(.licenceOrKey, 20...126)),
                .query("holder", .pseudonym), .query("department", .department), .query("case", .caseNumber),
                .query(
                    "rows", Schema.integer(1...Int64(GatewayLimits.rowCount)).described("most rows", "最多行数")),
            ],
            answer: .json(QuestionAnswer.schema), problems: [.invalidValue]
        ) { call in
            guard let question = call.text("name").flatMap({ AuditQuestion(rawValue: $0) }) else {
                throw Problem(.notFound, "there is no such question: see /questions")
            }
            var limits = SQLLimits()
            limits.rowCount = Int(call.number("rows") ?? 1_000)
            let answer = try await call.services.readModel.ask(
                question.sql,
                arguments: AuditQuestion.arguments(period: try call.period(), value: try call.argument(of: question)),
                limits: limits)
            return .json(QuestionAnswer(answer), height: answer.height)
        }
    }
}

extension StringFormat {
    /// A licence, a holder or a department: which one, another parameter says.
    static let subject = StringFormat(
        "^[0-9A-Za-z.-]{1,126}$", example: "market", meaning: "a licence's identifier, a pseudonym or a department"
    ) { text in
        (1...126).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789.-".unicodeScalars.contains($0))
            }
    }
}

extension OperationCall {
    /// The days that the query names, as moments.
    /// - Throws: ``Problem`` with code `invalidValue`; `LicenceError`.
    func period() throws -> ClosedRange<Timestamp> {
        let first: CalendarDate? = try value("from")
        let last: CalendarDate? = try value("until")
        let begin = first?.beijingBeginning ?? Timestamp(milliseconds: 0)
        let end = last?.beijingEnd ?? Timestamp(milliseconds: .max)
        guard begin <= end else { throw Problem(.invalidValue, "'until' lies before 'from'") }
        return begin...end
    }

    fileprivate func traceFilter() throws -> TraceFilter {
        let period = try period()
        var filter = TraceFilter()
        (filter.from, filter.to) = (period.lowerBound, period.upperBound)
        filter.department = label("department")
        filter.action = word("action")
        filter.purpose = try value("purpose")
        filter.caseNumber = try value("case")
        filter.kind = word("event")
        filter.outcome = text("outcome").map { $0 == "allowed" ? .allowed : .denied }
        return filter
    }

    /// What a question is about besides the period.
    /// - Throws: ``Problem`` with code `invalidValue` where it is not said.
    fileprivate func argument(of question: AuditQuestion) throws -> SQLValue? {
        func needed(_ name: String, _ value: SQLValue?) throws(Problem) -> SQLValue {
            guard let value else { throw Problem(.invalidValue, "this question needs '\(name)'") }
            return value
        }
        switch question.parameter {
        case nil: return nil
        case .licence:
            return try needed(
                "licence", text("licence").flatMap { LicenceKey(licenceOrKey: $0) }.map { .text($0.text) })
        case .holder:
            let holder: HolderPseudonym? = try value("holder")
            return try needed("holder", holder.map { .blob($0.bytes) })
        case .department: return try needed("department", text("department").map { .text($0) })
        case .caseNumber: return try needed("case", text("case").map { .text($0) })
        }
    }

    /// What the path names, for those who may see its trace.
    /// - Throws: ``Problem`` with code `invalidParameter`, `notFound` or `notEntitled`; the node's error.
    fileprivate func tracedSubject() async throws -> UseSubject {
        let (subject, isOwn) = try await namedSubject()
        guard isOwn || principal.audits(services.department) else {
            throw Problem(
                .notEntitled,
                "the trace of \(subject) is for auditors: \(services.department) sees its own, that of licences that "
                    + "it has issued, and of holders that it has bound")
        }
        return subject
    }

    /// What the path names, and whether it is the own department's.
    private func namedSubject() async throws -> (UseSubject, isOwn: Bool) {
        let name = text("name") ?? ""
        switch text("kind") {
        case "licence":
            guard let licence = LicenceKey(licenceOrKey: name) else {
                throw Problem(.invalidValue, "name: has to be \(StringFormat.licenceOrKey.meaning)")
            }
            let issuer = licence.text.split(separator: ".").dropFirst().first.map(String.init) ?? ""
            let own = services.genesis.document.departments.first { $0.name == services.department }
            return (.licence(licence), own?.issuerCodes.contains(issuer) ?? false)
        case "holder":
            let holder = try HolderPseudonym(name)
            let binding = try await client.authorisations.holder(holder).binding
            return (.holder(holder), binding?.department == services.department)
        default:
            guard let department = Label(name),
                services.genesis.document.departments.contains(where: { $0.name == department })
            else { throw Problem(.notFound, "no department of this consortium is called '\(name)'") }
            return (.department(department), department == services.department)
        }
    }

    /// A page of those events of a trace that the filter lets through. At most ``GatewayLimits/tracedEventCount`` are
    /// looked at: a page may be short, or empty, and the next go on.
    fileprivate func tracePage(of subject: UseSubject, matching filter: TraceFilter) async throws -> TracePageFacts {
        let first = UInt64(try start())
        var (place, rows) = (first, [TraceRow]())
        while true {
            let wanted = min(
                GatewayLimits.pageCount, filter == TraceFilter.everything ? limit - rows.count : GatewayLimits.pageCount
            )
            let page = try await client.traces.page(of: subject, from: place, limit: Int64(max(1, wanted)))
            for record in page.records {
                place += 1
                let event = try record.event()
                if filter.matches(event) { rows.append(TraceRow(event)) }
                if rows.count == limit { break }
            }
            let isAtEnd = place >= page.head.count || page.records.isEmpty
            if isAtEnd || rows.count == limit || place - first >= GatewayLimits.tracedEventCount {
                return TracePageFacts(
                    height: page.height, time: page.time.description, subject: "\(subject)",
                    eventCount: page.head.count, elements: rows, next: isAtEnd ? nil : "\(place)")
            }
        }
    }

    /// Traces that are proved to be whole: of a holder, one for each pseudonym.
    /// - Throws: ``Problem`` with code `invalidValue` for one that is too long to be given at once.
    fileprivate func provedTraces(
        of subject: UseSubject
    ) async throws -> [(proof: TraceProof, proved: ProvedTrace)] {
        let count = try await client.traces.page(of: subject, from: 0, limit: 1).head.count
        guard count <= GatewayLimits.provedEventCount else {
            throw Problem(
                .invalidValue,
                "the trace has \(count) events, more than the \(GatewayLimits.provedEventCount) that are proved in one "
                    + "answer: use 'zhenglian trace --proof'")
        }
        if case .holder(let holder) = subject { return try await client.traces.traces(of: holder) }
        return [try await client.traces.trace(of: subject)]
    }
}

extension TraceFilter {
    fileprivate static var everything: TraceFilter {
        var filter = TraceFilter()
        (filter.from, filter.to) = (Timestamp(milliseconds: 0), Timestamp(milliseconds: .max))
        return filter
    }
}
