import Consensus
import Formats
import Identity
import Ledger
import Logging

/// Transactions on their way into a block.
extension ChannelEngine {
    /// What became of a transaction that was taken in.
    enum Insertion: Sendable {
        case inserted
        case pendingAlready
        case executedAlready
        /// So much was executed since the ledger was asked that it has to be asked again.
        case outdated
        case refused(MempoolError)
    }

    /// Takes transactions in that another validator offers.
    /// - Parameter height: none of them was on the ledger when it had executed this much.
    func insert(_ transactions: [VerifiedTransaction], unknownAt height: Height) {
        for transaction in transactions {
            _ = insert(transaction, unknownAt: height)
        }
        finishInsertion()
    }

    /// Takes a transaction in that was handed in at this node, and offers it to the others.
    /// - Parameter height: it was not on the ledger when that had executed this much.
    func submit(_ transaction: VerifiedTransaction, unknownAt height: Height) -> Insertion {
        let insertion = insert(transaction, unknownAt: height)
        if case .inserted = insertion {
            offered[transaction.identifier] = .now
            for outbox in outboxes.values {
                outbox.offer(transaction.bytes)
            }
            armOfferTimer()
            finishInsertion()
        }
        return insertion
    }

    /// Those of the transactions that wait here, which were verified when they came.
    func verifiedTransactions(
        among identifiers: [TransactionIdentifier]
    ) -> [TransactionIdentifier: VerifiedTransaction] {
        identifiers.reduce(into: [:]) { $0[$1] = pending[$1] }
    }

    /// What is on the ledger must never wait here: every block that it were put into would be refused, and nothing
    /// would ever take it out again.
    private func insert(_ transaction: VerifiedTransaction, unknownAt height: Height) -> Insertion {
        let identifier = transaction.identifier
        if recent.contains(identifier) { return .executedAlready }
        guard recent.covers(since: height) else { return .outdated }
        if pending[identifier] != nil { return .pendingAlready }
        do throws(MempoolError) {
            try mempool.insert(
                Mempool.Entry(
                    identifier: identifier,
                    department: transaction.department,
                    lastValidHeight: transaction.transaction.body.lastValidHeight,
                    bytes: transaction.bytes
                )
            )
        } catch {
            return .refused(error)
        }
        pending[identifier] = transaction
        return .inserted
    }

    private func finishInsertion() {
        updateWork()
        proposeIfPossible()
    }

    /// Forgets what is executed, and tells whoever waits for what can never be any more.
    func removePending(executed identifiers: [TransactionIdentifier], height: Height) {
        mempool.remove(included: identifiers)
        for identifier in identifiers {
            pending[identifier] = nil
            offered[identifier] = nil
        }
        for identifier in mempool.expire(through: height) {
            pending[identifier] = nil
            offered[identifier] = nil
            waiters.fail(
                identifier,
                with: NodeError(.expired, "the chain is past the transaction's last valid height: sign a new one")
            )
        }
    }

    /// Offers again what was handed in here and still waits: an offer may have been lost with a connection.
    private func armOfferTimer() {
        guard offerTimer == nil, !hasStopped else { return }
        offerTimer = executor.schedule(after: Limits.offerInterval) {
            self.assumeIsolated { engine in
                engine.offerTimer = nil
                engine.offerAgain()
            }
        }
    }

    private func offerAgain() {
        guard !offered.isEmpty else { return }
        let due = ContinuousClock.now - Limits.offerInterval
        let late = offered.filter { $0.value <= due }.sorted { $0.value < $1.value }.prefix(Limits.offerCount)
        for (identifier, _) in late {
            guard let transaction = pending[identifier] else {
                offered[identifier] = nil
                continue
            }
            offered[identifier] = .now
            for outbox in outboxes.values {
                outbox.offer(transaction.bytes)
            }
        }
        armOfferTimer()
    }
}
