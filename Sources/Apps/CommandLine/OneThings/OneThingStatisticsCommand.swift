import ArgumentParser
import Formats
import Identity
import Licences
import ZhenglianClient

struct OneThingStatisticsCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "statistics",
        abstract: "What the cases of a period came to, by matter and department (统计).",
        discussion: """
            The numbers are made of what blocks have recorded, in the read model of a node: the same heights give the
            same numbers everywhere. The period is of the cases' opening, in days in China.

            Example: zhenglian onething statistics --data nodes/market/data --from 20261101 --until 20261130
            """
    )

    @Option(help: "The node's data directory, as its configuration names it.")
    var data: String

    @Option(help: "The first day of opening, yyyyMMdd.", transform: { try CalendarDate($0) })
    var from: CalendarDate?

    @Option(help: "The last day of opening, yyyyMMdd.", transform: { try CalendarDate($0) })
    var until: CalendarDate?

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        if let from, let until, until < from { throw ValidationError("--until is not before --from") }
    }

    func run(_ console: Console) async throws {
        let begin = from?.beijingBeginning ?? Timestamp(milliseconds: 0)
        let end = until?.beijingEnd ?? Timestamp(milliseconds: .max)
        try console.present(
            Report(try await OneThingStatistics(dataPath: data, openedIn: begin..<end)))
    }

    private struct Report: Presentable {
        let height: UInt64
        let time: Timestamp
        let matters: [OneThingStatistics.Matter]
        let steps: [OneThingStatistics.Step]

        init(_ statistics: OneThingStatistics) {
            height = statistics.height.rawValue
            time = statistics.time
            matters = statistics.matters
            steps = statistics.steps
        }

        func lines(in language: Language) -> [String] {
            var lines = [
                Phrase("as of height \(height), \(time.beijingText)", "截至高度 \(height)，\(time.beijingText)").text(
                    in: language)
            ]
            if matters.isEmpty { lines.append(Phrase("no case", "没有办件").text(in: language)) }
            for matter in matters {
                lines.append(line(matter).text(in: language))
                for step in steps where step.matter == matter.matter {
                    lines.append("  " + line(step).text(in: language))
                }
            }
            return lines
        }

        private func line(_ matter: OneThingStatistics.Matter) -> Phrase {
            let median = matter.medianMilliseconds.map(DurationText.of) ?? "–"
            let longest = matter.longestMilliseconds.map(DurationText.of) ?? "–"
            return Phrase(
                "\(matter.matter): \(matter.opened) opened, \(matter.completed) completed (median \(median), longest "
                    + "\(longest)), \(matter.endedOtherwise) ended otherwise, \(matter.running) running",
                "\(matter.matter)：受理 \(matter.opened)，办结 \(matter.completed)（中位 \(median)，最长 \(longest)），"
                    + "其他终结 \(matter.endedOtherwise)，在办 \(matter.running)")
        }

        private func line(_ step: OneThingStatistics.Step) -> Phrase {
            let median = step.medianMilliseconds.map(DurationText.of) ?? "–"
            return Phrase(
                "\(step.step) (\(step.department)): \(step.begun) handed over, \(step.settled) done, median \(median), "
                    + "\(step.returned) returned, \(step.overdue) overdue, \(step.unacknowledged) alarms",
                "\(step.step)（\(step.department)）：推送 \(step.begun)，办结 \(step.settled)，中位 \(median)，"
                    + "退回 \(step.returned)，超期 \(step.overdue)，未签收告警 \(step.unacknowledged)")
        }
    }
}

/// How long something took, in the largest units that say it: `3d 04:05`, `12:03:07`, `1.250s`.
enum DurationText {
    static func of(_ milliseconds: Int64) -> String {
        let seconds = milliseconds / 1_000
        func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds >= 86_400 {
            return "\(seconds / 86_400)d \(padded(seconds % 86_400 / 3_600)):\(padded(seconds % 3_600 / 60))"
        }
        if seconds >= 60 {
            return "\(padded(seconds / 3_600)):\(padded(seconds % 3_600 / 60)):\(padded(seconds % 60))"
        }
        let thousandths = String(milliseconds % 1_000 + 1_000).dropFirst()
        return "\(seconds).\(thousandths)s"
    }
}
