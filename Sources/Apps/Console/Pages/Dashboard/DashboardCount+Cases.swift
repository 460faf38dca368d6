import Formats
import Identity
import Ledger
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// What the dashboard counts of one-things.
extension DashboardCount {
    private static func title(_ text: BilingualTitle) -> DashboardData.Title {
        DashboardData.Title(Phrase(text.english, text.chinese))
    }

    func cases(at time: Timestamp) async throws -> DashboardData.Cases {
        let row = try await ask(.cases, at: time, 1).rows.first
        let overdue = try await ask(.overdueSteps, at: time, 1).rows.first
        let ever = try await ask(.casesEver, at: time, 1).rows.first
        let days = try await ask(.openedByDay, at: time, DashboardQuestion.dayCount).rows
        var counts = [Int](repeating: 0, count: DashboardQuestion.dayCount)
        for day in days where counts.indices.contains(day.count(0)) { counts[day.count(0)] = day.count(1) }
        return DashboardData.Cases(
            opened: row?.count(0) ?? 0, today: counts.last ?? 0, ever: ever?.count(0) ?? 0,
            running: row?.count(1) ?? 0, completed: row?.count(2) ?? 0, endedOtherwise: row?.count(3) ?? 0,
            overdueSteps: overdue?.count(0) ?? 0, openedByDay: counts)
    }

    func durations(at time: Timestamp, _ titles: MatterTitles) async throws -> [DashboardData.Duration] {
        try await ask(.durations, at: time, Self.lineCount).rows.map { row in
            let (matter, step) = (row.text(0) ?? "", row.text(1) ?? "")
            let definition = titles.definitions[matter]
            let defined = Label(step).flatMap { definition?.step($0) }
            return DashboardData.Duration(
                matter: matter, matterTitle: definition.map { Self.title($0.title) } ?? DashboardData.Title(matter),
                step: step, stepTitle: defined.map { Self.title($0.title) } ?? DashboardData.Title(step),
                department: title(ofDepartment: row.text(2) ?? ""), settled: row.count(3), inTime: row.count(4),
                medianMilliseconds: row.integer(5),
                promise: defined?.limits.answer.map { DashboardData.Title(Told.limit($0)) })
        }
    }

    func funnels(at time: Timestamp, _ titles: MatterTitles) async throws -> [DashboardData.Funnel] {
        let opened = try await ask(.openedByMatter, at: time, 4).rows
        let steps = try await ask(.funnels, at: time, 256).rows
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

    /// Cases in their time for objections, the oldest first, and what they come to.
    func windows(
        at time: Timestamp, _ titles: MatterTitles
    ) async throws -> (all: [DashboardData.Window], totals: DashboardData.WindowTotals) {
        var windows: [DashboardData.Window] = []
        for row in try await ask(.windows, at: time, Self.windowCount).rows {
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
        let totals = try await ask(.windowTotals, at: time, 1).rows.first
        let soon = time.advanced(by: .seconds(3 * 86_400)).milliseconds
        return (
            windows,
            DashboardData.WindowTotals(
                running: totals?.count(0) ?? 0, endingSoon: windows.count { ($0.endsAt ?? .max) <= soon },
                objections: totals?.count(1) ?? 0)
        )
    }

    func service(at time: Timestamp) async throws -> DashboardData.Service {
        let promises = try await row(.promises, at: time)
        let reuse = try await row(.reuse, at: time)
        var ratings: [Int]? = [Int](repeating: 0, count: 5)
        do {
            for row in try await ask(.ratings, at: time, 5).rows where (1...5).contains(row.count(0)) {
                ratings?[row.count(0) - 1] = row.count(1)
            }
        } catch let error as LedgerError where error.code == .timeLimitExceeded {
            ratings = nil
        }
        return DashboardData.Service(
            settled: promises?.count(0), inTime: promises?.count(1), given: reuse?.count(0),
            begunSteps: reuse?.count(1), suppliedSteps: reuse?.count(2), ratings: ratings)
    }
}
