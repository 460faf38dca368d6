import Formats
import Identity
import Ledger
import Licences
import Nodes
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
    /// Lines of a panel: what is readable from three metres.
    static let lineCount = 8
    /// Regions: a province's prefectures.
    static let regionCount = 15
    /// Cases in their time for objections that are looked at one by one.
    static let windowCount = 24

    let services: ConsoleServices
    let limits: ConsoleLimits

    func data() async throws -> DashboardData {
        let status = try await services.ledger.status()
        let time = status.headTime
        let titles = try await MatterTitles(services)
        let (current, _, _) = try await EpochMembersReader(services).now()
        let blocks = try await ask(.blocks, at: time, 12)
        let health = try? await services.inspection.health()
        let gateway = await services.inspection.gateway()
        let windows = try await windows(at: time, titles)
        return DashboardData(
            height: blocks.asOf.height.rawValue, time: blocks.asOf.time.milliseconds,
            periodDays: DashboardQuestion.periodDays,
            standing: (health.map { Standing($0) } ?? .unknown).word, cases: try await cases(at: time),
            durations: try await durations(at: time, titles), funnels: try await funnels(at: time, titles),
            windows: Array(windows.all.prefix(Self.lineCount)), windowTotals: windows.totals,
            service: try await service(at: time), grants: try await grants(at: time),
            licences: try await licences(at: time),
            storage: DashboardData.Storage(
                freeBytes: health?.storage.freeBytes, dailyGrowthBytes: gateway.dailyGrowthBytes),
            licencesByType: try await licencesByType(at: time), licencesByRegion: try await licencesByRegion(at: time),
            uses: try await uses(at: time),
            blocks: blocks.rows.map { row in
                DashboardData.Block(
                    height: UInt64(max(0, row.integer(0) ?? 0)), time: row.integer(1) ?? 0,
                    proposer: row.text(2) ?? "", transactions: row.count(3), rejected: row.count(4))
            },
            pace: try await pace(at: time, gateway), nodes: await nodes(current, status, health),
            quorum: current.quorum, validatorCount: current.validators.count)
    }

    /// Asks the read model one of the dashboard's questions.
    func ask(_ question: DashboardQuestion, at time: Timestamp, _ count: Int) async throws -> Answer {
        let values = question.beginning(at: time).map { [SQLValue.integer($0)] } ?? []
        return try await services.ask(question.sql, values, count: count, limits: limits)
    }

    /// The one row of an answer; `nil` where the read model has not come to it in time. The others stand without it,
    /// and the page says that this one is missing.
    func row(_ question: DashboardQuestion, at time: Timestamp) async throws -> Answer.Row? {
        do {
            return try await ask(question, at: time, 1).rows.first
        } catch let error as LedgerError where error.code == .timeLimitExceeded {
            return nil
        }
    }

    /// What people call a department: its title, which the genesis file has in Chinese, or its name.
    func title(ofDepartment name: String) -> DashboardData.Title {
        let title = services.genesis.document.departments.first { $0.name.rawValue == name }?.title
        return DashboardData.Title(Phrase(name, title ?? name))
    }

    // MARK: Chain

    private func pace(at time: Timestamp, _ gateway: GatewayStanding) async throws -> DashboardData.Pace {
        let row = try await ask(.pace, at: time, 1).rows.first
        let commit = gateway.commitMilliseconds
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
        return (members.validators + members.observers).map { node in
            let isOwn = node.member == own.member
            let status = isOwn ? own : statuses[node.member] ?? nil
            let height = status?.height.rawValue
            return DashboardData.Node(
                member: node.member.description, department: node.member.department.rawValue,
                title: title(ofDepartment: node.member.department.rawValue),
                isReachable: isOwn || reachable[node.member] ?? (status != nil), isOwn: isOwn, height: height,
                lag: height.map { own.height.rawValue > $0 ? own.height.rawValue - $0 : 0 })
        }
    }
}
