import Formats
import Identity
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// The bounds of a simulated department, in one place, each with its reason.
public struct DepartmentDeskLimits: Sendable {
    /// Looks and acts under way at once: each waits for a block.
    public var concurrency = 64
    /// Between two looks at what is due: below what a block takes.
    public var pulse: Duration = .milliseconds(10)
    /// Between two readings of the whole inbox: what a notice has not told is found so.
    public var sweep: Duration = .seconds(20)
    /// How long a question for notices waits at the node, in milliseconds.
    public var wait: Int64 = 5_000
    /// Notices in one answer.
    public var page: Int64 = 500
    /// After something has failed; each pause after it is longer, up to ``longestPause``.
    public var pause: Duration = .milliseconds(500)
    public var longestPause: Duration = .seconds(10)
    /// Attempts at a task before the next reading of the inbox takes it up anew.
    public var tries = 100

    public init() {}
}

/// A department's business system, simulated: it follows what concerns its department, and does what
/// ``DepartmentDecisions`` says.
///
/// What it keeps is how far it has read, and that only spares it reading from the beginning: the inbox says what is to
/// be done, and the key of an act that it takes effect once. So it can be killed at any time.
public actor DepartmentDesk {
    let connection: DepartmentConnection
    let decisions: DepartmentDecisions
    let results: StepResults
    let seed: SimulationSeed
    let log: SimulationLog
    let limits: DepartmentDeskLimits
    let clock = ContinuousClock()
    private let cursor: NoticeCursor
    /// From when to when, counted from the start, it does nothing at all.
    private let outage: Range<Duration>?
    private let startedAt: ContinuousClock.Instant
    var queue = WorkQueue()
    private var definitions: [DefinitionName: OneThingDefinition] = [:]

    private struct DefinitionName: Hashable {
        let matter: Label
        let version: UInt64
    }

    /// - Parameters:
    ///   - connection: the department's.
    ///   - decisions: what it does.
    ///   - seed: the one of the decisions.
    ///   - directory: where it keeps how far it has read.
    ///   - outage: when it does nothing, counted from its start.
    ///   - log: told what it does.
    ///   - limits: how much at once.
    public init(
        _ connection: DepartmentConnection, _ decisions: DepartmentDecisions, seed: SimulationSeed, directory: String,
        outage: Range<Duration>? = nil, log: SimulationLog, limits: DepartmentDeskLimits = DepartmentDeskLimits()
    ) {
        (self.connection, self.decisions, self.seed) = (connection, decisions, seed)
        (self.log, self.limits, self.outage) = (log, limits, outage)
        results = StepResults(seed: seed, suite: connection.client.genesis.suite)
        cursor = NoticeCursor(directory: directory, department: connection.department)
        startedAt = clock.now
    }

    var department: DepartmentName { connection.department }
    var cases: CasesClient { connection.client.oneThings.cases }

    /// Works until the task is cancelled.
    /// - Throws: what makes it useless to go on: the log or the cursor's file cannot be written, the node does not let
    ///   the department in.
    public func run() async throws {
        try log.write(.init(.began, department))
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.follow() }
                group.addTask { try await self.sweep() }
                group.addTask { try await self.work() }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch is CancellationError {
            // Being stopped is how it ends.
        }
        try log.write(.init(.ended, department))
    }

    // MARK: What concerns the department

    private func follow() async throws {
        var place = try cursor.read()
        var failures = 0
        while true {
            try await waitForOutage()
            do {
                let question = NoticesQuestion(cursor: place, limit: limits.page, wait: limits.wait)
                let reply = try await connection.service.notices(question)
                for bytes in reply.notices { try take(CaseNotice(derBytes: bytes, limit: 1 << 16), reply) }
                guard reply.cursor != place else { continue }
                place = reply.cursor
                try cursor.write(place)
                failures = 0
            } catch let error as OneThingServiceError where [.unavailable, .overloaded].contains(error.code) {
                failures += 1
                try note(error)
                try await pause(failures)
            }
        }
    }

    private func take(_ notice: CaseNotice, _ reply: NoticesReply) throws {
        var entry = SimulationLog.Entry(.notice, department)
        (entry.code, entry.step, entry.attempt) = (notice.code.text, notice.step?.rawValue, notice.attempt)
        (entry.kind, entry.number, entry.height) = ("\(notice.kind)", notice.number, reply.height)
        try log.write(entry)
        switch notice.kind {
        case .pushed, .acknowledged, .returned, .asked, .supplied, .suspended, .resumed, .objected, .objectionLifted,
            .compensationPushed:
            queue.look(at: notice.code, due: clock.now)
        case .completed, .ended, .withdrawn: queue.forget(notice.code)
        // All else makes no duty, or is followed by what does.
        default: break
        }
    }

    /// Reads the whole inbox, at the start and now and then.
    private func sweep() async throws {
        var failures = 0
        while true {
            try await waitForOutage()
            do {
                for entry in try await cases.inbox() { queue.look(at: entry.duty.code, due: clock.now) }
                failures = 0
                try await clock.sleep(for: limits.sweep)
            } catch  where Self.isPassing(error) {
                failures += 1
                try note(error)
                try await pause(failures)
            }
        }
    }

    // MARK: Work

    private func work() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                try await waitForOutage()
                while running < limits.concurrency, let job = queue.next(clock.now) {
                    running += 1
                    group.addTask { try await self.perform(job) }
                }
                try await clock.sleep(for: limits.pulse)
            }
        }
    }

    /// Jobs under way.
    private var running = 0

    private func perform(_ job: WorkQueue.Job) async throws {
        defer { running -= 1 }
        switch job {
        case .look(let code): try await look(at: code)
        case .act(let task, let tries, let hasContent): try await act(task, tries: tries, hasContent: hasContent)
        }
    }

    private func look(at code: OneThingCode) async throws {
        do {
            let known = try await cases.standing(of: code).known
            let definition = try await definition(of: known)
            guard known.status.isOpen else { return queue.forget(code) }
            for task in decisions.tasks(in: known, definition: definition) { queue.take(task, now: clock.now) }
        } catch  where Self.isPassing(error) {
            try note(error, code: code)
            queue.look(at: code, due: clock.now.advanced(by: limits.pause))
        }
    }

    func definition(of known: OneThingCase) async throws -> OneThingDefinition {
        let name = DefinitionName(matter: known.matter, version: known.definition)
        if let definition = definitions[name] { return definition }
        let definition = try await cases.definition(of: known)
        // A consortium has some dozens; whatever else comes is asked for again.
        if definitions.count < OneThingLimits.matterCount { definitions[name] = definition }
        return definition
    }

    // MARK: Failures

    /// Whether trying again may help: a node that restarts, or is busy.
    static func isPassing(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError, is SimulationError, is OneThingError, is LicenceError, is FileError: false
        case let error as OneThingServiceError: [.unavailable, .overloaded].contains(error.code)
        case is TransactionRejected: false
        case is TransactionUndecided: true
        // A node that lags behind does not have the case yet.
        case let error as NodeError: error.code == .notFound || Retry.isPassing(error)
        default: Retry.isPassing(error)
        }
    }

    func note(_ error: any Error, code: OneThingCode? = nil) throws {
        var entry = SimulationLog.Entry(.failed, department)
        (entry.code, entry.reason) = (code?.text, "\(error)")
        try log.write(entry)
    }

    func pauseLength(_ failures: Int) -> Duration { min(limits.pause * min(failures, 100), limits.longestPause) }

    private func pause(_ failures: Int) async throws { try await clock.sleep(for: pauseLength(failures)) }

    private func waitForOutage() async throws {
        try Task.checkCancellation()
        guard let outage else { return }
        let since = clock.now - startedAt
        guard outage.contains(since) else { return }
        try await clock.sleep(for: outage.upperBound - since)
    }
}
