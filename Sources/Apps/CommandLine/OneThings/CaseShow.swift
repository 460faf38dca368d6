import ArgumentParser
import Identity
import Licences
import OneThings
import ZhenglianClient

struct CaseShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how far a case has come (办理进度): every step, whose it is, and by when, by ledger time.",
        discussion: "Example: zhenglian onething show 20261122-00000001-S"
    )

    @Argument(help: "The case's code (一件事编码).")
    var code: OneThingCode

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            try console.present(CaseProgressReport(try await client.oneThings.cases.progress(of: code)))
        }
    }
}

/// How far a case has come.
struct CaseProgressReport: Presentable {
    struct Step: Encodable {
        let name: Label
        let title: BilingualTitle
        let department: DepartmentName
        let status: StepStatus
        let attempt: Int64
        let begunAt: String?
        let acknowledgedAt: String?
        let endedAt: String?
        let answer: Label?
        let promise: TimeLimit?
        let due: String?
        let urgency: CaseUrgency?
        let replies: [String: String]
    }

    let code: OneThingCode
    let matter: Label
    let definition: UInt64
    let title: BilingualTitle
    let lead: DepartmentName
    let status: CaseStatus
    let end: Label?
    let licence: LicenceIdentifier?
    let values: [String: String]
    let asOfTime: String
    let steps: [Step]
    private let progress: CaseProgress

    private enum CodingKeys: String, CodingKey {
        case code, matter, definition, title, lead, status, end, licence, values, asOfTime, steps
    }

    init(_ progress: CaseProgress) {
        self.progress = progress
        let known = progress.known
        (code, matter, definition, title) = (known.code, known.matter, known.definition, progress.title)
        (lead, status, end, licence) = (progress.lead, known.status, known.end, known.anyLicence)
        values = Dictionary(known.values.map { ($0.field.rawValue, $0.value) }, uniquingKeysWith: { $1 })
        asOfTime = progress.time.description
        steps = progress.steps.map { step in
            Step(
                name: step.name, title: step.title, department: step.department, status: step.state.status,
                attempt: step.state.attempt, begunAt: step.state.begunAt?.description,
                acknowledgedAt: step.state.acknowledgedAt?.description, endedAt: step.state.endedAt?.description,
                answer: step.state.answer, promise: step.promise, due: step.due?.description, urgency: step.urgency,
                replies: Dictionary(
                    step.replies.map { ($0.department.rawValue, $0.kind.rawValue) }, uniquingKeysWith: { $1 }))
        }
    }

    func lines(in language: Language) -> [String] {
        let end = end.map { " (\($0))" } ?? ""
        var phrases = [
            Phrase(
                "\(code)  \(title.english), led by \(lead): \(status.phrase.english)\(end)",
                "\(code)  \(title.chinese)，牵头 \(lead)：\(status.phrase.chinese)\(end)")
        ]
        if let licence { phrases.append(Phrase("  licence  \(licence)", "  证照  \(licence)")) }
        phrases += values.sorted { $0.key < $1.key }.map {
            Phrase("  \($0.key)  \($0.value)", "  \($0.key)  \($0.value)")
        }
        for step in progress.steps {
            phrases.append(Self.phrase(step))
            phrases += step.replies.map {
                Phrase(
                    "      \($0.department): \($0.kind.phrase.english)",
                    "      \($0.department)：\($0.kind.phrase.chinese)")
            }
        }
        phrases.append(
            Phrase("as of \(progress.time.beijingText), ledger time", "截至账本时间 \(progress.time.beijingText)"))
        return phrases.map { $0.text(in: language) }
    }

    private static func phrase(_ step: CaseProgress.Step) -> Phrase {
        let answer = step.state.answer.map { " \($0)" } ?? ""
        let due = step.due.map { Phrase(", due \($0.beijingText)", "，期限 \($0.beijingText)") } ?? Phrase("", "")
        let urgency = step.urgency.map { Phrase(" [\($0.phrase.english)]", "【\($0.phrase.chinese)】") } ?? Phrase("", "")
        return Phrase(
            "  \(step.name)  \(step.title.english), \(step.department): \(step.state.status.phrase.english)\(answer)"
                + due.english + urgency.english,
            "  \(step.name)  \(step.title.chinese)，\(step.department)：\(step.state.status.phrase.chinese)\(answer)"
                + due.chinese + urgency.chinese)
    }
}

struct CaseTimelineCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Show who had a case when, and for how long against the promise (办理时效).",
        discussion: "Example: zhenglian onething timeline 20261122-00000001-S"
    )

    @Argument(help: "The case's code (一件事编码).")
    var code: OneThingCode

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            try console.present(Report(code, try await client.oneThings.cases.timeline(of: code)))
        }
    }

    private struct Report: Presentable {
        struct Handoff: Encodable {
            let step: Label
            let attempt: Int64
            let department: DepartmentName
            let begunAt: String
            let acknowledgedAt: String?
            let endedAt: String?
            let end: CaseEvent.Kind?
            let answer: Label?
            let tookSeconds: Int64
            let promise: TimeLimit?
            let due: String?
            let isLate: Bool
        }

        let code: OneThingCode
        let handoffs: [Handoff]
        private let timeline: CaseTimeline

        private enum CodingKeys: String, CodingKey { case code, handoffs }

        init(_ code: OneThingCode, _ timeline: CaseTimeline) {
            (self.code, self.timeline) = (code, timeline)
            handoffs = timeline.handoffs.map { handoff in
                Handoff(
                    step: handoff.step, attempt: handoff.attempt, department: handoff.department,
                    begunAt: handoff.begunAt.description, acknowledgedAt: handoff.acknowledgedAt?.description,
                    endedAt: handoff.endedAt?.description, end: handoff.end, answer: handoff.answer,
                    tookSeconds: Int64(handoff.took / .seconds(1)), promise: handoff.promise,
                    due: handoff.due?.description, isLate: handoff.isLate)
            }
        }

        func lines(in language: Language) -> [String] {
            timeline.handoffs.map { handoff in
                let promise = handoff.promise?.phrase ?? Phrase("no limit", "无期限")
                let late = handoff.isLate ? Phrase(", LATE", "，超期") : Phrase("", "")
                let open = handoff.endedAt == nil ? Phrase(", open", "，未结") : Phrase("", "")
                return Phrase(
                    "\(handoff.begunAt.beijingText)  \(handoff.step) #\(handoff.attempt), \(handoff.department): "
                        + "\(handoff.took.phrase.english) of \(promise.english)" + open.english + late.english,
                    "\(handoff.begunAt.beijingText)  \(handoff.step) 第 \(handoff.attempt) 次，\(handoff.department)："
                        + "用时 \(handoff.took.phrase.chinese)，承诺 \(promise.chinese)" + open.chinese + late.chinese
                ).text(in: language)
            }
        }
    }
}
