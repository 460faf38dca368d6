public import Formats
public import Ledger

/// What an operator does with a node's ledger: verify, copy, restore, export. Everything here works on files, without a
/// network.
public struct LedgerMaintenance: Sendable {
    /// The node's data directory.
    public let dataPath: String
    public let genesis: Genesis

    /// - Parameters:
    ///   - dataPath: a node's data directory.
    ///   - genesis: the consortium's.
    public init(dataPath: String, genesis: Genesis) {
        self.dataPath = dataPath
        self.genesis = genesis
    }

    var ledgerPath: String { "\(dataPath)/ledger.sqlite" }

    /// Verifies the whole ledger. No node may run on it: a check of many minutes would keep it from tidying up.
    /// - Throws: `LedgerFault` that names the first row that does not hold; ``FileError``; `LedgerError`.
    public func verify(
        options: LedgerVerification.Options = .init(),
        progress: (WorkProgress) throws -> Void = { _ in }
    ) throws -> LedgerVerificationReport {
        let directory = try open()
        defer { withExtendedLifetime(directory) {} }
        return try LedgerVerification(genesis: genesis, options: options).verify(ledgerPath, progress: progress)
    }

    /// Copies the ledger to one file; a node may run meanwhile. Votes are not in it, and must not be: a node that had
    /// old ones might vote twice.
    /// - Parameters:
    ///   - path: the backup, where no file may be yet.
    ///   - options: how large it may become.
    /// - Returns: the block that the backup ends with.
    /// - Throws: ``FileError``; `LedgerError`. There is no file then.
    public func backUp(
        to path: String,
        options: StorageOptions = StorageOptions(),
        progress: (WorkProgress) throws -> Void = { _ in }
    ) throws -> LedgerPoint {
        guard !ProtectedFile.exists(path) else { throw FileError(alreadyAt: path) }
        let file = try file()
        let temporary = "\(path).new"
        try Self.removeDatabase(temporary)
        do {
            try file.copy(to: temporary, options: options, progress: progress)
            let head = try LedgerFile(temporary, genesis: genesis).head()
            try ProtectedFile.putInPlace(temporary, at: path)
            return head
        } catch {
            try Self.removeDatabase(temporary)
            throw error
        }
    }

    /// Writes what the ledger holds; a node may run meanwhile.
    public func export(_ content: LedgerExportContent, as format: LedgerExportFormat) throws -> LedgerExport {
        LedgerExport(try file(), content: content, format: format)
    }

    /// The ledger for reading.
    /// - Throws: ``FileError`` with code `missing`; `LedgerError`.
    func file() throws -> LedgerFile {
        try checkLedger()
        return try LedgerFile(ledgerPath, genesis: genesis)
    }

    /// The data directory, held as a node holds it.
    func open() throws -> DataDirectory {
        try checkLedger()
        return try DataDirectory(dataPath, genesis: genesis)
    }

    private func checkLedger() throws(FileError) {
        guard ProtectedFile.exists(ledgerPath) else {
            throw FileError(.missing, "there is no ledger in \(dataPath); name the 'data' directory of a node")
        }
    }

    static func removeDatabase(_ path: String) throws(FileError) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            try ProtectedFile.remove(path + suffix)
        }
    }
}
