package import Formats
import Identity
import Logging

/// Fetches the chunks of a snapshot into a folder, several at a time. Every chunk is checked before it is kept; what is
/// there already from an earlier attempt is not fetched again.
package struct SnapshotDownload: Sendable {
    private let genesis: Genesis
    private let manifest: SnapshotManifest
    private let folder: SnapshotFolder

    /// - Parameter manifest: checked by the caller.
    package init(_ manifest: SnapshotManifest, to folder: SnapshotFolder, genesis: Genesis) {
        self.manifest = manifest
        self.folder = folder
        self.genesis = genesis
    }

    private struct Place: Sendable {
        let part: SnapshotPart
        let index: Int
    }

    /// Fetches what is missing.
    /// - Returns: how many chunks were fetched.
    /// - Throws: ``SnapshotRefused`` where a chunk is not what it has to be: the source is at fault; ``FileError``
    ///   where it cannot be kept; whatever the source throws.
    package func run(from source: some SnapshotSource) async throws -> Int {
        try ProtectedFile.createDirectory(folder.path)
        let missing = SnapshotPart.allCases.flatMap { part in
            manifest.chunks(of: part).enumerated().compactMap { index, chunk in
                folder.holds(chunk, part, index, suite: genesis.suite) ? nil : Place(part: part, index: index)
            }
        }
        var rest = missing[...]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in rest.prefix(source.parallelism) {
                group.addTask { try await fetch(place, from: source) }
            }
            rest = rest.dropFirst(source.parallelism)
            while try await group.next() != nil {
                guard let place = rest.popFirst() else { continue }
                group.addTask { try await fetch(place, from: source) }
            }
        }
        return missing.count
    }

    private func fetch(_ place: Place, from source: some SnapshotSource) async throws {
        let bytes = try await source.chunk(place.part, place.index, of: manifest)
        do {
            try check(bytes, place)
        } catch {
            throw SnapshotRefused(source.name, "\(place.part.rawValue) chunk \(place.index): \(error)")
        }
        try folder.write(bytes, place.part, place.index)
    }

    /// Checks a chunk by itself, and that the manifest means it.
    private func check(_ bytes: [UInt8], _ place: Place) throws {
        let suite = genesis.suite
        guard SnapshotChunk(of: bytes, suite: suite) == manifest.chunks(of: place.part)[place.index] else {
            throw VerificationError(.wrongDigest, "it is not the one that the manifest lists")
        }
        let limit = SnapshotLimits.chunkBytes
        let executed = manifest.sealingHeader.executed
        switch place.part {
        case .state: try StateChunk(derBytes: bytes, limit: limit).verify(manifest.state, suite: suite)
        case .journal: try JournalChunk(derBytes: bytes, limit: limit).verify(executed, suite: suite)
        case .window: try WindowChunk(derBytes: bytes, limit: limit).verify(executed, suite: suite)
        }
    }
}

/// A snapshot, or a part of one, that does not prove itself: who gave it and what is wrong.
package struct SnapshotRefused: Error, Sendable, CustomStringConvertible {
    package let source: String
    package let reason: String

    init(_ source: String, _ reason: String) {
        self.source = source
        self.reason = reason
    }

    package var description: String { "\(source) gave a snapshot that does not hold: \(reason)" }
}
