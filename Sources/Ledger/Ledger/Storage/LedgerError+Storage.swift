import Formats
import GRDB

extension LedgerError {
    /// Translates whatever a database access throws.
    init(storage error: any Error) {
        switch error {
        case let error as LedgerError: self = error
        case let error as DatabaseError: self.init(database: error)
        case is CancellationError: self.init(.cancelled, "the task was cancelled; nothing was written")
        case is FormatError:
            self.init(
                .corrupted, "the database holds bytes that this software never writes; restore a backup", cause: error)
        default: self.init(.inputOutput, "the database cannot be used", cause: error)
        }
    }

    private init(database error: DatabaseError) {
        // SQLite, "Result and Error Codes".
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .outOfSpace, "the disk or the size allowed is full; make room, then start the node again", cause: error)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .corrupted, "the database file is damaged; restore a backup or let the node fetch it anew", cause: error
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "another process holds the database; stop it first", cause: error)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self.init(
                .cannotOpen, "the database file cannot be opened or written; check place and permissions", cause: error)
        default:
            self.init(.inputOutput, "the database cannot be used", cause: error)
        }
    }
}
