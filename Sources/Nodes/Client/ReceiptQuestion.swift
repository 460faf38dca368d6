public import Formats

/// What a receipt is asked about.
public enum ReceiptQuestion: Hashable, Sendable {
    /// What became of a transaction.
    case transaction(TransactionIdentifier)
    /// What the state says of a name: its value, or that there is none. As of the first height from `asOf` on that a
    /// finalised header vouches for, or of an earlier one since which no block up to `asOf` has written anything; `nil`
    /// for the newest.
    case state(StateName, asOf: Height?)
    /// All elements of a list in a contract's state after the head that its reader has got to.
    case trail(StateName, after: TrailHead)
}
