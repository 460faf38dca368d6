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
        abstract: "Show what waits for your department (收件箱): since when, by when, and what is late.",
        discussion: """
            Examples: zhenglian onething handoffs
                      zhenglian onething handoffs --urgency red
            """
    )

    @Option(help: "Only green, amber or red.")
    var urgency: CaseUrgency?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let time = try await ledger.status().headTime
            let entries = try await client.oneThings.cases.inbox()
                .filter { entry in urgency.map { $0 == entry.urgency(at: time) } ?? true }
            try console.present(Report(entries, of: identity.member.department, at: time))
        }
    }

    private struct Report: Presentable {
        struct Handoff: Encodable {
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

        let department: DepartmentName
        let asOfTime: String
        let handoffs: [Handoff]
        private let entries: [InboxEntry]
        private let time: Timestamp

        private enum CodingKeys: String, CodingKey { case department, asOfTime, handoffs }

        init(_ entries: [InboxEntry], of department: DepartmentName, at time: Timestamp) {
            (self.department, self.time, asOfTime) = (department, time, time.description)
            // What is due first comes first, and what has no limit last.
            self.entries = entries.sorted { left, right in
                (left.end?.milliseconds ?? .max, left.since.milliseconds)
                    < (right.end?.milliseconds ?? .max, right.since.milliseconds)
            }
            handoffs = self.entries.map { entry in
                Handoff(
                    code: entry.duty.code, matter: entry.matter, step: entry.duty.step, attempt: entry.attempt,
                    duty: entry.duty.kind, status: entry.status, since: entry.since.description,
                    due: entry.end?.description, urgency: entry.urgency(at: time))
            }
        }

        func lines(in language: Language) -> [String] {
            let asOf = Phrase("as of \(time.beijingText), ledger time", "截至账本时间 \(time.beijingText)")
            guard !entries.isEmpty else {
                return [
                    Phrase("nothing waits for \(department)", "\(department) 无待办").text(in: language),
                    asOf.text(in: language),
                ]
            }
            return entries.map { entry in
                let due = entry.end.map { Phrase(", due \($0.beijingText)", "，期限 \($0.beijingText)") } ?? Phrase("", "")
                let urgency = entry.urgency(at: time).phrase
                let kind = entry.duty.kind.phrase
                return Phrase(
                    "[\(urgency.english)] \(entry.duty.code) \(entry.duty.step): \(kind.english), since "
                        + "\(entry.since.beijingText)\(due.english)",
                    "【\(urgency.chinese)】\(entry.duty.code) \(entry.duty.step)：\(kind.chinese)，自 "
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
