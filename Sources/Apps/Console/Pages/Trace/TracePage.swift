import Formats
import Identity
import Ledger
import Licences
import ZhenglianClient

/// Uses of licences: by licence, holder and department.
enum TracePage {
    struct Choice: Sendable {
        let value: String
        let title: String
        let isChosen: Bool
    }

    /// Why a use was denied: the word for machines, and the words for people.
    struct Reason: Sendable {
        let code: String
        let says: String
    }

    struct UseRow: Sendable {
        let time: String
        let height: String
        let heightText: String
        let event: String
        let department: String
        let action: String
        let purpose: String
        let caseNumber: String
        let licence: String?
        let licencePath: String?
        let authority: String
        let outcome: String
        let isDenied: Bool
        let reasons: [Reason]
    }

    struct Model: Sendable {
        let licence: String?
        let holder: String?
        let purpose: String?
        let caseNumber: String?
        let from: String?
        let until: String?
        let departments: [Choice]
        let events: [Choice]
        let outcomes: [Choice]
        let actions: [Choice]
        let uses: [UseRow]
        let older: String?
        let proofPath: String?
        let csvPath: String?
        let jsonPath: String?
        let command: String?
        /// What gives the export with a signature.
        let sealCommand: String?
        let sealCheckCommand: String?
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let form = try TraceQuestionForm(request)
        let count = request.limits.rowCount
        var (sql, arguments) = form.conditions
        if let cursor = try cursor(request) {
            sql += " AND (time, identifier, event) < (?, ?, ?)"
            arguments += cursor
        }
        let answer = try await request.ask(
            """
            SELECT time, height, event, department, action, purpose, case_number, licence, authority, outcome, reasons,
                identifier FROM uses WHERE \(sql) ORDER BY time DESC, identifier DESC, event DESC LIMIT ?
            """, arguments + [.integer(Int64(count) + 1)], count: count + 1)
        let rows = answer.rows.prefix(count)
        let older =
            answer.rows.count > count
            ? rows.last.map { last in
                Query.path(
                    "/trace",
                    form.values + [
                        ("before", "\(last.count(0)).\(hexadecimal(last.bytes(11) ?? [])).\(last.text(2) ?? "")")
                    ])
            } : nil
        let model = Model(
            licence: form.licence?.text, holder: form.holder?.text, purpose: form.purpose?.text,
            caseNumber: form.caseNumber?.text, from: form.from.map { Told.day($0.text) },
            until: form.until.map { Told.day($0.text) },
            departments: request.services.genesis.document.departments.map {
                Choice(
                    value: $0.name.rawValue, title: request.department($0.name), isChosen: $0.name == form.department)
            },
            events: choices(TraceQuestionForm.events, form.event, request),
            outcomes: choices(TraceQuestionForm.outcomes, form.outcome, request),
            actions: choices(UseAction.allCases.map { "\($0)" }, form.action.map { "\($0)" }, request),
            uses: rows.map { row($0, request) }, older: older,
            proofPath: form.hasSubject ? Query.path("/trace/proof", subject(form)) : nil,
            csvPath: form.hasSubject ? Query.path("/trace/export", form.values + [("format", "csv")]) : nil,
            jsonPath: form.hasSubject ? Query.path("/trace/export", form.values + [("format", "json")]) : nil,
            command: form.hasSubject ? "\(command(form)) --proof proof.trace" : nil,
            sealCommand: form.hasSubject
                ? "\(command(form)) --export trace.csv --node ADDRESS --genesis genesis.der --identity DIRECTORY" : nil,
            sealCheckCommand: form.hasSubject ? "zhenglian trace verify trace.csv --genesis genesis.der" : nil)
        return Page(Words.trace, model, asOf: answer.asOf, isLive: try request.value("before") == nil)
    }

    /// Behind which row the page begins: time, identifier and event of the last one before.
    private static func cursor(_ request: PageRequest) throws -> [SQLValue]? {
        guard let text = try request.value("before") else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let time = Int64(parts[0]), let identifier = Digest(hexadecimal: parts[1]),
            TraceQuestionForm.events.contains(String(parts[2]))
        else { throw ConsoleError.badQuestion("'before' is no place in a trace", "参数 before 不是轨迹中的位置") }
        return [.integer(time), .blob(identifier.bytes), .text(String(parts[2]))]
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String { Digest(bytes)?.description ?? "" }

    private static func choices(_ words: [String], _ chosen: String?, _ request: PageRequest) -> [Choice] {
        words.map { Choice(value: $0, title: request.tell(Vocabulary.word($0)), isChosen: $0 == chosen) }
    }

    private static func row(_ row: Answer.Row, _ request: PageRequest) -> UseRow {
        func word(_ index: Int) -> String { row.text(index).map { request.tell(Vocabulary.word($0)) } ?? "" }
        // The trace names the licence whatever its version; the search knows which one is in force.
        let licence = row.text(7)
        let isVerification = row.text(2) == "verification"
        let outcome = isVerification ? request.tell(Vocabulary.verification(row.text(9) ?? "")) : word(9)
        return UseRow(
            time: row.time(0).map { Told.time($0) } ?? "", height: String(row.count(1)),
            heightText: Told.number(row.count(1)), event: word(2),
            department: request.department(row.text(3) ?? ""), action: word(4),
            purpose: row.text(5) ?? "", caseNumber: row.text(6) ?? "", licence: licence,
            licencePath: licence.map { Query.path("/explorer/search", [("q", $0)]) }, authority: word(8),
            outcome: outcome, isDenied: row.text(9) == "denied",
            reasons: (row.text(10) ?? "").split(separator: " ").map {
                Reason(code: String($0), says: request.tell(Vocabulary.denial(String($0))))
            })
    }

    private static func subject(_ form: TraceQuestionForm) -> [(String, String?)] {
        form.values.filter { ["licence", "holder", "department"].contains($0.0) }
    }

    /// What gives the same on the command line.
    private static func command(_ form: TraceQuestionForm) -> String {
        let options: [String] = form.values.compactMap { name, value in
            guard let value, name != "event" else { return nil }
            let isDay = name == "from" || name == "until"
            return "--\(name) \(isDay ? value.filter { $0 != "-" } : value)"
        }
        return "zhenglian trace \(options.joined(separator: " "))"
    }
}

/// Files of traces: each is proved to be whole before it is handed out.
enum TraceFiles {
    /// The traces with the proof that they are whole, as `zhenglian trace verify` reads them.
    static func proof(_ request: PageRequest) async throws -> ConsoleFile {
        let form = try TraceQuestionForm(request)
        let traces = try await traces(form, request).traces
        return ConsoleFile(
            TraceDocument(traces.map(\.proof)).derBytes, ContentType.der, name: name(form, "trace", request))
    }

    /// The events that the form asks for, of traces that are whole, with the checkpoint.
    static func export(_ request: PageRequest) async throws -> ConsoleFile {
        guard let format = try request.value("format").flatMap(TraceExport.Format.init(rawValue:)) else {
            throw ConsoleError.badQuestion("'format' is csv or json", "参数 format 为 csv 或 json")
        }
        let form = try TraceQuestionForm(request)
        let (traces, filter) = try await traces(form, request)
        let events = traces.flatMap { $0.proved.events.filter(filter.matches) }.enumerated()
            .sorted { ($0.element.height, $0.offset) < ($1.element.height, $1.offset) }
            .map { TraceRow($0.element) }
        let checkpoint = TraceCheckpoint(
            traces.map(\.proved), rowCount: events.count, genesis: request.services.genesis)
        let bytes = try TraceExport.content(of: events, as: format, checkpoint: checkpoint)
        return ConsoleFile(
            bytes, format == .csv ? ContentType.csv : ContentType.json,
            name: name(form, "h\(checkpoint.asOf).\(format)", request))
    }

    /// What the file is called where people keep it: whose ledger's, of whom, and which kind.
    private static func name(_ form: TraceQuestionForm, _ ending: String, _ request: PageRequest) -> String {
        let subject =
            form.licence.map { "licence-\(LicenceKey($0).text)" } ?? form.holder.map { "holder-\($0.text.prefix(19))" }
            ?? form.department.map { "department-\($0)" } ?? "all"
        return "\(request.services.genesis.document.consortium)-trace-\(subject).\(ending)"
    }

    private static func traces(
        _ form: TraceQuestionForm, _ request: PageRequest
    ) async throws -> (traces: [(proof: TraceProof, proved: ProvedTrace)], filter: TraceFilter) {
        let client = request.services.client
        // The narrowest is asked for; the others filter.
        if let licence = form.licence {
            let holders = try await form.holder.asyncMap { try await client.authorisations.holder($0).pseudonyms } ?? []
            return ([try await client.traces.trace(of: .licence(LicenceKey(licence)))], form.filter(holders: holders))
        }
        if let holder = form.holder {
            return (try await client.traces.traces(of: holder), form.filter(holders: []))
        }
        if let department = form.department {
            return ([try await client.traces.trace(of: .department(department))], form.filter(holders: []))
        }
        throw ConsoleError.badQuestion(
            "a trace is of a licence, a holder or a department", "轨迹须指定证照、持证主体或部门")
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}

extension Words {
    static let trace = WordTable(
        "trace",
        [
            "title": Phrase("Trace of uses", "用证轨迹"), "licence": Phrase("Licence", "证照标识"),
            "holder": Phrase("Holder (pseudonym)", "持证主体假名"), "department": Phrase("Department", "部门"),
            "event": Phrase("Event", "事件"), "outcome": Phrase("Outcome", "结果"), "action": Phrase("Action", "行为"),
            "purpose": Phrase("Purpose", "用途"), "case": Phrase("Case", "办件"), "from": Phrase("From", "起始日"),
            "until": Phrase("Until", "截止日"), "any": Phrase("any", "不限"), "show": Phrase("Show", "查询"),
            "time": Phrase("Time", "时间"), "height": Phrase("Height", "高度"), "authority": Phrase("Relies on", "依据"),
            "reasons": Phrase("Reasons", "原因"), "older": Phrase("Older", "更早"),
            "none": Phrase("There is no such use.", "没有符合条件的用证记录。"),
            "proof": Phrase("Proof of completeness", "完整性证明"),
            "proofSays": Phrase(
                "The table is this node's word. These files are taken from the ledger and checked to be whole before "
                    + "they are handed out: every event, none besides, in the ledger's order.",
                "表格为本节点所述。下列文件取自账本，交付前已核验完整：不多、不少、依账本次序。"),
            "takeProof": Phrase("Take the proof", "下载证明"), "takeCSV": Phrase("Take as CSV", "导出 CSV"),
            "takeJSON": Phrase("Take as JSON", "导出 JSON"), "same": Phrase("The same by command", "等效命令"),
            "sealSays": Phrase(
                "A list taken here bears nobody's signature. For one that you sign, so that others can tell who "
                    + "vouches for it, run this with your own certificate; the file that ends in .seal is the "
                    + "signature.",
                "在此导出的清单没有签名。如需由您签名、供他人确认由谁负责，请用您的证书运行以下命令，其中 .seal 文件即签名。"),
            "sealCheck": Phrase("Whoever receives both files checks them with", "收到两个文件者的核验命令"),
            "needSubject": Phrase(
                "Name a licence, a holder or a department, and its whole trace can be proved and taken.",
                "指定证照、持证主体或部门后，可下载整条轨迹及其完整性证明。"),
        ])
}
