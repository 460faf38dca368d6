public import Formats
import GRDB
import Identity

extension ChannelLedger: ReadModelSource {
    public func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition) {
        let head = head
        let first = try await store.read { try $0.firstFollowableHeight() }
        return (first, ReadModelPosition(height: head.height, digest: head.digest, time: head.timestamp))
    }

    public func followedBlocks(
        from first: Height,
        limit: Int,
        maximumBytes: Int
    ) async throws(LedgerError) -> [FollowedBlock] {
        try await store.read { reader in
            var blocks: [FollowedBlock] = []
            var members: [Int64: MemberName] = [:]
            var validators: [Epoch: ValidatorSet] = [:]
            var byteCount = 0
            while blocks.count < limit, byteCount < maximumBytes {
                let height = blocks.last?.header.height.next ?? first
                guard let block = try reader.followedBlock(at: height, &members, &validators) else { break }
                byteCount += block.byteCount
                blocks.append(block)
            }
            return blocks
        }
    }

    public func currentValues(
        after number: Int64,
        limit: Int
    ) async throws(LedgerError) -> (entries: [StateChange], last: Int64) {
        try await store.read { reader in
            var last = number
            while let page = try reader.currentEntries(after: last, limit: limit) {
                last = page.last
                // Values that are superseded are passed over; only the end of the list is an empty page.
                if !page.entries.isEmpty { return (page.entries.map(\.change), last) }
            }
            return ([], last)
        }
    }
}

extension LedgerReader {
    /// An executed block with the outcomes and changes; `nil` above the last one.
    /// - Parameters:
    ///   - members: the submitters that were met so far, by their numbers.
    ///   - validators: the sets that were met so far.
    fileprivate func followedBlock(
        at height: Height,
        _ members: inout [Int64: MemberName],
        _ validators: inout [Epoch: ValidatorSet]
    ) throws -> FollowedBlock? {
        guard let record = try record(at: height) else { return nil }
        let outcomes = try outcomes(at: height)
        let range = TransactionPlace.rowNumbers(of: height)
        let statement = try database.prepared(
            "SELECT der, submitter FROM transactions WHERE place BETWEEN ? AND ? ORDER BY place")
        let bounds = [SQLValue.integer(range.lowerBound), .integer(range.upperBound)]
        let rows = try statement.all(bounds) { (row) throws(LedgerError) in
            (transaction: try row.bytes(at: 0), submitter: row.value(at: 1))
        }
        guard rows.count == outcomes.count else {
            throw LedgerError(.corrupted, "block \(height) has \(rows.count) transactions, \(outcomes.count) outcomes")
        }
        let entries = try zip(rows, outcomes).map { row, outcome in
            var submitter: MemberName?
            if case .integer(let number) = row.submitter { submitter = try member(number, known: &members) }
            return FollowedBlock.Entry(transaction: row.transaction, outcome: outcome, submitter: submitter)
        }
        return FollowedBlock(
            header: record.header, digest: record.digest,
            proposer: try proposer(of: record.header, known: &validators), entries: entries,
            changes: try changes(at: height))
    }

    private func proposer(
        of header: BlockHeader,
        known validators: inout [Epoch: ValidatorSet]
    ) throws -> MemberName {
        let set = try validators[header.epoch] ?? term(of: header.epoch)?.validators
        validators[header.epoch] = set
        guard let proposer = set?[header.proposer]?.member else {
            throw LedgerError(.corrupted, "nobody can have proposed block \(header.height); restore a backup")
        }
        return proposer
    }

    private func member(_ number: Int64, known members: inout [Int64: MemberName]) throws -> MemberName {
        if let member = members[number] { return member }
        let statement = try database.cachedStatement(sql: "SELECT certificate FROM submitters WHERE number = ?")
        guard let row = try Row.fetchOne(statement, arguments: [number]) else {
            throw LedgerError(.corrupted, "the ledger lacks submitter \(number)")
        }
        let member = try MemberCertificate(der: try row.bytes(at: 0), suite: genesis.suite).member
        members[number] = member
        return member
    }
}
