public import Formats

extension LedgerClient {
    /// The receipt of a transaction, waiting for the later header that vouches for its outcome.
    /// - Throws: ``NodeError`` with code `notFound`, or `notSealedYet` when patience has ended; the transport's error.
    public func sealedReceipt(for transaction: TransactionIdentifier, retry: Retry = Retry()) async throws -> Receipt {
        try await retry.run(
            while: { error in
                (error as? NodeError)?.code == .notSealedYet || Retry.isPassing(error)
            },
            { try await receipt(for: transaction) }
        )
    }
}
