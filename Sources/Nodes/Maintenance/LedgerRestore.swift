public import Formats
public import Ledger

/// Puts a backup in the place of a ledger that was lost.
///
/// The node that runs on it afterwards has lost its votes: it listens before it votes, until others have told it how
/// far the consortium is, so that it never contradicts a vote that it does not remember.
public struct LedgerRestore: Sendable {
    private let genesis: Genesis
    private let options: LedgerVerification.Options

    public init(genesis: Genesis, options: LedgerVerification.Options = .init()) {
        self.genesis = genesis
        self.options = options
    }

    /// Copies a backup into a data directory and verifies the copy, which has its name only when it holds.
    /// - Parameters:
    ///   - backup: a file that ``LedgerMaintenance/backUp(to:options:progress:)`` has written.
    ///   - dataPath: a directory that is empty, or not there.
    /// - Throws: ``FileError`` with code `exists` where the directory holds anything; `LedgerFault`; `LedgerError`.
    public func restore(
        _ backup: String,
        to dataPath: String,
        storage: StorageOptions = StorageOptions(),
        progress: (WorkProgress) throws -> Void = { _ in }
    ) throws -> LedgerVerificationReport {
        guard ProtectedFile.exists(backup) else { throw FileError(.missing, "there is no file \(backup)") }
        let names = ProtectedFile.names(in: dataPath).filter { !Self.isOwn($0) }
        guard names.isEmpty else {
            throw FileError(
                .exists,
                "\(dataPath) holds \(names.joined(separator: ", ")): move it away first. What is there may be newer "
                    + "than the backup, and the votes in it must not come together with an older ledger"
            )
        }
        let file = try LedgerFile(backup, genesis: genesis)
        let directory = try DataDirectory(dataPath, genesis: genesis)
        defer { withExtendedLifetime(directory) {} }
        let temporary = "\(directory.ledgerPath).new"
        try LedgerMaintenance.removeDatabase(temporary)
        do {
            try file.copy(to: temporary, options: storage)
            let report = try LedgerVerification(genesis: genesis, options: options)
                .verify(temporary, progress: progress)
            try ProtectedFile.putInPlace(temporary, at: directory.ledgerPath)
            return report
        } catch {
            try LedgerMaintenance.removeDatabase(temporary)
            throw error
        }
    }

    /// What a restore that was interrupted has left, which says nothing of votes.
    private static let ownNames: Set<String> = [
        "lock", "consortium", "ledger.sqlite.new", "ledger.sqlite.new-journal",
    ]

    /// Whether a file is of such a restore; `consortium` may be there half written, under the name that it has until it
    /// is whole.
    private static func isOwn(_ name: String) -> Bool {
        ownNames.contains(name) || name.hasPrefix("consortium.new.")
    }
}
