public import Formats
public import Ledger

/// A transaction that the ledger has taken in and rejected: it is on the ledger, and none of its calls took effect.
///
/// Two errors are equal when their codes are.
public struct TransactionRejected: Error, Sendable {
    /// The contract's code.
    public let code: ContractError.Code
    /// What is wrong and what to do, in the contract's words.
    public let message: String
    /// Position in the transaction of the call that failed.
    public let call: Int
    public let transaction: TransactionIdentifier
    /// The height at which it was rejected.
    public let height: Height

    public init(_ rejection: Rejection, of outcome: Outcome) {
        code = ContractError.Code(rawValue: rejection.code)
        message = rejection.message
        call = rejection.call
        transaction = outcome.transaction
        height = outcome.height
    }
}

extension TransactionRejected: Equatable, CustomStringConvertible {
    public static func == (left: TransactionRejected, right: TransactionRejected) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}

/// A transaction whose fate is not known: nobody could be asked any more in time.
///
/// It may be on the ledger, or get there up to its last valid height. The same calls under the same idempotency key
/// find out and take effect once.
public struct TransactionUndecided: Error, Sendable, CustomStringConvertible {
    public let transaction: TransactionIdentifier
    public let lastValidHeight: Height
    /// What the last attempt said.
    public let cause: String

    init(_ transaction: TransactionIdentifier, lastValidHeight: Height, cause: any Error) {
        self.transaction = transaction
        self.lastValidHeight = lastValidHeight
        self.cause = String(describing: cause)
    }

    public var description: String {
        "what became of transaction \(transaction) is not known: \(cause); "
            + "it may still take effect up to height \(lastValidHeight): ask for its receipt, or try again"
    }
}
