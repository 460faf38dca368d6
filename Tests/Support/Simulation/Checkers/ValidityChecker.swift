import Formats
import Ledger

/// Nothing is executed that no client has signed, byte for byte, and nothing twice.
struct ValidityChecker {
    private var signed: [TransactionIdentifier: [UInt8]] = [:]
    private var places: [TransactionIdentifier: Height] = [:]

    mutating func signed(_ transaction: EncodedTransaction) { signed[transaction.identifier] = transaction.bytes }

    /// - Returns: what is wrong with a block that an honest member has executed.
    mutating func executed(_ entry: SimulatedLedger.Entry) -> String? {
        let height = entry.block.header.height
        guard entry.outcomes.count == entry.block.transactions.count else {
            return """
                block \(height) has \(entry.outcomes.count) outcomes for its \(entry.block.transactions.count) \
                transactions
                """
        }
        for transaction in entry.block.transactions {
            guard signed[transaction.identifier] == transaction.bytes else {
                return "block \(height) holds transaction \(transaction.identifier), which no client has signed"
            }
            guard transaction.body.lastValidHeight >= height else {
                return "block \(height) holds transaction \(transaction.identifier), which had expired"
            }
            let place = places[transaction.identifier] ?? height
            guard place == height else {
                return "transaction \(transaction.identifier) is in block \(place) and in block \(height)"
            }
            places[transaction.identifier] = height
        }
        return nil
    }
}
