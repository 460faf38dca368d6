public import Identity

/// What the receipt of a transaction establishes.
public struct TransactionFindings: Sendable {
    public let identifier: TransactionIdentifier
    /// Who signed the transaction, by the certificate that its department's authority had signed.
    public let submitter: MemberName
    public let outcome: Outcome
    /// The height of the block that holds the transaction; its place there says the outcome.
    public let height: Height
    /// The timestamp of that block.
    public let time: Timestamp
}
