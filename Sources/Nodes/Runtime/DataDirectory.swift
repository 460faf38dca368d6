package import Formats
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A node's directory: its ledger and read model, its votes, and the mark that says whose it is.
///
/// One process at a time holds it: two with one directory would vote twice.
package final class DataDirectory: Sendable {
    package let path: String
    private let lock: Int32

    package var ledgerPath: String { "\(path)/ledger.sqlite" }
    package var readModelPath: String { ReadModelFile.path(inDataOf: path) }
    package var votesPath: String { "\(path)/votes" }
    package var snapshotsPath: String { "\(path)/snapshots" }
    package var evidencePath: String { "\(path)/evidence" }

    /// Opens the directory of a node, or makes it.
    /// - Throws: ``FileError``: `inUse` where another process has it, `unreadable` where it is another consortium's.
    package init(_ path: String, genesis: Genesis) throws(FileError) {
        try ProtectedFile.createDirectory(path)
        self.path = path
        let lockPath = "\(path)/lock"
        lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw FileError(writing: lockPath) }
        // Whoever throws from here on leaves it to `deinit` to close the lock: closed twice, it might be another's
        // file.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw FileError(
                .inUse, "another process runs a node on \(path); stop it first, or give this one a directory of its own"
            )
        }
        try checkOwner(genesis)
    }

    deinit {
        // A process that is just being started elsewhere in this one may still share the open file, and with it the
        // lock.
        _ = flock(lock, LOCK_UN)
        close(lock)
    }

    private func checkOwner(_ genesis: Genesis) throws(FileError) {
        let markPath = "\(path)/consortium"
        let mark = "\(genesis.digest)\n"
        guard ProtectedFile.exists(markPath) else {
            try ProtectedFile.create(at: markPath, with: Array(mark.utf8), access: .shared)
            return
        }
        let found = try ProtectedFile.text(of: markPath, limit: 1_024)
        guard found == mark else {
            throw FileError(
                .unreadable,
                "\(path) holds the data of consortium \(found.prefix(64)), not of \(genesis.digest): "
                    + "use another data directory, or the genesis file that this one was made with"
            )
        }
    }
}
