import Formats

/// What a client was told is on every later head, and stays there.
struct DurabilityChecker {
    private var told: [TransactionIdentifier: Outcome] = [:]

    /// - Returns: what is wrong with an outcome that a client was told.
    mutating func acknowledged(_ outcome: Outcome) -> String? {
        let earlier = told.updateValue(outcome, forKey: outcome.transaction)
        guard let earlier, earlier != outcome else { return nil }
        return "transaction \(outcome.transaction) was told to be at \(earlier.height), then at \(outcome.height)"
    }

    /// - Returns: what a head lacks that a client was told.
    func missing(on ledger: SimulatedLedger) -> String? {
        for (identifier, outcome) in told where outcome.height <= ledger.height {
            guard ledger.outcome(of: identifier) == outcome else {
                return "the head at \(ledger.height) has not the outcome of \(identifier) that a client was told"
            }
        }
        return nil
    }

    /// The greatest height of which a client was told.
    var height: Height { told.values.map(\.height).max() ?? .zero }
}
