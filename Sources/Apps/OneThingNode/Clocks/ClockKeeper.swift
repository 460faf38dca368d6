import Formats
import Identity
import Licences
package import Logging
package import Nodes
import OneThings
package import ZhenglianClient

/// Prompts the ledger to record that clocks of cases have ended (期限结算), in the name of its node.
///
/// Nothing is decided here: the contract goes by ledger time, and a prompt that comes too early changes nothing. What
/// runs out in a case that this node's department leads is prompted when the node's clock says so, and again with
/// growing pauses until the ledger's time has passed it. Cases that others lead are prompted when the lead's node has
/// not done so for a while, by one department after the other, so that a node that is down stops no clock.
package actor ClockKeeper {
    private let cases: CasesClient
    private let heights: ExecutedHeights
    private let wallClock: any WallClock
    private let clock: any Clock<Duration>
    private let limits: ClockKeeperLimits
    private let logger: Logger
    private let department: DepartmentName
    /// Whose running cases are looked through: all departments that are known to lead any.
    private var departments: [DepartmentName]
    private var due: DueCases
    /// The place in the own stream up to which everything is known; `nil` before the first turn.
    private var cursor: UInt64?
    private var leads: [DefinitionKey: DepartmentName] = [:]
    private var sweep = Sweep()
    private var nextSweep: Timestamp?

    private struct DefinitionKey: Hashable {
        let matter: Label
        let version: UInt64
    }

    /// Where looking through running cases goes on.
    private struct Sweep {
        var department = 0
        var first: UInt64 = 0
    }

    package init(
        client: ZhenglianClient, heights: ExecutedHeights, wallClock: any WallClock, clock: any Clock<Duration>,
        limits: ClockKeeperLimits, logger: Logger
    ) {
        cases = client.oneThings.cases
        (self.heights, self.wallClock, self.clock, self.limits) = (heights, wallClock, clock, limits)
        self.logger = logger
        department = client.identity.member.department
        departments = client.genesis.document.departments.map(\.name)
        if !departments.contains(department) { departments.append(department) }
        due = DueCases(limit: limits.knownCases)
    }

    /// Keeps the clocks until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                let height = heights.current
                let pause = try await turn()
                _ = try await heights.next(above: height, within: pause, on: clock)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("clocks of cases are not kept", metadata: ["error": "\(error)"])
                do {
                    try await clock.sleep(for: limits.pauseAfterFailure)
                } catch {
                    // Only cancellation ends the pause early, and with it the service.
                    return
                }
            }
        }
    }

    /// One turn: hears what has happened, looks through some running cases, and prompts the ledger where a clock has
    /// ended.
    /// - Returns: how long nothing is to be done, unless there is a new block before.
    /// - Throws: what the node's ledger throws; the next turn goes on where this one has ended.
    package func turn() async throws -> Duration {
        try await follow()
        let now = wallClock.now
        if nextSweep.map({ $0 <= now }) ?? true {
            try await look(at: now)
            nextSweep = now.advanced(by: limits.sweepPause)
        }
        try await prompt(at: now)
        let wake = [nextSweep, due.next].compactMap(\.self).min() ?? now.advanced(by: limits.sweepPause)
        return max(.milliseconds(10), wake.since(now))
    }

    // MARK: What is known

    /// Takes in what has happened in the department's cases since the last turn; at first, all that run.
    private func follow() async throws {
        guard var place = cursor else {
            // The stream's end first: what happens while the cases are read comes again.
            let end = try await cases.stream(of: department, from: 0, limit: 1).count
            try await readOwn()
            cursor = end
            return
        }
        while true {
            let page = try await cases.stream(of: department, from: place)
            for code in Set(page.elements.map(\.code)).sorted(by: { $0.text < $1.text }) {
                try await learn(code)
            }
            place += UInt64(page.elements.count)
            cursor = place
            guard !page.elements.isEmpty, place < page.count else { return }
        }
    }

    private func readOwn() async throws {
        var first: UInt64 = 0
        while true {
            let page = try await cases.running(of: department, from: first)
            for running in page.elements { due.set(running.code, due: running.nextDue) }
            first += UInt64(page.elements.count)
            guard !page.elements.isEmpty, first < page.count else { return }
        }
    }

    /// Asks how a case stands, where this department leads it.
    private func learn(_ code: OneThingCode) async throws {
        let standing = try await cases.standing(of: code)
        let lead = try await lead(of: standing.known)
        if lead == department {
            due.set(code, due: standing.nextDue)
        } else if !departments.contains(lead) {
            departments.append(lead)
        }
    }

    private func lead(of known: OneThingCase) async throws -> DepartmentName {
        let key = DefinitionKey(matter: known.matter, version: known.definition)
        if let lead = leads[key] { return lead }
        let definition = try await cases.definition(of: known)
        // A definition on the ledger has its lead among its roles; a case whose lead is not known is nobody's here.
        let lead = definition.role(definition.lead)?.department ?? definition.lead
        leads[key] = lead
        return lead
    }

    // MARK: What the stream has not told

    /// Looks at the next page of running cases: of this department, which the stream may have told of too early, and of
    /// others, whose nodes may be down.
    private func look(at now: Timestamp) async throws {
        let whose = departments[sweep.department % departments.count]
        let page = try await cases.running(of: whose, from: sweep.first, limit: limits.casesPerSweep)
        let patience = whose == department ? Duration.zero : takeover(from: whose)
        for running in page.elements {
            guard let end = running.nextDue else { continue }
            if whose == department {
                due.set(running.code, due: end)
            } else if end.advanced(by: patience) <= now {
                due.set(running.code, due: end)
            }
        }
        sweep.first += UInt64(page.elements.count)
        if page.elements.isEmpty || sweep.first >= page.count {
            sweep = Sweep(department: (sweep.department + 1) % departments.count)
        }
    }

    /// How long this node leaves the clocks of another department's cases to that department's node.
    private func takeover(from lead: DepartmentName) -> Duration {
        let ranks = departments.sorted()
        guard let own = ranks.firstIndex(of: department), let theirs = ranks.firstIndex(of: lead) else {
            return limits.takeover
        }
        let rank = (own - theirs + ranks.count) % ranks.count
        return limits.takeover + limits.stagger * max(0, rank - 1)
    }

    // MARK: Prompting

    private func prompt(at now: Timestamp) async throws {
        while true {
            let codes = due.take(limits.casesPerPrompt, at: now)
            guard !codes.isEmpty else { return }
            try await settle(codes)
            for code in codes {
                let standing = try await cases.standing(of: code)
                due.set(code, due: standing.nextDue)
            }
            logger.debug("clocks of cases were settled", metadata: ["cases": "\(codes.count)"])
        }
    }

    /// Has the ledger settle some cases; where together they are refused, each on its own.
    private func settle(_ codes: [OneThingCode]) async throws {
        do {
            try await cases.settle(codes)
        } catch let error as TransactionRejected {
            guard codes.count > 1 else {
                // Tried again after its pause; the others must not wait for it.
                logger.warning("a case is not settled", metadata: ["case": "\(codes[0])", "error": "\(error)"])
                return
            }
            for code in codes { try await settle([code]) }
        }
    }
}
