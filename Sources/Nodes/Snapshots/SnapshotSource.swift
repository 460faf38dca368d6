import ClusterTransport
package import Formats
import Identity

/// Whoever gives a snapshot: a peer, or a folder.
package protocol SnapshotSource: Sendable {
    /// Who it is, for the log.
    var name: String { get }
    /// Most chunks that are fetched at a time.
    var parallelism: Int { get }
    /// - Throws: whatever keeps the chunk from coming.
    func chunk(_ part: SnapshotPart, _ index: Int, of manifest: SnapshotManifest) async throws -> [UInt8]
}

/// A snapshot that somebody has brought on a disk.
package struct SnapshotFolderSource: SnapshotSource {
    private let folder: SnapshotFolder

    package init(_ folder: SnapshotFolder) { self.folder = folder }

    package var name: String { folder.path }
    package var parallelism: Int { 1 }

    package func chunk(_ part: SnapshotPart, _ index: Int, of manifest: SnapshotManifest) async throws -> [UInt8] {
        try folder.chunk(part, index)
    }
}

/// A snapshot that a peer keeps.
struct SnapshotPeerSource: SnapshotSource {
    let peer: ValidatorPeer

    var name: String { "\(peer.id.member)" }
    /// Half of what the transport lets one peer have under way, so that blocks get through beside it.
    var parallelism: Int { 4 }

    func chunk(_ part: SnapshotPart, _ index: Int, of manifest: SnapshotManifest) async throws -> [UInt8] {
        let request = SnapshotChunkRequest(height: manifest.height, part: part.rawValue, index: index)
        guard let chunk = try await peer.snapshotChunk(request).chunk else {
            throw NodeError(.notFound, "\(name) has the snapshot of height \(manifest.height) no more")
        }
        return chunk
    }
}
