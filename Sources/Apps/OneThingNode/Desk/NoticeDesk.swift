import Formats
import Identity
import Nodes
import OneThings
import ZhenglianClient

/// Tells departments what concerns them, from any place of their stream on (事件流推送).
///
/// Whoever waits is woken by the block that brings something; between blocks nothing is asked.
actor NoticeDesk {
    private let cases: CasesClient
    private let heights: ExecutedHeights
    private let clock: any Clock<Duration>
    private let limits: OneThingNodeLimits
    private var waiting: [DepartmentName: Int] = [:]

    init(cases: CasesClient, heights: ExecutedHeights, clock: any Clock<Duration>, limits: OneThingNodeLimits) {
        (self.cases, self.heights, self.clock, self.limits) = (cases, heights, clock, limits)
    }

    /// - Throws: `OneThingServiceError`.
    func notices(
        _ question: NoticesQuestion, of department: DepartmentName
    ) async throws(OneThingServiceError) -> NoticesReply {
        do {
            return try await answer(question, of: department)
        } catch let error as OneThingServiceError {
            throw error
        } catch let error as NodeError where error.code == .overloaded {
            throw OneThingServiceError(.overloaded, error.message)
        } catch {
            throw OneThingServiceError(.unavailable, "the node's ledger does not answer: \(error)")
        }
    }

    private func answer(_ question: NoticesQuestion, of department: DepartmentName) async throws -> NoticesReply {
        guard question.cursor <= UInt64(Int64.max), question.limit > 0, question.wait >= 0 else {
            throw OneThingServiceError(.malformed, "a question has a cursor, a limit above 0, and a wait of 0 or more")
        }
        // The height first: what comes after it, the wait does not miss.
        var height = heights.current
        if let reply = try await page(question, of: department) { return reply }
        let wait = min(.milliseconds(min(question.wait, 1 << 32)), limits.longestWait)
        guard wait > .zero else { return nothing(question) }
        guard waiting[department, default: 0] < limits.waitersPerDepartment else {
            throw OneThingServiceError(
                .overloaded, "\(limits.waitersPerDepartment) callers of \(department) wait here already")
        }
        waiting[department, default: 0] += 1
        defer { waiting[department] = (waiting[department] ?? 1) == 1 ? nil : (waiting[department] ?? 1) - 1 }
        let rest = Stopwatch(clock, for: wait)
        while let remaining = rest.remaining {
            guard let next = try await heights.next(above: height, within: remaining, on: clock) else { break }
            height = next
            if let reply = try await page(question, of: department) { return reply }
        }
        return nothing(question)
    }

    private func nothing(_ question: NoticesQuestion) -> NoticesReply {
        NoticesReply(cursor: question.cursor, notices: [], height: heights.current.rawValue)
    }

    /// What there is; `nil` where there is nothing yet.
    private func page(_ question: NoticesQuestion, of department: DepartmentName) async throws -> NoticesReply? {
        let height = heights.current
        let limit = Int(min(question.limit, Int64(limits.noticesPerAnswer)))
        let page = try await cases.stream(of: department, from: question.cursor, limit: limit)
        guard !page.elements.isEmpty else { return nil }
        return NoticesReply(
            cursor: question.cursor + UInt64(page.elements.count), notices: page.elements.map(\.derBytes),
            height: height.rawValue)
    }
}

/// What is left of a time, by a clock that is handed in.
struct Stopwatch {
    private let left: () -> Duration?

    init(_ clock: any Clock<Duration>, for duration: Duration) {
        func from<C: Clock>(_ clock: C) -> () -> Duration? where C.Duration == Duration {
            let end = clock.now.advanced(by: duration)
            return {
                let left = clock.now.duration(to: end)
                return left > .zero ? left : nil
            }
        }
        left = from(clock)
    }

    /// `nil` once the time is over.
    var remaining: Duration? { left() }
}
