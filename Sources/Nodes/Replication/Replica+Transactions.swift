package import Consensus
package import Formats
package import Ledger

/// Transactions on their way into a block.
extension Replica {
    /// What became of a transaction that was taken in.
    package enum Insertion: Sendable {
        case inserted
        case pendingAlready
        case executedAlready
        /// So much was executed since the ledger was asked that it has to be asked again.
        case outdated
        case refused(MempoolError)
    }

    /// Takes a transaction in that was handed in at this node, and offers it to the others.
    /// - Parameter height: it was not on the ledger when that had executed this much.
    package mutating func submit(
        _ transaction: VerifiedTransaction,
        unknownAt height: Height,
        at instant: ReplicaInstant
    ) -> (Insertion, ReplicaOutput) {
        now = instant
        let insertion = insert(transaction, unknownAt: height)
        if case .inserted = insertion {
            offered[transaction.identifier] = now.elapsed
            output.effects.append(.offer([transaction]))
            armOfferTimer()
            finishInsertion()
        }
        return (insertion, settled())
    }

    /// Takes transactions in that another validator offers.
    mutating func insert(_ transactions: [VerifiedTransaction], unknownAt height: Height) {
        for transaction in transactions {
            _ = insert(transaction, unknownAt: height)
        }
        finishInsertion()
    }

    /// Those of the transactions that wait here, which were verified when they came.
    package func verifiedTransactions(
        among identifiers: [TransactionIdentifier]
    ) -> [TransactionIdentifier: VerifiedTransaction] {
        identifiers.reduce(into: [:]) { $0[$1] = pending[$1] }
    }

    /// What is on the ledger must never wait here: every block that it were put into would be refused, and nothing
    /// would ever take it out again.
    private mutating func insert(_ transaction: VerifiedTransaction, unknownAt height: Height) -> Insertion {
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

    private mutating func finishInsertion() {
        updateWork()
        proposeIfPossible()
    }

    /// Forgets what is executed, and tells whoever waits for what can never be any more.
    mutating func removePending(executed identifiers: [TransactionIdentifier], height: Height) {
        mempool.remove(included: identifiers)
        for identifier in identifiers {
            pending[identifier] = nil
            offered[identifier] = nil
        }
        for identifier in mempool.expire(through: height) {
            pending[identifier] = nil
            offered[identifier] = nil
            output.effects.append(.expired(identifier))
        }
    }

    /// Offers again what was handed in here and still waits: an offer may have been lost with a connection.
    private mutating func armOfferTimer() {
        guard !isOfferTimerArmed else { return }
        isOfferTimerArmed = true
        output.effects.append(.arm(.offers, after: ReplicaLimits.offerInterval))
    }

    mutating func offerAgain() {
        guard !offered.isEmpty else { return }
        let due = now.elapsed - ReplicaLimits.offerInterval
        let late = offered.filter { $0.value <= due }
            .sorted { ($0.value, $0.key) < ($1.value, $1.key) }
            .prefix(ReplicaLimits.offerCount)
        var transactions: [VerifiedTransaction] = []
        for (identifier, _) in late {
            offered[identifier] = pending[identifier].map { _ in now.elapsed }
            if let transaction = pending[identifier] { transactions.append(transaction) }
        }
        if !transactions.isEmpty { output.effects.append(.offer(transactions)) }
        armOfferTimer()
    }
}
