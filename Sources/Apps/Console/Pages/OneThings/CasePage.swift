import Formats
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// One case: how far it has come, who had it when, and all that has happened.
enum CasePage {
    struct StepRow: Sendable {
        let title: String
        let department: String
        let status: String
        let kind: String
        let attempt: String
        let begunAt: String?
        let acknowledgedAt: String?
        let endedAt: String?
        let answer: String?
        let promise: String?
        let due: String?
        let urgency: String?
        let replies: [Reply]
    }

    struct Reply: Sendable {
        let department: String
        let says: String
        let isObjection: Bool
    }

    struct EventRow: Sendable {
        let number: Int
        let at: String
        let recordedAt: String
        let height: String
        let heightText: String
        let says: String
        let department: String
        let step: String
        let attempt: String
        let answer: String
        let reason: String
    }

    struct Value: Sendable {
        let name: String
        let value: String
    }

    struct Model: Sendable {
        let code: String
        let matter: String
        let matterPath: String
        let version: String
        let lead: String
        let status: String
        let statusCode: String
        let end: String?
        let openedAt: String
        let endedAt: String?
        let took: String
        let licence: String?
        let licencePath: String?
        let rating: String?
        let nextDue: String?
        let values: [Value]
        let hasValues: Bool
        let doneCount: Int
        let stepCount: Int
        let graph: StepDrawing
        let timeline: TimelineDrawing
        let steps: [StepRow]
        let events: [EventRow]
        let eventCount: String
        let hasMoreEvents: Bool
        let command: String
    }

    static func page(_ request: PageRequest) async throws -> Page {
        let code = try OneThingCode(request.parameter("code"))
        let services = request.services
        let cases = services.client.oneThings.cases
        let standing = try await cases.standing(of: code)
        let definition = try await cases.definition(of: standing.known)
        let progress = try CaseProgress(standing, definition: definition)
        let timeline = try await cases.timeline(of: code)
        let status = try await services.ledger.status()
        // The newest are what people look for; earlier ones are on the command line.
        let count = request.limits.rowCount
        let first = standing.eventCount > UInt64(count) ? standing.eventCount - UInt64(count) : 0
        let events = try await cases.events(of: code, from: first, limit: count)
        let known = progress.known
        let end = known.endedAt ?? progress.time
        let language = request.language
        let model = Model(
            code: code.text, matter: progress.title.text(in: language),
            matterPath: "/onethings/matters/\(known.matter)", version: "\(known.definition)",
            lead: request.department(progress.lead), status: request.tell(Vocabulary.word("\(known.status)")),
            statusCode: "\(known.status)", end: known.end.map { ending($0, definition, language) },
            openedAt: Told.time(known.openedAt), endedAt: known.endedAt.map { Told.time($0) },
            took: request.tell(Told.duration(end.since(known.openedAt))), licence: known.anyLicence?.text,
            licencePath: known.anyLicence.map { "/explorer/licences/\(Query.encoded($0.text))" },
            rating: known.rating.map { "\($0) / 5" }, nextDue: standing.nextDue.map { Told.time($0) },
            values: known.values.map { value in
                Value(
                    name: definition.field(value.field)?.title.text(in: language) ?? value.field.rawValue,
                    value: value.value)
            }, hasValues: !known.values.isEmpty,
            doneCount: progress.doneCount, stepCount: progress.steps.count,
            graph: StepDrawing(
                progress, definition: definition, language: language, department: request.department),
            timeline: TimelineDrawing(
                timeline, from: known.openedAt, to: end, language: language, department: request.department),
            steps: progress.steps.map { step($0, definition, request) },
            events: events.elements.enumerated().reversed().map { index, event in
                Self.event(event, Int(first) + index, definition, request)
            },
            eventCount: Told.number(standing.eventCount), hasMoreEvents: first > 0,
            command: "zhenglian onething timeline \(code.text)")
        return Page(
            Words.caseTimeline, model, subject: code.text, asOf: AsOf(status.height, progress.time), isLive: true)
    }

    private static func ending(_ end: Label, _ definition: OneThingDefinition, _ language: ConsoleLanguage) -> String {
        definition.ends.first { $0.name == end }?.title.text(in: language) ?? end.rawValue
    }

    private static func step(
        _ step: CaseProgress.Step, _ definition: OneThingDefinition, _ request: PageRequest
    ) -> StepRow {
        let answer = step.state.answer.map { name in
            definition.step(step.name)?.answer(name)?.title.text(in: request.language) ?? name.rawValue
        }
        return StepRow(
            title: step.title.text(in: request.language), department: request.department(step.department),
            status: request.tell(Vocabulary.status(step.state.status)), kind: StepDrawing.kind(step),
            attempt: step.state.attempt > 0 ? "\(step.state.attempt)" : "",
            begunAt: step.state.begunAt.map { Told.time($0) },
            acknowledgedAt: step.state.acknowledgedAt.map { Told.time($0) },
            endedAt: step.state.endedAt.map { Told.time($0) }, answer: answer,
            promise: step.promise.map { request.tell(Told.limit($0)) }, due: step.due.map { Told.time($0) },
            urgency: step.urgency.map { request.tell(Vocabulary.urgency($0)) },
            replies: step.replies.map {
                Reply(
                    department: request.department($0.department), says: request.tell(Vocabulary.reply($0.kind)),
                    isObjection: $0.kind == .objection)
            })
    }

    private static func event(
        _ recorded: RecordedCaseEvent, _ number: Int, _ definition: OneThingDefinition, _ request: PageRequest
    ) -> EventRow {
        let event = recorded.event
        let step = event.step.flatMap { definition.step($0) }
        // What follows from another event has no department either.
        let isClock = [.unacknowledged, .overdue, .windowClosed].contains(event.kind)
        let answer = event.answer.map { name in
            step?.answer(name)?.title.text(in: request.language) ?? ending(name, definition, request.language)
        }
        let reason = event.reason.map { code in
            let title = definition.reasons.first { $0.code == code }?.title.text(in: request.language)
            return [code.text, title].compactMap(\.self).joined(separator: " ")
        }
        return EventRow(
            number: number, at: Told.time(event.at), recordedAt: Told.time(recorded.recordedAt),
            height: "\(recorded.height)", heightText: Told.number(recorded.height.rawValue),
            says: request.tell(Vocabulary.event(event.kind)),
            department: event.department.map(request.department)
                ?? (isClock ? request.tell(Phrase("the clock", "期限")) : ""),
            step: step?.title.text(in: request.language) ?? "", attempt: event.attempt > 1 ? "×\(event.attempt)" : "",
            answer: answer ?? "", reason: reason ?? "")
    }
}
