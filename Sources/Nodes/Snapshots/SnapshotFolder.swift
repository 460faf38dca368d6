package import Formats
import Identity

/// A snapshot as files: `manifest.der`, and each chunk as `state-000000.der`, `journal-…`, `window-…`.
package struct SnapshotFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    private var manifestPath: String { "\(path)/manifest.der" }

    package func chunkPath(_ part: SnapshotPart, _ index: Int) -> String {
        let digits = "\(1_000_000 + index)".dropFirst()
        return "\(path)/\(part.rawValue)-\(digits).der"
    }

    /// Reads the manifest; what it says is not checked.
    /// - Throws: ``FileError``, `FormatError`.
    package func manifest() throws -> SnapshotManifest {
        let bytes = try ProtectedFile.contents(of: manifestPath, limit: SnapshotLimits.manifestBytes)
        return try SnapshotManifest(derBytes: bytes, limit: SnapshotLimits.manifestBytes)
    }

    /// - Throws: ``FileError``.
    package func chunk(_ part: SnapshotPart, _ index: Int) throws -> [UInt8] {
        try ProtectedFile.contents(of: chunkPath(part, index), limit: SnapshotLimits.chunkBytes)
    }

    /// Whether the chunk is there, and the one that the manifest lists.
    func holds(_ chunk: SnapshotChunk, _ part: SnapshotPart, _ index: Int, suite: any CryptoSuite) -> Bool {
        guard ProtectedFile.exists(chunkPath(part, index)), let bytes = try? self.chunk(part, index) else {
            return false
        }
        return SnapshotChunk(of: bytes, suite: suite) == chunk
    }

    /// - Throws: ``FileError``.
    package func write(_ bytes: [UInt8], _ part: SnapshotPart, _ index: Int) throws {
        try ProtectedFile.replace(at: chunkPath(part, index), with: bytes, access: .shared)
    }

    /// - Throws: ``FileError``.
    package func write(_ manifest: SnapshotManifest) throws {
        try ProtectedFile.replace(at: manifestPath, with: manifest.derBytes, access: .shared)
    }

    /// Makes the folder with what `make` writes into it; it has its name only when it is whole.
    /// - Throws: ``FileError`` with code `exists` where there is one; what `make` throws, and then there is no folder.
    package static func create(
        at path: String,
        _ make: (SnapshotFolder) async throws -> SnapshotManifest
    ) async throws -> SnapshotManifest {
        guard !ProtectedFile.exists(path) else { throw FileError(alreadyAt: path) }
        let temporary = SnapshotFolder("\(path).new")
        try ProtectedFile.remove(temporary.path)
        do {
            try ProtectedFile.createDirectory(temporary.path)
            let manifest = try await make(temporary)
            try temporary.write(manifest)
            try ProtectedFile.putInPlace(temporary.path, at: path)
            return manifest
        } catch {
            try ProtectedFile.remove(temporary.path)
            throw error
        }
    }
}
