import ArgumentParser
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

struct DefineTry: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Say what would have become of cases of the ledger by another definition; nothing is written.",
        discussion: """
            What departments did is done again by the definition of the file, at the same times, and its clocks run. A \
            case stands where it comes to, or an act is refused. With a refusal the exit status is 1.

            Example: zhenglian onething define try next.json --case 20261122-00000001-3 20261122-00000002-1
            """
    )

    @OptionGroup var definition: DefinitionOptions

    @Option(
        name: .customLong("case"), parsing: .upToNextOption, help: "The codes of cases of the same matter.",
        transform: { try OneThingCode($0) })
    var codes: [OneThingCode]

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard !codes.isEmpty else { throw ValidationError("name at least one case: --case CODE") }
    }

    func run(_ console: Console) async throws {
        let definition = try definition.read()
        var report = TryReport(cases: [])
        try await connection.withClient(console) { client, identity in
            let definitions = ZhenglianClient(ledger: client, identity: identity).oneThings.definitions
            for code in codes {
                report.cases.append(
                    TryReport.Case(
                        code, try await definitions.replay(code, on: definition), steps: definition.steps.map(\.name)))
            }
        }
        try console.present(report)
        if report.cases.contains(where: { $0.refusal != nil }) { throw ExitStatus.refused.code }
    }
}

/// Where cases come to by another definition.
struct TryReport: Presentable {
    struct Step: Encodable {
        let name: Label
        let status: StepStatus
    }

    struct Refusal: Encodable {
        /// Of the event in the case's trail, from 0.
        let event: Int
        let kind: CaseEvent.Kind
        let step: Label?
        let at: Timestamp
        let reason: String
    }

    struct Case: Encodable {
        let code: String
        /// `nil` where an act is refused.
        let status: CaseStatus?
        let end: Label?
        /// Steps that are neither done nor left out.
        let open: [Step]
        let refusal: Refusal?

        init(_ code: OneThingCode, _ replay: CaseReplay, steps: [Label]) {
            self.code = code.text
            switch replay.outcome {
            case .stands(let known):
                (status, end, refusal) = (known.status, known.end, nil)
                open = zip(steps, known.steps).filter { !$1.status.isDone }.map { Step(name: $0, status: $1.status) }
            case .refused(let number, let event, let reason):
                (status, end, open) = (nil, nil, [])
                refusal = Refusal(
                    event: number, kind: event.kind, step: event.step, at: event.at, reason: "\(reason)")
            }
        }
    }

    var cases: [Case]

    func lines(in language: Language) -> [String] {
        cases.map { tried in
            if let refusal = tried.refusal {
                let step = refusal.step.map { " \($0)" } ?? ""
                return Phrase(
                    "\(tried.code): event \(refusal.event) (\(refusal.kind)\(step)) is refused: \(refusal.reason)",
                    "\(tried.code)：第 \(refusal.event) 个事件（\(refusal.kind)\(step)）被拒绝：\(refusal.reason)"
                ).text(in: language)
            }
            let status = tried.status.map { "\($0)" } ?? ""
            let end = tried.end.map { " (\($0))" } ?? ""
            let open = tried.open.map { "\($0.name) \($0.status)" }.joined(separator: ", ")
            return Phrase(
                "\(tried.code): \(status)\(end)\(open.isEmpty ? "" : "; \(open)")",
                "\(tried.code)：\(status)\(end)\(open.isEmpty ? "" : "；\(open)")"
            ).text(in: language)
        }
    }
}
