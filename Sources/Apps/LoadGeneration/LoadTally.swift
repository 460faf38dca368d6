import Nodes

/// What became of the transactions of a measurement.
package struct LoadTally: Sendable {
    /// Kinds of errors that are told apart; whatever comes on top counts as `other`. Kinds come from this program's own
    /// types, and from the codes of contracts, which a node could make up.
    private static let maximumKindCount = 32
    private static let otherKind = "other"

    /// Transactions that took effect.
    package private(set) var transactionCount: UInt64 = 0
    /// Records in them.
    package private(set) var recordCount: UInt64 = 0
    /// From handing in to the outcome, of those that took effect.
    package private(set) var latencies = LatencyHistogram()
    /// Errors by kind: a node's code, the code of a rejection, or the kind of a failure on the way.
    package private(set) var errors: [String: UInt64] = [:]

    package init() {}

    /// Counts a transaction that took effect.
    package mutating func recordCommit(of records: Int, after latency: Duration) {
        transactionCount += 1
        recordCount += UInt64(records)
        latencies.record(latency)
    }

    /// Counts a transaction that the ledger has rejected.
    package mutating func recordRejection(code: String) {
        countError("rejected: \(code)", 1)
    }

    /// Counts a transaction that took effect and said no to what was asked.
    package mutating func recordRefusal(_ reason: String) { countError(reason, 1) }

    /// Counts a transaction that has no outcome.
    package mutating func recordFailure(_ error: any Error) {
        let kind = (error as? NodeError)?.code.rawValue ?? String(describing: type(of: error))
        countError(kind, 1)
    }

    package mutating func merge(_ other: LoadTally) {
        transactionCount += other.transactionCount
        recordCount += other.recordCount
        latencies.merge(other.latencies)
        for (kind, count) in other.errors.sorted(by: { $0.key < $1.key }) { countError(kind, count) }
    }

    private mutating func countError(_ kind: String, _ count: UInt64) {
        let toldApart = errors.keys.count { $0 != Self.otherKind }
        let isTold = errors[kind] != nil || toldApart < Self.maximumKindCount
        errors[isTold ? kind : Self.otherKind, default: 0] += count
    }
}
