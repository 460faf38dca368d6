package import Formats
import Identity
package import Ledger
import Logging

/// Makes a node's ledger from a snapshot: fetches, checks, builds, and puts the database in its place when it is whole.
///
/// What was fetched is kept until the ledger is in its place, so that a start after a crash goes on where it was.
package struct SnapshotInstallation: Sendable {
    private let genesis: Genesis
    private let directory: DataDirectory
    private let options: StorageOptions

    package init(in directory: DataDirectory, genesis: Genesis, options: StorageOptions = StorageOptions()) {
        self.directory = directory
        self.genesis = genesis
        self.options = options
    }

    private var joiningPath: String { "\(directory.path)/joining" }

    /// Installs a snapshot.
    /// - Throws: ``FileError`` with code `exists` where there is a ledger; ``SnapshotRefused``, `VerificationError`;
    ///   `LedgerError`; whatever the source throws. There is no ledger then.
    package func run(_ manifest: SnapshotManifest, from source: some SnapshotSource) async throws {
        guard !ProtectedFile.exists(directory.ledgerPath) else {
            throw FileError(
                .exists,
                "there is a ledger in \(directory.path) already: a snapshot is for a node that begins. Move "
                    + "ledger.sqlite and what belongs to it away, and keep the votes"
            )
        }
        do {
            try manifest.verify(against: genesis)
        } catch {
            throw SnapshotRefused(source.name, "\(error)")
        }
        let folder = SnapshotFolder("\(joiningPath)/\(genesis.suite.digest(of: manifest.derBytes))")
        for name in ProtectedFile.names(in: joiningPath) where "\(joiningPath)/\(name)" != folder.path {
            try ProtectedFile.remove("\(joiningPath)/\(name)")
        }
        _ = try await SnapshotDownload(manifest, to: folder, genesis: genesis).run(from: source)
        try build(manifest, from: folder)
        try ProtectedFile.remove(joiningPath)
    }

    private func build(_ manifest: SnapshotManifest, from folder: SnapshotFolder) throws {
        let temporary = "\(directory.ledgerPath).new"
        try LedgerMaintenance.removeDatabase(temporary)
        do {
            let builder = try SnapshotBuilder(
                path: temporary, genesis: genesis, manifest: manifest, options: options)
            while let (part, index) = builder.next {
                try builder.add(try folder.chunk(part, index))
            }
            try builder.finish()
            try ProtectedFile.putInPlace(temporary, at: directory.ledgerPath)
        } catch {
            try LedgerMaintenance.removeDatabase(temporary)
            throw error
        }
    }
}
