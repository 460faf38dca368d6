import Formats

/// Finds a transaction that a final block holds although the chain has it already, among blocks that are executed
/// together.
struct DuplicateCheck {
    private var seen: Set<TransactionIdentifier> = []

    /// - Throws: ``LedgerError`` with code `duplicateTransaction`.
    mutating func check(_ block: FinalizedBlock, reader: LedgerReader) throws {
        for transaction in block.transactions {
            let isNew = seen.insert(transaction.identifier).inserted
            guard isNew, try reader.place(of: transaction.identifier) == nil else {
                throw LedgerError(
                    .duplicateTransaction,
                    """
                    block \(block.header.height) is final and holds transaction \(transaction.identifier), \
                    which is on the ledger already: more validators than the quorum allows for have broken the rules
                    """
                )
            }
        }
    }
}
