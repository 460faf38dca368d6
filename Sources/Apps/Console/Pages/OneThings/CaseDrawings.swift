import Identity
import OneThings

/// The steps of a case as a drawing: from left to right what waits for what, side by side what runs side by side.
struct StepDrawing: Sendable {
    struct Box: Sendable {
        let x: Int
        let y: Int
        let title: String
        let department: String
        let status: String
        /// `done`, `hand`, `late`, `soon`, `waits`, `out`, or `trouble`: for the style sheet, beside the words.
        let kind: String
        let textX: Int
        let titleY: Int
        let departmentY: Int
        let statusY: Int
    }

    struct Edge: Sendable {
        let path: String
        let isDone: Bool
    }

    static let boxWidth = 196
    static let boxHeight = 74
    static let columnGap = 44
    static let rowGap = 16

    let width: Int
    let height: Int
    let boxWidth = Self.boxWidth
    let boxHeight = Self.boxHeight
    let boxes: [Box]
    let edges: [Edge]

    /// - Parameter progress: of the case; steps that are left out are not drawn.
    init(_ progress: CaseProgress, definition: OneThingDefinition, language: ConsoleLanguage) {
        let steps = progress.steps
        let columns = Self.columns(definition)
        var counts: [Int: Int] = [:]
        var places: [Label: (x: Int, y: Int)] = [:]
        for step in steps {
            let column = columns[step.name] ?? 0
            let row = counts[column, default: 0]
            counts[column] = row + 1
            places[step.name] = (
                column * (Self.boxWidth + Self.columnGap) + 1, row * (Self.boxHeight + Self.rowGap) + 1
            )
        }
        boxes = steps.map { step in
            let (x, y) = places[step.name] ?? (0, 0)
            return Box(
                x: x, y: y, title: Self.cut(step.title.text(in: language)), department: step.department.rawValue,
                status: Self.status(step, language), kind: Self.kind(step), textX: x + 12, titleY: y + 23,
                departmentY: y + 42, statusY: y + 61)
        }
        let done = Dictionary(steps.map { ($0.name, $0.state.status.isDone) }, uniquingKeysWith: { $1 })
        edges = steps.flatMap { step -> [Edge] in
            guard let to = places[step.name], let defined = definition.step(step.name) else { return [] }
            return defined.after.compactMap { name in
                places[name].map { Edge(path: Self.path(from: $0, to: to), isDone: done[name] ?? false) }
            }
        }
        width = max(1, (counts.keys.max() ?? 0) + 1) * (Self.boxWidth + Self.columnGap) - Self.columnGap + 2
        height = max(1, counts.values.max() ?? 1) * (Self.boxHeight + Self.rowGap) - Self.rowGap + 2
    }

    /// How many steps lead to each one, at most. Definitions have no loops; the count of steps bounds it all the same.
    private static func columns(_ definition: OneThingDefinition) -> [Label: Int] {
        var columns: [Label: Int] = [:]
        for _ in definition.steps {
            for step in definition.steps {
                let column = step.after.compactMap { columns[$0] }.max().map { $0 + 1 } ?? 0
                columns[step.name] = max(columns[step.name] ?? 0, min(column, definition.steps.count))
            }
        }
        return columns
    }

    /// Out to the right, up or down in the gap, and in from the left.
    private static func path(from: (x: Int, y: Int), to: (x: Int, y: Int)) -> String {
        let middle = boxHeight / 2
        let turn = to.x - columnGap / 2
        return "M\(from.x + boxWidth) \(from.y + middle)H\(turn)V\(to.y + middle)H\(to.x)"
    }

    /// Titles are told whole in the table below; in a box there is room for so many letters.
    private static func cut(_ text: String) -> String {
        var width = 0
        var result = ""
        for character in text {
            width += character.utf8.count > 2 ? 2 : 1
            guard width <= 25 else { return result + "…" }
            result.append(character)
        }
        return result
    }

    private static func status(_ step: CaseProgress.Step, _ language: ConsoleLanguage) -> String {
        let status = Vocabulary.status(step.state.status).text(in: language)
        guard let urgency = step.urgency, urgency != .green else { return status }
        return "\(status) · \(Vocabulary.urgency(urgency).text(in: language))"
    }

    static func kind(_ step: CaseProgress.Step) -> String {
        switch step.state.status {
        case .settled, .waived, .compensated: "done"
        case .leftOut, .closed: "out"
        case .waiting: "waits"
        case .objected, .returned, .compensating: "trouble"
        case .pushed, .acknowledged, .asking, .suspended:
            switch step.urgency {
            case .red: "late"
            case .amber: "soon"
            default: "hand"
            }
        }
    }
}

/// Who had a case when, as a drawing: one line for each handoff, with the promise behind it.
struct TimelineDrawing: Sendable {
    struct Line: Sendable {
        let y: Int
        let textY: Int
        let barY: Int
        let promiseY: Int
        let title: String
        let department: String
        let x: Int
        let width: Int
        let promiseWidth: Int?
        let took: String
        let tookX: Int
        let tookAnchor: String
        let kind: String
    }

    struct Tick: Sendable {
        let x: Int
        let label: String
        let anchor: String
    }

    static let left = 250
    static let right = 1_000
    static let rowHeight = 34
    static let top = 30

    let width = Self.right
    let height: Int
    let lines: [Line]
    let ticks: [Tick]

    /// - Parameters:
    ///   - timeline: of the case.
    ///   - start: when it was opened.
    ///   - end: when it was over, or ledger time.
    init(_ timeline: CaseTimeline, from start: Timestamp, to end: Timestamp, language: ConsoleLanguage) {
        let first = start.milliseconds
        let dues = timeline.handoffs.compactMap { $0.due?.milliseconds }
        // A promise far ahead would press everything else together: it is drawn to twice the case's own time.
        let own = max(end.milliseconds - first, 1_000)
        let last = min(max(end.milliseconds, dues.max() ?? 0), first + own * 2)
        let span = Double(max(last - first, 1))
        func place(_ time: Int64) -> Int {
            Self.left + Int(Double(Self.right - Self.left) * Double(min(max(time, first), last) - first) / span)
        }
        lines = timeline.handoffs.enumerated().map { row, handoff in
            let y = Self.top + row * Self.rowHeight
            let x = place(handoff.begunAt.milliseconds)
            let until = place((handoff.endedAt ?? end).milliseconds)
            let isWide = until + 170 < Self.right
            return Line(
                y: y, textY: y + 21, barY: y + 8, promiseY: y + 26,
                title: handoff.title.text(in: language) + (handoff.attempt > 1 ? " ×\(handoff.attempt)" : ""),
                department: handoff.department.rawValue, x: x, width: max(2, until - x),
                promiseWidth: handoff.due.map { max(2, place($0.milliseconds) - x) },
                took: Told.duration(handoff.took).text(in: language), tookX: isWide ? until + 6 : x - 6,
                tookAnchor: isWide ? "start" : "end",
                kind: handoff.isLate ? "late" : handoff.endedAt == nil ? "hand" : "done")
        }
        height = Self.top + max(1, timeline.handoffs.count) * Self.rowHeight + 6
        ticks = (0...4).map { index in
            let time = Timestamp(milliseconds: first + (last - first) * Int64(index) / 4)
            let x = Self.left + (Self.right - Self.left) * index / 4
            let label = last - first > 2 * 86_400_000 ? Told.day(time) : Told.clock(time)
            return Tick(x: x, label: label, anchor: index == 4 ? "end" : index == 0 ? "start" : "middle")
        }
    }
}
