import GRDB

/// How much of the machine a channel's database may take.
public struct StorageOptions: Sendable {
    /// The writer's page cache in bytes. 64 MiB keep the upper levels of the two randomly written tables in memory.
    public var writerCacheBytes = 64 << 20
    /// Each reader's page cache in bytes.
    public var readerCacheBytes = 8 << 20
    /// Pages in the write-ahead log before they are worked into the file, 16 MiB: pages that many blocks touch are then
    /// written there once.
    public var checkpointPages = 4_096
    /// Most readers at a time: more than that wait. Reads are short; a few keep the disk busy.
    public var maximumReaderCount = 4
    /// Most bytes of the database file; `nil` for what the disk has. What does not fit is
    /// ``LedgerError/Code/outOfSpace``.
    public var maximumBytes: Int?

    public init() {}
}

extension StorageOptions {
    /// Holds a database to ``maximumBytes``.
    func limitSize(of database: Database) throws {
        guard let maximumBytes else { return }
        let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4_096
        try database.execute(sql: "PRAGMA max_page_count = \(max(1, maximumBytes / pageSize))")
    }
}
