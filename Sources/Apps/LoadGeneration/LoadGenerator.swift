import Formats
package import Identity
package import Nodes

/// How much is asked of a ledger.
package struct LoadPlan: Sendable {
    package let clientCount: Int
    /// After this, nobody hands anything in any more; what is under way is waited for.
    package let duration: Duration
    /// Records in each transaction.
    package let batchCount: Int
    /// Transactions due each second, however long the ones before take; `nil` for the next as soon as the last one took
    /// effect. The clients bound how many are under way.
    package let rate: Int?
    /// How many transactions are handed in at most, within the duration; `nil` for any number.
    package let transactionCount: Int?

    package init(
        clientCount: Int, duration: Duration, batchCount: Int, rate: Int? = nil, transactionCount: Int? = nil
    ) {
        self.clientCount = clientCount
        self.duration = duration
        self.batchCount = batchCount
        self.rate = rate
        self.transactionCount = transactionCount
    }
}

/// What came of it.
package struct LoadMeasurement: Sendable {
    package let tally: LoadTally
    package let timeline: CommitTimeline
    /// From the first transaction to the last outcome.
    package let elapsed: Duration
}

/// Hands transactions in from many clients at once, each the next when it has the outcome of the one before, or when
/// the next is due at the plan's rate.
package struct LoadGenerator<LoadClock: Clock<Duration>>: Sendable {
    /// After a node said that it is busy, or was not there: long enough not to be the load that is measured.
    private static var pauseAfterFailure: Duration { .milliseconds(50) }

    private let ledgers: [any LedgerClient]
    private let identity: MemberIdentity
    private let workload: any LoadWorkload
    private let plan: LoadPlan
    private let run: UInt64
    private let clock: LoadClock

    /// - Parameters:
    ///   - ledgers: the connections, one to each node; clients take turns among them.
    ///   - identity: who signs; its certificate is registered on the ledger.
    ///   - workload: what is asked of the ledger.
    ///   - run: tells this measurement's transactions from those of others.
    /// - Throws: ``LoadError`` with code `batchTooLarge`.
    package init(
        ledgers: [any LedgerClient],
        identity: MemberIdentity,
        workload: any LoadWorkload,
        run: UInt64,
        plan: LoadPlan,
        clock: LoadClock = ContinuousClock()
    ) throws {
        precondition(!ledgers.isEmpty, "somebody has to be asked")
        self.ledgers = ledgers
        self.identity = identity
        self.workload = workload
        self.plan = plan
        self.run = run
        self.clock = clock
        let limits = ledgers[0].genesis.limits
        let sample = try transaction(client: 0, sequence: 0, head: .zero, at: ledgers[0])
        guard sample.derBytes.count <= limits.maximumTransactionBytes else {
            throw LoadError(
                .batchTooLarge,
                "a transaction of \(plan.batchCount) records has \(sample.derBytes.count) bytes, and the channel takes "
                    + "\(limits.maximumTransactionBytes): choose a smaller --batch"
            )
        }
    }

    /// Measures.
    /// - Throws: the transport's error where no node tells its height at the beginning; `CancellationError`.
    package func measure() async throws -> LoadMeasurement {
        let head = try await ledgers[0].status().height
        let start = clock.now
        let progress = LoadProgress(plan: plan)
        let tally = try await withThrowingTaskGroup(of: LoadTally.self) { group in
            for client in 0..<plan.clientCount {
                group.addTask { try await work(as: client, from: head, since: start, progress) }
            }
            return try await group.reduce(into: LoadTally()) { $0.merge($1) }
        }
        let elapsed = start.duration(to: clock.now)
        return LoadMeasurement(tally: tally, timeline: progress.timeline(until: elapsed), elapsed: elapsed)
    }

    private func work(
        as client: Int, from head: Height, since begin: LoadClock.Instant, _ progress: LoadProgress
    ) async throws -> LoadTally {
        let ledger = ledgers[client % ledgers.count]
        var head = head
        var sequence = 0
        var tally = LoadTally()
        while let due = progress.nextDue(at: begin.duration(to: clock.now)) {
            try Task.checkCancellation()
            if plan.rate != nil { try await clock.sleep(until: begin.advanced(by: due), tolerance: .zero) }
            let transaction = try transaction(client: client, sequence: sequence, head: head, at: ledger)
            sequence += plan.batchCount
            // From when it was due: a transaction that had to wait for a free client has waited for the ledger.
            let start = begin.advanced(by: due)
            do {
                let outcome = try await ledger.submit(transaction)
                head = max(head, outcome.height)
                switch outcome.status {
                case .applied(_, let values):
                    let now = clock.now
                    if let refusal = values.lazy.compactMap({ workload.refusal(in: $0) }).first {
                        tally.recordRefusal(refusal)
                    } else {
                        tally.recordCommit(of: plan.batchCount, after: start.duration(to: now))
                        progress.recordCommit(at: begin.duration(to: now))
                    }
                case .rejected(let rejection): tally.recordRejection(code: rejection.code)
                }
            } catch {
                try Task.checkCancellation()
                tally.recordFailure(error)
                try await clock.sleep(for: Self.pauseAfterFailure)
            }
        }
        return tally
    }

    private func transaction(
        client: Int, sequence: Int, head: Height, at ledger: any LedgerClient
    ) throws -> Transaction {
        let genesis = ledger.genesis
        let calls = try (sequence..<sequence + plan.batchCount).map { try workload.call(client: client, sequence: $0) }
        let name = Array("load \(run) \(client) \(sequence)".utf8)
        return try TransactionBody(
            channel: genesis.channel,
            submitter: identity.certificate.publicKey.identifier,
            idempotencyKey: IdempotencyKey(genesis.suite.digest(of: name)),
            lastValidHeight: head.advanced(by: max(1, genesis.limits.transactionLifetime / 2)),
            calls: calls
        ).signed(with: identity.key, suite: genesis.suite)
    }
}
