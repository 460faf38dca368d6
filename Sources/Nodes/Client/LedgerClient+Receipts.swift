public import Formats

extension LedgerClient {
    /// The receipt of a transaction, once a later header vouches for its outcome.
    /// - Throws: ``NodeError`` with code `notFound` or `notSealedYet`, or the transport's error.
    public func receipt(for transaction: TransactionIdentifier) async throws -> Receipt {
        try await receipt(answering: .transaction(transaction))
    }

    /// The receipt of a transaction, waiting for the later header that vouches for its outcome.
    /// - Throws: ``NodeError`` with code `notFound`, or `notSealedYet` when patience has ended; the transport's error.
    public func sealedReceipt(for transaction: TransactionIdentifier, retry: Retry = Retry()) async throws -> Receipt {
        try await sealedReceipt(answering: .transaction(transaction), retry: retry)
    }

    /// A receipt, waiting for the header that vouches for what it proves.
    /// - Throws: ``NodeError``, with code `notSealedYet` when patience has ended; the transport's error.
    public func sealedReceipt(
        answering question: ReceiptQuestion,
        retry: Retry = Retry()
    ) async throws -> Receipt {
        try await retry.run(
            while: { error in
                (error as? NodeError)?.code == .notSealedYet || Retry.isPassing(error)
            },
            { try await receipt(answering: question) }
        )
    }
}
