import Formats
import Identity
import Ledger
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// Counts what the dashboard shows, at most once in a while however many look.
actor DashboardSource {
    private let services: ConsoleServices
    private let limits: ConsoleLimits
    private var last: (data: DashboardData, at: Timestamp)?
    /// The count that is on its way, which whoever comes meanwhile waits for.
    private var pending: Task<DashboardData, any Error>?

    init(services: ConsoleServices, limits: ConsoleLimits) { (self.services, self.limits) = (services, limits) }

    /// - Throws: `LedgerError` or `NodeError`.
    func data() async throws -> DashboardData {
        let now = services.clock.now
        if let last, now >= last.at, now.since(last.at) < limits.freshness { return last.data }
        if let pending { return try await pending.value }
        let count = DashboardCount(services: services, limits: limits)
        let task = Task { try await count.data() }
        pending = task
        defer { pending = nil }
        let data = try await task.value
        last = (data, now)
        return data
    }
}

/// One count of everything.
struct DashboardCount: Sendable {
    /// Days over which cases are counted.
    static let periodDays = 30
    /// Lines of a panel: what is readable from three metres.
    static let lineCount = 8

    let services: ConsoleServices
    let limits: ConsoleLimits

    func data() async throws -> DashboardData {
        let status = try await services.ledger.status()
        let time = status.headTime
        let titles = try await MatterTitles(services)
        let (current, _, _) = try await EpochMembersReader(services).now()
        let blocks = try await ask(DashboardQuestion.blocks.sql, [], 12)
        let health = try? await services.inspection.health()
        return DashboardData(
            height: blocks.asOf.height.rawValue, time: blocks.asOf.time.milliseconds, periodDays: Self.periodDays,
            standing: (health.map { Standing($0) } ?? .unknown).word, cases: try await cases(at: time),
            durations: try await durations(at: time, titles), funnels: try await funnels(at: time, titles),
            windows: try await windows(titles), licencesByType: try await licencesByType(),
            licencesByRegion: try await licencesByRegion(), uses: try await uses(at: time),
            blocks: blocks.rows.map { row in
                DashboardData.Block(
                    height: UInt64(max(0, row.integer(0) ?? 0)), time: row.integer(1) ?? 0,
                    proposer: row.text(2) ?? "", transactions: row.count(3), rejected: row.count(4))
            },
            pace: try await pace(), nodes: await nodes(current, status, health), quorum: current.quorum,
            validatorCount: current.validators.count)
    }

    private func ask(
        _ sql: String, _ arguments: [Int64], _ count: Int
    ) async throws -> Answer {
        try await services.ask(sql, arguments.map { .integer($0) }, count: count, limits: limits)
    }

    private static func title(_ text: BilingualTitle) -> DashboardData.Title {
        DashboardData.Title(Phrase(text.english, text.chinese))
    }

    // MARK: Cases

    private static func beginning(of time: Timestamp, days: Int) -> Int64 {
        let day = CalendarDate(beijing: time).dayNumber - days + 1
        return CalendarDate(dayNumber: day)?.beijingBeginning.milliseconds ?? 0
    }

    private func cases(at time: Timestamp) async throws -> DashboardData.Cases {
        let from = Self.beginning(of: time, days: Self.periodDays)
        let row = try await ask(DashboardQuestion.cases.sql, [from], 1).rows.first
        let overdue = try await ask(DashboardQuestion.overdueSteps.sql, [], 1).rows.first
        let first = Self.beginning(of: time, days: 14)
        let days = try await ask(DashboardQuestion.openedByDay.sql, [first], 14).rows
        var counts = [Int](repeating: 0, count: 14)
        for day in days where counts.indices.contains(day.count(0)) { counts[day.count(0)] = day.count(1) }
        return DashboardData.Cases(
            opened: row?.count(0) ?? 0, running: row?.count(1) ?? 0, completed: row?.count(2) ?? 0,
            endedOtherwise: row?.count(3) ?? 0, overdueSteps: overdue?.count(0) ?? 0, openedByDay: counts)
    }

    private func durations(at time: Timestamp, _ titles: MatterTitles) async throws -> [DashboardData.Duration] {
        let from = Self.beginning(of: time, days: Self.periodDays)
        return try await ask(DashboardQuestion.durations.sql, [from], Self.lineCount).rows.map { row in
            let (matter, step) = (row.text(0) ?? "", row.text(1) ?? "")
            let definition = titles.definitions[matter]
            let defined = Label(step).flatMap { definition?.step($0) }
            return DashboardData.Duration(
                matter: matter, matterTitle: definition.map { Self.title($0.title) } ?? DashboardData.Title(matter),
                step: step, stepTitle: defined.map { Self.title($0.title) } ?? DashboardData.Title(step),
                department: row.text(2) ?? "", settled: row.count(3), inTime: row.count(4),
                medianMilliseconds: row.integer(5),
                promise: defined?.limits.answer.map { DashboardData.Title(Told.limit($0)) })
        }
    }

    private func funnels(at time: Timestamp, _ titles: MatterTitles) async throws -> [DashboardData.Funnel] {
        let from = Self.beginning(of: time, days: Self.periodDays)
        let opened = try await ask(DashboardQuestion.openedByMatter.sql, [from], 4).rows
        let steps = try await ask(DashboardQuestion.funnels.sql, [from], 256).rows
        return opened.map { row in
            let matter = row.text(0) ?? ""
            let definition = titles.definitions[matter]
            // In the definition's order; steps that it no longer has come last, by name.
            let order = definition?.steps.map(\.name.rawValue) ?? []
            let own = steps.filter { $0.text(0) == matter }.sorted { left, right in
                let (leftName, rightName) = (left.text(1) ?? "", right.text(1) ?? "")
                return (order.firstIndex(of: leftName) ?? order.count, leftName)
                    < (order.firstIndex(of: rightName) ?? order.count, rightName)
            }
            return DashboardData.Funnel(
                matter: matter, title: definition.map { Self.title($0.title) } ?? DashboardData.Title(matter),
                opened: row.count(1),
                steps: own.map { step in
                    let name = step.text(1) ?? ""
                    let defined = Label(name).flatMap { definition?.step($0) }
                    return DashboardData.Funnel.Step(
                        step: name, title: defined.map { Self.title($0.title) } ?? DashboardData.Title(name),
                        begun: step.count(2), inHand: step.count(3), settled: step.count(4))
                })
        }
    }

    private func windows(_ titles: MatterTitles) async throws -> [DashboardData.Window] {
        var windows: [DashboardData.Window] = []
        for row in try await ask(DashboardQuestion.windows.sql, [], Self.lineCount).rows {
            guard let text = row.text(0), let code = try? OneThingCode(text) else { continue }
            let progress = try await services.client.oneThings.cases.progress(of: code)
            guard let step = progress.steps.first(where: { $0.name.rawValue == row.text(1) }) else { continue }
            windows.append(
                DashboardData.Window(
                    code: text, title: Self.title(progress.title), step: Self.title(step.title),
                    begunAt: step.state.begunAt?.milliseconds ?? 0, endsAt: step.due?.milliseconds,
                    consents: step.replies.count { $0.kind == .noObjection }, asked: step.replies.count,
                    objections: step.state.standingObjections.count))
        }
        return windows
    }

    // MARK: Licences and uses

    private func licencesByType() async throws -> [DashboardData.Share] {
        let registry = LicenceTypeRegistry()
        return try await ask(DashboardQuestion.licencesByType.sql, [], Self.lineCount).rows.map { row in
            let name = row.text(0) ?? ""
            let title = (try? LicenceTypeCode(name)).map { registry.title(of: $0) } ?? name
            return DashboardData.Share(
                name: name, title: DashboardData.Title(title), count: row.count(1), inForce: row.count(2))
        }
    }

    private func licencesByRegion() async throws -> [DashboardData.Share] {
        try await ask(DashboardQuestion.licencesByRegion.sql, [], Self.lineCount).rows.map { row in
            let name = row.text(0) ?? ""
            return DashboardData.Share(
                name: name, title: DashboardData.Title(name), count: row.count(1), inForce: row.count(2))
        }
    }

    private func uses(at time: Timestamp) async throws -> DashboardData.Uses {
        let hour: Int64 = 3_600_000
        let first = (time.milliseconds / hour - 23) * hour
        let rows = try await ask(DashboardQuestion.uses.sql, [first], 24 * 3).rows
        var allowed: [Int64: Int] = [:]
        var denied: [Int64: Int] = [:]
        var released = 0
        for row in rows {
            switch row.text(1) {
            case "allowed": allowed[row.integer(0) ?? 0, default: 0] += row.count(2)
            case "denied": denied[row.integer(0) ?? 0, default: 0] += row.count(2)
            default: released += row.count(2)
            }
        }
        let reasons = try await ask(DashboardQuestion.denialReasons.sql, [first], 5).rows
        let hours = (0..<Int64(24)).map { index in
            DashboardData.Hour(
                beginsAt: first + index * hour, allowed: allowed[index] ?? 0, denied: denied[index] ?? 0)
        }
        return DashboardData.Uses(
            allowed: allowed.values.reduce(0, +), denied: denied.values.reduce(0, +), released: released, hours: hours,
            reasons: reasons.map { DashboardData.Reason(reason: $0.text(0) ?? "", count: $0.count(1)) })
    }

    // MARK: Chain

    private func pace() async throws -> DashboardData.Pace {
        let row = try await ask(DashboardQuestion.pace.sql, [], 1).rows.first
        let commit = await services.inspection.gateway().commitMilliseconds
        return DashboardData.Pace(
            blockMedian: row?.integer(0), blockNinetyFifth: row?.integer(1), commitMedian: commit?.median,
            commitNinetyFifth: commit?.ninetyFifth)
    }

    private func nodes(
        _ members: EpochMembersReader.Members, _ own: NodeStatus, _ health: NodeHealth?
    ) async -> [DashboardData.Node] {
        let answers = await services.inspection.members()
        let statuses = Dictionary(answers.map { ($0.member, $0.status) }, uniquingKeysWith: { $1 ?? $0 })
        let reachable = Dictionary(
            (health?.peers ?? []).map { ($0.member, $0.isReachable) }, uniquingKeysWith: { $0 || $1 })
        let titles = Dictionary(
            services.genesis.document.departments.map { ($0.name, $0.title) }, uniquingKeysWith: { $1 })
        return (members.validators + members.observers).map { node in
            let isOwn = node.member == own.member
            let status = isOwn ? own : statuses[node.member] ?? nil
            let height = status?.height.rawValue
            return DashboardData.Node(
                member: node.member.description, department: node.member.department.rawValue,
                title: titles[node.member.department] ?? node.member.department.rawValue,
                isReachable: isOwn || reachable[node.member] ?? (status != nil), isOwn: isOwn, height: height,
                lag: height.map { own.height.rawValue > $0 ? own.height.rawValue - $0 : 0 })
        }
    }
}
