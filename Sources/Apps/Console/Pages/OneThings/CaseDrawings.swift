import Identity
import OneThings

/// The steps of a case as a drawing: from left to right what waits for what, side by side what runs side by side.
struct StepDrawing: Sendable {
    struct Box: Sendable {
        let x: Int
        let y: Int
        /// Whole, for whoever points at it.
        let title: String
        let titleLines: [Line]
        let department: String
        let status: String
        /// `done`, `hand`, `late`, `soon`, `waits`, `out`, or `trouble`: for the style sheet, beside the words.
        let kind: String
        let textX: Int
        let departmentY: Int
        let statusY: Int
    }

    /// One line of a title.
    struct Line: Sendable {
        let text: String
        let y: Int
    }

    struct Edge: Sendable {
        let path: String
        let isDone: Bool
    }

    static let boxWidth = 196
    static let boxHeight = 92
    /// Between a box's edge and what is written in it.
    static let inset = 12
    /// The size of titles, as `.box-title` of the style sheet has it.
    static let titleSize = 14
    static let columnGap = 44
    static let rowGap = 16

    let width: Int
    let height: Int
    let boxWidth = Self.boxWidth
    let boxHeight = Self.boxHeight
    let boxes: [Box]
    let edges: [Edge]

    /// - Parameters:
    ///   - progress: of the case; steps that are left out are not drawn.
    ///   - department: what people call a department.
    init(
        _ progress: CaseProgress, definition: OneThingDefinition, language: ConsoleLanguage,
        department: (DepartmentName) -> String
    ) {
        let steps = progress.steps
        let columns = Self.columns(of: steps.map(\.name), in: definition)
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
                x: x, y: y, title: step.title.text(in: language),
                titleLines: Self.title(step.title.text(in: language), top: y),
                department: department(step.department), status: Self.status(step, language), kind: Self.kind(step),
                textX: x + Self.inset, departmentY: y + 61, statusY: y + 79)
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

    /// In which column each step stands: columns of which no step is drawn are left out.
    private static func columns(of steps: [Label], in definition: OneThingDefinition) -> [Label: Int] {
        let all = columns(definition)
        let used = Set(steps.compactMap { all[$0] }).sorted()
        return all.compactMapValues { used.firstIndex(of: $0) }
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

    /// In a box there is room for two lines; the whole title stands beside the drawing and in the table below.
    private static func title(_ text: String, top: Int) -> [Line] {
        let width = (boxWidth - 2 * inset) * 1_000 / titleSize
        return Lettering.lines(text, width: width, count: 2).enumerated().map { index, line in
            Line(text: line, y: top + 22 + index * 18)
        }
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
        /// As much of it as there is room for.
        let title: String
        /// Whole, for whoever points at it.
        let wholeTitle: String
        let titleY: Int
        let department: String
        let departmentY: Int
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
    static let rowHeight = 44
    /// The size of titles, as `.line-title` of the style sheet has it.
    static let titleSize = 13.5
    static let top = 30

    let width = Self.right
    let height: Int
    let lines: [Line]
    let ticks: [Tick]

    /// - Parameters:
    ///   - timeline: of the case.
    ///   - start: when it was opened.
    ///   - end: when it was over, or ledger time.
    ///   - department: what people call a department.
    init(
        _ timeline: CaseTimeline, from start: Timestamp, to end: Timestamp, language: ConsoleLanguage,
        department: (DepartmentName) -> String
    ) {
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
            let attempt = handoff.attempt > 1 ? " ×\(handoff.attempt)" : ""
            let title = handoff.title.text(in: language)
            let room = Int(Double(Self.left - 14) * 1_000 / Self.titleSize) - Lettering.width(of: attempt)
            return Line(
                y: y, textY: y + 23, barY: y + 10, promiseY: y + 28,
                title: Lettering.lines(title, width: room, count: 1)[0] + attempt, wholeTitle: title + attempt,
                titleY: y + 15, department: department(handoff.department), departmentY: y + 32, x: x,
                width: max(2, until - x),
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
