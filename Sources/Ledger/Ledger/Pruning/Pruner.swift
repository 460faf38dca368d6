import Formats
import GRDB
import Identity

/// Prunes a ledger, a little at a time, each time in the transaction that it is given.
///
/// The horizon is raised first, and committed; from then on nothing below it is promised, whether it is gone yet or
/// not. Then the transactions below it go, block by block, then the superseded entries of the state. Every step finds
/// in the tables where the one before it has stopped, so a crash between two costs nothing.
struct Pruner {
    let reader: LedgerReader
    let policy: PruningPolicy
    private var database: Database { reader.database }

    /// Most rows that one step rewrites: some milliseconds, so that a block that waits for the writer hardly notices.
    static let rowsPerStep = 250

    /// Does one step.
    /// - Parameter now: the ledger's time, for a policy that counts in days.
    func step(now: Timestamp) throws -> PruningStep {
        let wanted = try horizon(now: now)
        let present = max(try reader.stateHorizon(), try reader.pruningHorizon())
        guard wanted <= present else {
            try raiseHorizon(to: wanted)
            return PruningStep(horizon: wanted.rawValue, transactions: 0, entries: 0, isDone: false)
        }
        let transactions = try pruneTransactions()
        if transactions.rows > 0 || transactions.hasMoved {
            return PruningStep(
                horizon: present.rawValue, transactions: transactions.rows, entries: 0, isDone: false)
        }
        let entries = try pruneState(upTo: try reader.stateHorizon())
        return PruningStep(
            horizon: present.rawValue, transactions: 0, entries: entries.count, isDone: !entries.hasMoved)
    }

    /// The greatest height that may be pruned.
    private func horizon(now: Timestamp) throws -> Height {
        let present = max(try reader.stateHorizon(), try reader.pruningHorizon())
        // A snapshot needs its window, and what nobody has sealed has no receipt yet.
        guard let snapshot = try reader.snapshotHeight() else { return present }
        let kept = max(policy.heights, reader.genesis.limits.transactionLifetime + 1)
        let lowest = min(snapshot.rawValue, try reader.height().rawValue)
        guard lowest > kept else { return present }
        var horizon = Height(rawValue: lowest - kept)
        if let duration = policy.duration {
            horizon = min(horizon, try lastHeight(before: now.advanced(by: .zero - duration), upTo: horizon))
        }
        return max(horizon, present)
    }

    /// The last block that is older than `time`; timestamps grow with the height.
    private func lastHeight(before time: Timestamp, upTo limit: Height) throws -> Height {
        var (low, high) = (try reader.firstHeight().rawValue - 1, limit.rawValue)
        while low < high {
            let middle = (low + high + 1) / 2
            guard let header = try reader.record(at: Height(rawValue: middle))?.header else {
                throw LedgerError(.corrupted, "block \(middle) is missing; restore a backup")
            }
            if header.timestamp < time { low = middle } else { high = middle - 1 }
        }
        return Height(rawValue: low)
    }

    private func raiseHorizon(to height: Height) throws {
        try database.execute(sql: "UPDATE state_horizon SET height = ?", arguments: [Int64(height.rawValue)])
        try database.execute(sql: "UPDATE pruning_horizon SET height = ?", arguments: [Int64(height.rawValue)])
    }

    // MARK: Transactions

    private func pruneTransactions() throws -> (rows: Int, hasMoved: Bool) {
        let select = try database.cachedStatement(sql: "SELECT height, done FROM pruning_horizon")
        guard let row = try Row.fetchOne(select) else {
            throw LedgerError(.corrupted, "pruning_horizon has no row; restore a backup")
        }
        let (horizon, done) = (try row.integer(at: 0), try row.integer(at: 1))
        guard done < horizon else { return (0, false) }
        var height = Height(rawValue: UInt64(clamping: done))
        var count = 0
        var kept: [Int64: Bool] = [:]
        while height.rawValue < UInt64(clamping: horizon), count < Self.rowsPerStep {
            let next = height.next
            let block = try pruneBlock(next, limit: Self.rowsPerStep - count, kept: &kept)
            count += block.rows
            guard block.isDone else { break }
            height = next
        }
        try database.cachedStatement(sql: "UPDATE pruning_horizon SET done = ?")
            .execute(arguments: [Int64(height.rawValue)])
        return (count, true)
    }

    private func pruneBlock(
        _ height: Height,
        limit: Int,
        kept: inout [Int64: Bool]
    ) throws -> (rows: Int, isDone: Bool) {
        let range = TransactionPlace.rowNumbers(of: height)
        // What is pruned already is passed over by its first byte.
        let select = try database.cachedStatement(
            sql: """
                SELECT place, submitter FROM transactions
                WHERE place BETWEEN ? AND ? AND substr(der, 1, 1) = x'30' ORDER BY place
                """)
        var count = 0
        for row in try Row.fetchAll(select, arguments: [range.lowerBound, range.upperBound]) {
            guard try !isKept(row, &kept) else { continue }
            guard count < limit else { return (count, false) }
            count += 1
            let place = try row.integer(at: 0)
            try prune(table: "transactions", at: place)
            try prune(table: "outcomes", at: place)
        }
        return (count, true)
    }

    private func prune(table: String, at place: Int64) throws {
        let select = try database.cachedStatement(sql: "SELECT der FROM \(table) WHERE place = ?")
        guard let row = try Row.fetchOne(select, arguments: [place]) else {
            throw LedgerError(.corrupted, "\(table) lacks row \(place); restore a backup")
        }
        guard case .der(let bytes) = try StoredPart(column: row.bytes(at: 0)) else { return }
        let leaf = MerkleTree.leafDigest(bytes, suite: reader.genesis.suite)
        try database.cachedStatement(sql: "UPDATE \(table) SET der = ?2 WHERE place = ?1")
            .execute(arguments: [place, StoredPart.pruned(leaf).bytes.blob])
    }

    /// - Parameter kept: what is known of submitters, by their numbers: parsing a certificate costs more than a row.
    private func isKept(_ row: Row, _ kept: inout [Int64: Bool]) throws -> Bool {
        let value: DatabaseValue = row[1]
        guard let number = Int64.fromDatabaseValue(value) else { return false }
        if let known = kept[number] { return known }
        let select = try database.cachedStatement(sql: "SELECT certificate FROM submitters WHERE number = ?")
        guard let row = try Row.fetchOne(select, arguments: [number]) else {
            throw LedgerError(.corrupted, "submitters lacks row \(number); restore a backup")
        }
        let member = try MemberCertificate(der: try row.bytes(at: 0), suite: reader.genesis.suite).member
        let isKept = policy.departments.contains(member.department)
        kept[number] = isKept
        return isKept
    }

    // MARK: State

    /// Prunes what the oldest block that is not done yet has superseded.
    private func pruneState(upTo horizon: Height) throws -> (count: Int, hasMoved: Bool) {
        let select = try database.cachedStatement(
            sql: "SELECT height, superseded FROM state_history WHERE height <= ? ORDER BY height LIMIT 1")
        guard let row = try Row.fetchOne(select, arguments: [Int64(horizon.rawValue)]) else { return (0, false) }
        let height = Height(rawValue: UInt64(clamping: try row.integer(at: 0)))
        let positions = try PositionList.positions(row.bytes(at: 1))
        let part = Array(positions.prefix(Self.rowsPerStep))
        let complete = (try reader.stateSize(at: horizon) ?? 0) / StateTree.twigSize * StateTree.twigSize
        try prune(part, supersededAt: height, completeTo: complete)
        if part.count == positions.count {
            try database.cachedStatement(sql: "DELETE FROM state_history WHERE height = ?")
                .execute(arguments: [Int64(height.rawValue)])
        } else {
            try database.cachedStatement(sql: "UPDATE state_history SET superseded = ?2 WHERE height = ?1")
                .execute(arguments: [
                    Int64(height.rawValue), PositionList.bytes(Array(positions.dropFirst(part.count))).blob,
                ])
        }
        return (part.count, true)
    }

    private func prune(_ positions: [UInt64], supersededAt height: Height, completeTo complete: UInt64) throws {
        let successors = try successors(at: height)
        let groupSize = UInt64(StateGroup.entryCount)
        let remove = try database.cachedStatement(sql: "DELETE FROM state_values WHERE number = ?")
        let put = try database.cachedStatement(sql: "UPDATE state_entries SET entries = ?2 WHERE group_number = ?1")
        let drop = try database.cachedStatement(sql: "DELETE FROM state_entries WHERE group_number = ?")
        for (group, members) in Dictionary(grouping: positions, by: { $0 / groupSize }).sorted(by: { $0.key < $1.key })
        {
            var entries = try reader.storedEntries(ofGroup: Int64(group))
            for position in members {
                let index = Int(position % groupSize)
                guard index < entries.count, case .record(let record) = entries[index] else { continue }
                guard let successor = successors[position] else {
                    throw LedgerError(
                        .corrupted, "no entry of block \(height) supersedes position \(position); restore a backup")
                }
                // An entry that was written anew for its successor's sake alone has the same value.
                if successor.valueNumber != record.valueNumber {
                    try remove.execute(arguments: [record.valueNumber])
                }
                entries[index] = .pruned(record.leaf.digest(suite: reader.genesis.suite))
            }
            let isDropped = (group + 1) * groupSize <= complete && entries.allSatisfy(\.isPruned)
            if isDropped {
                // The group's root stands with its twig.
                try drop.execute(arguments: [Int64(group)])
            } else {
                try put.execute(arguments: [Int64(group), StateGroup.bytes(entries).blob])
            }
        }
    }

    /// The entries that a block appended, by the positions that they superseded.
    private func successors(at height: Height) throws -> [UInt64: StateRecord] {
        guard let end = try reader.stateSize(at: height), let before = height.previous,
            let first = try reader.stateSize(at: before)
        else { throw LedgerError(.corrupted, "block \(height) is missing; restore a backup") }
        var successors: [UInt64: StateRecord] = [:]
        let groupSize = UInt64(StateGroup.entryCount)
        for group in first / groupSize..<(end + groupSize - 1) / groupSize {
            for (offset, entry) in try reader.storedEntries(ofGroup: Int64(group)).enumerated() {
                let position = group * groupSize + UInt64(offset)
                guard position >= first, position < end, case .record(let record) = entry else { continue }
                // A new key refers to the entry before it in the ring, which the copy before it has superseded.
                if let known = successors[record.previous], known.leaf.key < record.leaf.key { continue }
                successors[record.previous] = record
            }
        }
        return successors
    }
}

extension StoredEntry {
    var isPruned: Bool {
        if case .pruned = self { true } else { false }
    }
}
