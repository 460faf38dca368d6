import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

struct CaseHandoffs: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "handoffs",
        abstract: "Show what waits for whom (收件箱): since when, by when, and what is late.",
        discussion: """
            Your own department's inbox, or another's, or everybody's: what waits for whom is on the ledger for all.

            Examples: zhenglian onething handoffs
                      zhenglian onething handoffs --urgency red --everybody
            """
    )

    @Option(help: "Only green, amber or red.")
    var urgency: CaseUrgency?

    @Option(help: "Another department's, by its name.")
    var department: Label?

    @Flag(help: "Every department's: with --urgency red, what is late anywhere (超期清单).")
    var everybody = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        if everybody, department != nil { throw ValidationError("--department and --everybody exclude each other") }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let time = try await ledger.status().headTime
            let all = ledger.genesis.document.departments.map(\.name)
            let departments = everybody ? all : [department ?? identity.member.department]
            guard departments.allSatisfy(all.contains) else {
                let names = all.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(
                    .wrongUse, Phrase("no such department; there are \(names)", "没有该部门；现有：\(names)"))
            }
            var waiting: [Waiting] = []
            for department in departments {
                waiting += try await client.oneThings.cases.inbox(of: department)
                    .filter { entry in urgency.map { $0 == entry.urgency(at: time) } ?? true }
                    .map { Waiting(department: department, entry: $0) }
            }
            try console.present(Report(waiting, of: departments, at: time))
        }
    }

    /// What waits, and for whom.
    private struct Waiting {
        let department: DepartmentName
        let entry: InboxEntry
    }

    private struct Report: Presentable {
        struct Handoff: Encodable {
            let department: DepartmentName
            let code: OneThingCode
            let matter: Label
            let step: Label
            let attempt: Int64
            let duty: CaseDuty.Kind
            let status: StepStatus
            let since: String
            let due: String?
            let urgency: CaseUrgency
        }

        let departments: [DepartmentName]
        let asOfTime: String
        let handoffs: [Handoff]
        private let waiting: [Waiting]
        private let time: Timestamp

        private enum CodingKeys: String, CodingKey { case departments, asOfTime, handoffs }

        init(_ waiting: [Waiting], of departments: [DepartmentName], at time: Timestamp) {
            (self.departments, self.time, asOfTime) = (departments, time, time.description)
            // What is due first comes first, and what has no limit last.
            self.waiting = waiting.sorted { left, right in
                (left.entry.end?.milliseconds ?? .max, left.entry.since.milliseconds)
                    < (right.entry.end?.milliseconds ?? .max, right.entry.since.milliseconds)
            }
            handoffs = self.waiting.map { waiting in
                let entry = waiting.entry
                return Handoff(
                    department: waiting.department, code: entry.duty.code, matter: entry.matter, step: entry.duty.step,
                    attempt: entry.attempt,
                    duty: entry.duty.kind, status: entry.status, since: entry.since.description,
                    due: entry.end?.description, urgency: entry.urgency(at: time))
            }
        }

        func lines(in language: Language) -> [String] {
            let asOf = Phrase("as of \(time.beijingText), ledger time", "截至账本时间 \(time.beijingText)")
            guard !waiting.isEmpty else {
                let names = departments.map(\.rawValue).joined(separator: ", ")
                return [
                    Phrase("nothing waits for \(names)", "\(names) 无待办").text(in: language),
                    asOf.text(in: language),
                ]
            }
            return waiting.map { waiting in
                let entry = waiting.entry
                let whose = departments.count > 1 ? "\(waiting.department) " : ""
                let due = entry.end.map { Phrase(", due \($0.beijingText)", "，期限 \($0.beijingText)") } ?? Phrase("", "")
                let urgency = entry.urgency(at: time).phrase
                let kind = entry.duty.kind.phrase
                return Phrase(
                    "[\(urgency.english)] \(whose)\(entry.duty.code) \(entry.duty.step): \(kind.english), since "
                        + "\(entry.since.beijingText)\(due.english)",
                    "【\(urgency.chinese)】\(whose)\(entry.duty.code) \(entry.duty.step)：\(kind.chinese)，自 "
                        + "\(entry.since.beijingText)\(due.chinese)"
                ).text(in: language)
            } + [asOf.text(in: language)]
        }
    }
}

struct CaseFollow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Follow what concerns your department (事件流): one JSON object on a line for each event, as it comes.",
        discussion: """
            Each line has a cursor; --from with that cursor tells everything after it again. The command goes on until
            it is interrupted, or with --once until it has told what there is.

            Examples: zhenglian onething follow
                      zhenglian onething follow --from 0 --once
            """
    )

    @Option(help: "The number of the first event, from 0; by default what comes from now on.")
    var from: UInt64?

    @Flag(help: "End when everything that there is has been told.")
    var once = false

    @OptionGroup var nodes: DepartmentNodeOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    private struct Line: Encodable {
        /// Where the next line goes on.
        let cursor: UInt64
        let code: OneThingCode
        let number: UInt64
        let event: CaseEvent.Kind
        let step: Label?
        let attempt: Int64
    }

    func run(_ console: Console) async throws {
        let start = try await start(console)
        let genesis = try connection.readGenesis()
        let directory = try connection.value(
            connection.identity, variable: "ZHENGLIAN_IDENTITY", option: "--identity")
        let department = try IdentityDirectory(directory).loadAll(suite: genesis.suite).member.department
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try await nodes.withService(of: department, connection) { service in
            var cursor = start
            while true {
                let question = NoticesQuestion(cursor: cursor, limit: 500, wait: once ? 0 : 30_000)
                let reply = try await Retry().run(
                    while: {
                        ($0 as? OneThingServiceError).map { [.unavailable, .overloaded].contains($0.code) } ?? false
                    }
                ) {
                    try await service.notices(question)
                }
                for (offset, bytes) in reply.notices.enumerated() {
                    let notice = try CaseNotice(derBytes: bytes, limit: 1 << 12)
                    let line = Line(
                        cursor: cursor + UInt64(offset) + 1, code: notice.code, number: notice.number,
                        event: notice.kind, step: notice.step, attempt: notice.attempt)
                    Terminal.standardOutput(String(decoding: try encoder.encode(line), as: UTF8.self))
                }
                if once, reply.notices.isEmpty { return }
                cursor = reply.cursor
            }
        }
    }

    /// Where it begins: at what was asked for, or behind all that there is.
    private func start(_ console: Console) async throws -> UInt64 {
        if let from { return from }
        var count: UInt64 = 0
        try await connection.withClient(console) { ledger, identity in
            count = try await ZhenglianClient(ledger: ledger, identity: identity).oneThings.cases
                .stream(from: 0, limit: 1).count
        }
        return count
    }
}
