package import Formats

/// Asks a node what it has for somebody who begins.
package struct SnapshotRequest: Codable, Sendable {
    /// Whether a snapshot is wanted: one is made if there is none that is new enough.
    let isWanted: Bool

    package init(isWanted: Bool) { self.isWanted = isWanted }
}

package struct SnapshotReply: Codable, Sendable {
    /// The node's last block.
    let head: Height
    /// The first block that it can give with all its transactions.
    let firstBlock: Height
    /// DER of a `SnapshotManifest`; `nil` where none is there yet.
    let manifest: [UInt8]?
    /// Whether one is being made: ask again in a moment.
    let isMaking: Bool

    package init(head: Height, firstBlock: Height, manifest: [UInt8]?, isMaking: Bool) {
        self.head = head
        self.firstBlock = firstBlock
        self.manifest = manifest
        self.isMaking = isMaking
    }
}

/// Asks for a chunk of the snapshot of a height.
package struct SnapshotChunkRequest: Codable, Sendable {
    let height: Height
    /// A ``SnapshotPart``.
    let part: String
    let index: Int

    package init(height: Height, part: String, index: Int) {
        self.height = height
        self.part = part
        self.index = index
    }
}

package struct SnapshotChunkReply: Codable, Sendable {
    /// DER of the chunk; `nil` where the node has another snapshot, or none.
    let chunk: [UInt8]?

    package init(chunk: [UInt8]?) { self.chunk = chunk }
}
