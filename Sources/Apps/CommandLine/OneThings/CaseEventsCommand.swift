import ArgumentParser
import Formats
import Identity
import Licences
import OneThings
import ZhenglianClient

/// All that the ledger says of cases, for programs that check it.
struct CaseEventsCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Tell all that has happened in cases, and how they stand, as a node states it (办件事件).",
        discussion: """
            With --json, times are milliseconds since 1970. Names are those of the definition that the case keeps to.

            Example: zhenglian onething events 20260105000000017 --json
            """
    )

    /// Cases in one answer: what a command's result may take of memory.
    private static let maximumCount = 1_000

    @Argument(help: "The codes of the cases.", transform: { try OneThingCode($0) })
    var codes: [OneThingCode]

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...Self.maximumCount).contains(codes.count) else {
            throw ValidationError("give 1 to \(Self.maximumCount) codes")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let cases = ZhenglianClient(ledger: client, identity: identity).oneThings.cases
            var definitions: [String: OneThingDefinition] = [:]
            var told: [CaseEventsReport.Case] = []
            for code in codes {
                let standing = try await cases.standing(of: code)
                let name = "\(standing.known.matter) \(standing.known.definition)"
                let definition: OneThingDefinition
                if let known = definitions[name] {
                    definition = known
                } else {
                    definition = try await cases.definition(of: standing.known)
                    definitions[name] = definition
                }
                let events = try await cases.events(of: code)
                told.append(CaseEventsReport.Case(standing, definition, events))
            }
            try console.present(CaseEventsReport(cases: told))
        }
    }
}

/// What the ledger says of some cases.
struct CaseEventsReport: Presentable {
    struct Case: Encodable {
        let code: String
        let matter: String
        let definition: UInt64
        let options: [String]
        let openedAt: Timestamp
        let status: String
        let end: String?
        let endedAt: Timestamp?
        let licence: String?
        let values: [String: String]
        /// Ledger time of the answer.
        let time: Timestamp
        let steps: [Step]
        let events: [Event]
    }

    struct Step: Encodable {
        let name: String
        let status: String
        let attempt: Int64
        let pushes: Int64
        let isExtended: Bool
        let isOverdue: Bool
        let begunAt: Timestamp?
        let acknowledgedAt: Timestamp?
        let endedAt: Timestamp?
        let answer: String?
        let consents: [String]
        let objections: [Objection]
    }

    struct Objection: Encodable {
        let department: String
        let reason: String
        let at: Timestamp
        let liftedAt: Timestamp?
    }

    struct Event: Encodable {
        let kind: String
        let at: Timestamp
        let recordedAt: Timestamp
        let height: UInt64
        let transaction: String
        let department: String?
        let step: String?
        let attempt: Int64
        let answer: String?
        let reason: String?
        let values: [String: String]
        let content: Int64?
        let items: [String]
        let number: Int64?
        let licence: String?
    }

    let cases: [Case]

    func lines(in language: Language) -> [String] {
        cases.flatMap { known in
            [Phrase("\(known.code): \(known.status)", "\(known.code)：\(known.status)").text(in: language)]
                + known.events.map { event in
                    let words = [
                        "\(event.at)", event.kind, event.step.map { "\($0)#\(event.attempt)" }, event.department,
                        event.answer, event.reason,
                    ]
                    return "  " + words.compactMap(\.self).joined(separator: "  ")
                }
        }
    }
}

extension CaseEventsReport.Case {
    init(_ standing: CaseStanding, _ definition: OneThingDefinition, _ events: [RecordedCaseEvent]) {
        let known = standing.known
        (code, matter, self.definition) = (known.code.text, known.matter.rawValue, known.definition)
        (options, openedAt, time) = (known.options.map(\.rawValue), known.openedAt, standing.time)
        (status, end, endedAt) = ("\(known.status)", known.end?.rawValue, known.endedAt)
        licence = known.anyLicence?.text
        values = known.values.byField
        steps = zip(definition.steps, known.steps).map { CaseEventsReport.Step($0.name, $1) }
        self.events = events.map(CaseEventsReport.Event.init)
    }
}

extension CaseEventsReport.Step {
    fileprivate init(_ name: Label, _ step: CaseStep) {
        (self.name, status, attempt, pushes) = (name.rawValue, "\(step.status)", step.attempt, step.pushes)
        (isExtended, isOverdue) = (step.isExtended, step.isOverdue)
        (begunAt, acknowledgedAt, endedAt) = (step.begunAt, step.acknowledgedAt, step.endedAt)
        (answer, consents) = (step.answer?.rawValue, step.consents.map(\.rawValue))
        objections = step.objections.map {
            CaseEventsReport.Objection(
                department: $0.department.rawValue, reason: $0.reason.text, at: $0.at, liftedAt: $0.liftedAt)
        }
    }
}

extension CaseEventsReport.Event {
    fileprivate init(_ recorded: RecordedCaseEvent) {
        let event = recorded.event
        (kind, at, recordedAt) = ("\(event.kind)", event.at, recorded.recordedAt)
        (height, transaction) = (recorded.height.rawValue, "\(recorded.transaction)")
        (department, step, attempt) = (event.department?.rawValue, event.step?.rawValue, event.attempt)
        (answer, reason, values) = (event.answer?.rawValue, event.reason?.text, event.values.byField)
        (content, items, number) = (event.content, event.items.map(\.rawValue), event.number)
        licence = event.licence?.text
    }
}

extension [CaseValue] {
    /// Each field stands there once.
    fileprivate var byField: [String: String] {
        Dictionary(map { ($0.field.rawValue, $0.value) }, uniquingKeysWith: { _, last in last })
    }
}
