import Formats
import Identity
import Ledger

/// Whoever submits transactions under one certificate: asks one node, then another, until it is told an outcome or the
/// transaction can never be in a block any more.
final class SimulatedClient {
    struct Order {
        let transaction: EncodedTransaction
        let madeAt: Duration
        var attempts = 0
        var lastAttempt: Duration?
    }

    /// Its department's number.
    let number: Int
    /// How many transactions it has made.
    var orderCount: UInt64 = 0
    /// What it waits for, in the order of its making.
    var orders: [TransactionIdentifier: Order] = [:]
    var sequence: [TransactionIdentifier] = []

    init(number: Int) { self.number = number }

    func add(_ transaction: EncodedTransaction, at time: Duration) {
        guard orders[transaction.identifier] == nil else { return }
        orders[transaction.identifier] = Order(transaction: transaction, madeAt: time)
        sequence.append(transaction.identifier)
    }

    func remove(_ identifier: TransactionIdentifier) {
        guard orders.removeValue(forKey: identifier) != nil else { return }
        sequence.removeAll { $0 == identifier }
    }
}
