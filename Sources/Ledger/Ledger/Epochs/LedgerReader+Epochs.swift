public import Formats
import GRDB
import Identity

extension LedgerReader {
    /// Longest DER of a stored change: the set, and room for header, proof and signatures.
    static let maximumChangeByteCount = EpochValidators.maximumByteCount + 64 * 1024

    /// The changes that lead from one epoch's validators to another's.
    /// - Throws: ``LedgerError`` with code `notSealed` where one of them is not proved yet: no header that is final
    ///   states it.
    func epochChanges(from start: Epoch, to end: Epoch) throws -> [EpochChange] {
        guard start < end else { return [] }
        let statement = try database.cachedStatement(
            sql: "SELECT der FROM epoch_changes WHERE epoch > ? AND epoch <= ? ORDER BY epoch")
        let rows = try Row.fetchAll(statement, arguments: [Int64(start.rawValue), Int64(end.rawValue)])
        guard UInt64(rows.count) == end.rawValue - start.rawValue else {
            throw LedgerError(
                .notSealed, "this ledger has no proof of the validators of epoch \(end) yet: ask again later")
        }
        return try rows.map { try EpochChange(derBytes: $0.bytes(at: 0), limit: Self.maximumChangeByteCount) }
    }

    /// The epochs whose change is announced and not stored, in order.
    func unprovedEpochs() throws -> [Epoch] {
        let key = StateAddress(contract: MembershipContract.name, key: MembershipKeys.latest)
        guard let bytes = try value(at: key) else { return [] }
        let latest = try LatestEpoch(derBytes: bytes, limit: ExecutionLimits.valueBytes).epoch
        let stored = Set(try Int64.fetchAll(database, sql: "SELECT epoch FROM epoch_changes"))
        guard latest > .zero else { return [] }
        return (1...latest.rawValue).filter { !stored.contains(Int64($0)) }.map(Epoch.init(rawValue:))
    }

    /// The change that leads to an epoch: the first header of the epoch before that is final by its own finalization
    /// and whose executed state, of which this ledger has the proof, names the new validators.
    /// - Returns: `nil` where there is no such header yet.
    func makeEpochChange(to epoch: Epoch) throws -> EpochChange? {
        guard let term = try term(of: epoch),
            let sealed = try sealedHeader(of: max(term.announcedAt, stateHorizon()), before: term.firstHeight)
        else { return nil }
        let proof = try stateProof(
            of: EpochValidators.name(of: epoch), in: stateView(at: sealed.header.executed.height))
        return EpochChange(
            header: sealed.header, finalization: sealed.finalization, validators: term.statement, proof: proof)
    }

    private func sealedHeader(
        of height: Height,
        before end: Height
    ) throws -> (header: BlockHeader, finalization: QuorumCertificate)? {
        if let sealing = try sealingHeight(of: height), sealing < end, let header = try record(at: sealing)?.header,
            let finalization = try finalization(at: sealing)
        {
            return (header, finalization)
        }
        // A ledger that began with a snapshot may have no other header than the one that sealed it.
        guard let origin = try origin(), origin.sealingHeader.height < end,
            origin.sealingHeader.executed.height >= height
        else { return nil }
        return (origin.sealingHeader, origin.sealingFinalization)
    }
}

extension LedgerWriter {
    func write(_ change: EpochChange) throws {
        try database.cachedStatement(sql: "INSERT INTO epoch_changes VALUES (?, ?)")
            .execute(arguments: [Int64(change.validators.epoch.rawValue), change.derBytes.blob])
    }
}

extension LedgerFile {
    /// The validators of an epoch, by the proofs that lead to them from the genesis: nothing else in the file is
    /// trusted.
    /// - Returns: `nil` where the file has no proof of that epoch.
    /// - Throws: ``LedgerError`` with code `corrupted` where a proof does not hold.
    public func validators(of epoch: Epoch) throws(LedgerError) -> ValidatorSet? {
        let genesis = genesis
        return try read { reader in
            let changes: [EpochChange]
            do {
                changes = try reader.epochChanges(from: .zero, to: epoch)
            } catch let error as LedgerError where error.code == .notSealed {
                return nil
            }
            do {
                return try EpochChange.verify(changes, against: genesis)
            } catch {
                throw LedgerError(
                    .corrupted, "the proof of the validators of epoch \(epoch) does not hold", cause: error)
            }
        }
    }
}
