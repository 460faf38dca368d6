public import Formats
import Identity

extension ChannelLedger {
    /// What became of a transaction of the last heights, as many as one may be valid for; `nil` where they do not hold
    /// it. Older ones are found by their places, which the read model knows.
    /// - Throws: ``LedgerError``.
    public func outcome(of transaction: TransactionIdentifier) async throws(LedgerError) -> Outcome? {
        guard mayHold(transaction) else { return nil }
        return try await store.read { reader in
            try reader.place(of: transaction).flatMap { try reader.outcome(at: $0) }
        }
    }

    /// Whether the last heights may hold a transaction, from memory: `false` is certain as of the head that was there
    /// when it was asked, `true` is a question for the database.
    private func mayHold(_ transaction: TransactionIdentifier) -> Bool {
        !store.window.candidates(for: transaction).isEmpty
    }

    /// What became of the transaction at a place: for whoever keeps an index of old ones.
    /// - Returns: `nil` where the ledger holds none there.
    /// - Throws: ``LedgerError`` with code `pruned` where it is not kept here.
    public func outcome(at height: Height, index: Int) async throws(LedgerError) -> Outcome? {
        guard (0..<Block.maximumTransactionCount).contains(index), height > .zero, height <= head.height else {
            return nil
        }
        return try await store.read { try $0.outcome(at: TransactionPlace(height: height, index: index)) }
    }

    /// Whether the ledger holds a transaction.
    /// - Throws: ``LedgerError``.
    public func contains(_ transaction: TransactionIdentifier) async throws(LedgerError) -> Bool {
        guard mayHold(transaction) else { return false }
        return try await store.read { try $0.place(of: transaction) != nil }
    }

    /// Those of `transactions` that the ledger holds.
    /// - Throws: ``LedgerError``.
    public func known(
        of transactions: [TransactionIdentifier]
    ) async throws(LedgerError) -> Set<TransactionIdentifier> {
        let candidates = transactions.filter { mayHold($0) }
        // Almost always so: what comes in is new, and finding that out takes no access to the database.
        guard !candidates.isEmpty else { return [] }
        return try await store.read { reader in
            Set(try candidates.filter { try reader.place(of: $0) != nil })
        }
    }

    /// The receipt of a transaction: its proof for whoever has the genesis file.
    /// - Throws: ``LedgerError`` with code `notFound`; `notSealed` while no finalised header states the results of its
    ///   block, which the next block changes; `noReceipt` where it was rejected because its submitter had no
    ///   certificate in force.
    public func receipt(for transaction: TransactionIdentifier) async throws(LedgerError) -> Receipt {
        try await store.read { try $0.receipt(for: transaction) }
    }

    /// The receipt of the transaction at a place: for whoever keeps an index of old ones.
    /// - Throws: as ``receipt(for:)``; ``LedgerError`` with code `pruned` that says whose node may still have it.
    public func receipt(at height: Height, index: Int) async throws(LedgerError) -> Receipt {
        guard (0..<Block.maximumTransactionCount).contains(index), height > .zero, height <= head.height else {
            throw LedgerError(.notFound, "the ledger holds no transaction \(index) of block \(height)")
        }
        return try await store.read { try $0.receipt(at: TransactionPlace(height: height, index: index)) }
    }

    /// The step that takes a light client from a header that it knows to the newest final one.
    /// - Parameter known: that header's height; `nil` for a client that begins at the genesis.
    /// - Throws: ``LedgerError`` with code `notFound` where no final header here is above it; `notSealed` before the
    ///   first one.
    public func lightClientStep(from known: Height?) async throws(LedgerError) -> LightClientStep {
        try await store.read { try $0.lightClientStep(from: known) }
    }

    /// The receipt of what the state says of a name: an entry with its value, or an absence.
    /// - Parameters:
    ///   - name: the contract and its key.
    ///   - height: the answer is as of the first height from this one on that a finalised header vouches for, or of an
    ///     earlier one since which no block up to this one has written anything; `nil` for the newest.
    /// - Throws: ``LedgerError`` with code `notSealed` where no finalised header vouches for the height yet; `pruned`.
    public func receipt(of name: StateName, asOf height: Height? = nil) async throws(LedgerError) -> Receipt {
        guard let height else { return try store.readHere { try $0.receipt(of: name, asOf: nil) } }
        // An earlier height's tree may have to be made first, which takes long.
        return try await store.read { try $0.receipt(of: name, asOf: height) }
    }

    /// The receipt of a list in a contract's state: all its elements, and that there are no others.
    /// - Parameters:
    ///   - name: the contract and the key of the list's head.
    ///   - preceding: the list's head where its reader has got to; the elements after it are proved. The empty head for
    ///     the whole list.
    /// - Throws: ``LedgerError`` with code `notSealed`; `tooLong` where the elements do not fit one receipt.
    public func receipt(
        ofTrail name: StateName,
        after preceding: TrailHead = .empty
    ) async throws(LedgerError) -> Receipt {
        try await store.read { try $0.receipt(ofTrail: name, after: preceding) }
    }
}

extension LedgerReader {
    func receipt(for identifier: TransactionIdentifier) throws -> Receipt {
        guard let place = try place(of: identifier) else {
            throw LedgerError(.notFound, "the ledger holds no transaction \(identifier)")
        }
        return try receipt(at: place)
    }

    /// The receipt of the transaction at a place.
    func receipt(at place: TransactionPlace) throws -> Receipt {
        guard let sealing = try sealingHeight(of: place.height) else {
            throw LedgerError(
                .notSealed,
                "block \(place.height) is final, but no finalised header states its results yet: ask again later"
            )
        }
        guard let certificate = try submitterCertificate(at: place) else {
            throw LedgerError(
                .noReceipt,
                "transaction \(place.index) of block \(place.height) had no submitter with a certificate in force; "
                    + "its outcome says so"
            )
        }
        let suite = genesis.suite
        let transactions = try storedTransactions(at: place.height)
        let outcomes = try storedOutcomes(at: place.height)
        let transactionLeaves = transactions.compactMap { $0.leafDigest(suite: suite) }
        let outcomeLeaves = outcomes.compactMap { $0.leafDigest(suite: suite) }
        guard let blockRecord = try record(at: place.height), let sealingRecord = try record(at: sealing),
            let finalization = try finalization(at: sealing),
            transactions.indices.contains(place.index), outcomeLeaves.count == transactions.count,
            transactionLeaves.count == transactions.count
        else {
            throw LedgerError(.corrupted, "block \(place.height) or its sealing block \(sealing) lacks a part")
        }
        let subject = TransactionSubject(
            transaction: try Self.transaction(try der(of: transactions[place.index], at: place)),
            submitterCertificate: certificate,
            transactionPath: MerkleTree(leafDigests: transactionLeaves, suite: suite).path(to: place.index),
            outcome: try Outcome(
                derBytes: try der(of: outcomes[place.index], at: place), limit: Outcome.maximumByteCount),
            outcomePath: MerkleTree(leafDigests: outcomeLeaves, suite: suite).path(to: place.index),
            header: blockRecord.header,
            journalPath: try journalPath(to: place.height, size: sealingRecord.header.executed.height)
        )
        return Receipt(
            suite: genesis.document.suite,
            consortium: genesis.digest,
            subject: .transaction(subject),
            sealingHeader: sealingRecord.header,
            finalization: finalization,
            epochs: try epochChanges(from: .zero, to: sealingRecord.header.epoch)
        )
    }

    /// The path from a height's leaf to the journal's root at the height `size`.
    func journalPath(to height: Height, size: Height) throws -> MerklePath {
        try MerklePath(index: height.rawValue - 1, size: size.rawValue) { range in
            try MerkleRange.root(over: range, suite: genesis.suite) { level, position in
                try journalNode(level: level, position: position)
            }
        }
    }
}
