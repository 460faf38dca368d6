import Formats
import GRDB
import Identity

/// Checks `journal_nodes`: builds the journal anew from its leaves and compares every stored node.
struct JournalCheck {
    private let suite: any CryptoSuite
    private let select: Statement
    private let database: Database
    private var journal = MerkleRange()
    private var nodeCount: Int64 = 0

    init(_ database: Database, suite: any CryptoSuite) throws {
        self.database = database
        self.suite = suite
        select = try database.cachedStatement(
            sql: "SELECT level, position, digest FROM journal_nodes WHERE level = ? AND position = ?")
    }

    /// The heights in the journal so far.
    var height: Height { Height(rawValue: journal.count) }

    var root: Digest { journal.root(suite: suite) }

    /// Takes the next block's leaf.
    mutating func append(_ leaf: JournalLeaf) throws {
        try append(leaf: MerkleTree.leafDigest(leaf.derBytes, suite: suite))
    }

    /// Takes leaves that stand in the table and nowhere else, up to a height: of blocks below a snapshot.
    mutating func appendStored(through height: Height) throws {
        while self.height < height {
            let row = try row(level: 0, position: journal.count)
            try append(leaf: try row.digest("digest"))
        }
    }

    /// The leaf digest that is stored for a height.
    func storedLeaf(at height: Height) throws -> TableRow {
        try row(level: 0, position: height.rawValue - 1)
    }

    /// Checks that there are no other nodes.
    func finish() throws {
        guard try Int64.fetchOne(database, sql: "SELECT count(*) FROM journal_nodes") != nodeCount else { return }
        let rows = try TableCursor(database, "journal_nodes", key: ["level", "position"], columns: ["digest"])
        while let row = try rows.next() {
            let isNode =
                (0...62).contains(row.key[0]) && row.key[1] >= 0
                && UInt64(row.key[1]) < journal.count >> UInt64(row.key[0])
            if !isNode { throw TableCursor.superfluous(row) }
        }
    }

    private mutating func append(leaf: Digest) throws {
        for node in journal.append(leaf: leaf, suite: suite) {
            nodeCount += 1
            let row = try row(level: node.level, position: node.index)
            try row.expect("digest", try row.digest("digest"), is: node.digest)
        }
    }

    private func row(level: Int, position: UInt64) throws -> TableRow {
        guard let row = try Row.fetchOne(select, arguments: [level, Int64(position)]) else {
            throw LedgerFault(
                table: "journal_nodes", key: "\(level), \(position)", column: "key", expected: "a row", found: "none")
        }
        return try TableRow(table: "journal_nodes", keyCount: 2, row: row)
    }
}
