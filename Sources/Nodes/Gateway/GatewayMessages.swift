import Formats
import Identity

/// DER of a signed transaction.
struct SubmitRequest: Codable, Sendable {
    let transaction: [UInt8]
}

/// DER of the transaction's outcome.
struct SubmitReply: Codable, Sendable {
    let outcome: [UInt8]
}

struct QueryRequest: Codable, Sendable {
    let contract: String
    let name: String
    let arguments: [UInt8]
}

struct ReceiptRequest: Codable, Sendable {
    let transaction: TransactionIdentifier
}

/// DER of a receipt.
struct ReceiptReply: Codable, Sendable {
    let receipt: [UInt8]
}
