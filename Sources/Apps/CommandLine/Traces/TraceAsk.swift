import ArgumentParser
import Identity
import Ledger
import Licences
import Nodes

struct TraceAsk: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "question",
        abstract: "Ask one of the auditors' standing questions (常设审计查询) of a node's read model.",
        discussion: """
            Without a name, the questions are listed. The answer is as good as the node is; what has to be proved,
            'trace' proves.

            Examples: zhenglian trace question
                      zhenglian trace question allowed-without-release --data nodes/market/data --from 20261101
                      zhenglian trace question case-timeline --data nodes/market/data --case CASE-1
            """
    )

    @Argument(help: "The question's name.", transform: question)
    var question: AuditQuestion?

    @Option(help: "The node's data directory, as its configuration names it.")
    var data: String?

    @Option(help: "The first day, yyyyMMdd, in Beijing; by default the beginning.", transform: { try CalendarDate($0) })
    var from: CalendarDate?

    @Option(help: "The last day; by default today.", transform: { try CalendarDate($0) })
    var until: CalendarDate?

    @Option(help: "The licence, by its identifier.", transform: licenceKey)
    var licence: LicenceKey?

    @Option(help: "The holder's pseudonym.", transform: { try HolderPseudonym($0) })
    var holder: HolderPseudonym?

    @Option(help: "The department.")
    var department: Label?

    @Option(name: .customLong("case"), help: "The case.", transform: { try CaseNumber($0) })
    var caseNumber: CaseNumber?

    @Option(help: "Most rows, 1 to 1000000.")
    var rows = 1_000

    @OptionGroup var options: ConsoleOptions

    private static func question(_ name: String) throws -> AuditQuestion {
        guard let question = AuditQuestion(rawValue: name) else {
            throw ValidationError("'\(name)' is no question; 'zhenglian trace question' lists them")
        }
        return question
    }

    func validate() throws {
        guard (1...1_000_000).contains(rows) else { throw ValidationError("--rows is 1 to 1000000") }
        guard let question else { return }
        guard data != nil else { throw ValidationError("give --data: the node's data directory") }
        if let parameter = question.parameter, value(of: parameter) == nil {
            let option = parameter == .caseNumber ? "case" : parameter.rawValue
            throw ValidationError("this question needs --\(option)")
        }
    }

    private func value(of parameter: AuditQuestion.Parameter) -> SQLValue? {
        switch parameter {
        case .licence: licence.map { .text($0.text) }
        case .holder: holder.map { .blob($0.bytes) }
        case .department: department.map { .text($0.rawValue) }
        case .caseNumber: caseNumber.map { .text($0.text) }
        }
    }

    func run(_ console: Console) async throws {
        guard let question, let data else { return try console.present(QuestionList()) }
        let begin = from.map { Timestamp(beginningOf: $0) } ?? Timestamp(milliseconds: 0)
        let end = until.map { Timestamp(endOf: $0) } ?? SystemWallClock().now
        guard begin <= end else {
            throw CommandFailure(.wrongUse, Phrase("--until lies before --from", "--until 早于 --from"))
        }
        var limits = SQLLimits()
        limits.rowCount = rows
        let answer = try await ReadModelFile(dataPath: data).ask(
            question.sql,
            arguments: AuditQuestion.arguments(
                period: begin...end, value: question.parameter.flatMap { value(of: $0) }),
            limits: limits)
        console.note(Phrase(question.title.english, question.title.chinese))
        try console.present(SQLReport(answer))
    }
}

/// The questions and what each asks.
private struct QuestionList: Presentable {
    struct Question: Encodable {
        let name: String
        let asks: String
        let asksInChinese: String
        let needs: String?
    }

    let questions = AuditQuestion.allCases.map { question in
        Question(
            name: question.rawValue, asks: question.title.english, asksInChinese: question.title.chinese,
            needs: question.parameter?.rawValue)
    }

    func lines(in language: Language) -> [String] {
        let rows = questions.map { [$0.name, language == .chinese ? $0.asksInChinese : $0.asks] }
        let header = [Phrase("question", "查询"), Phrase("what it asks", "含义")].map { $0.text(in: language) }
        return TextTable(header: header, rows: rows).lines
    }
}
