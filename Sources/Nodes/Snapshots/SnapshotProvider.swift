import Formats
import Foundation
import Ledger
import Logging

/// Keeps a node's newest snapshot for those who ask, one at a time: made when somebody asks and there is none that is
/// new enough, beside everything else that the node does.
actor SnapshotProvider {
    /// A snapshot is given as long as it is no further behind than this: who takes it fetches the rest block by block.
    static let maximumAge: UInt64 = 10_000

    private let path: String
    private let ledger: ChannelLedger
    private let work: BackgroundWork
    private let logger: Logger
    private var current: (folder: SnapshotFolder, manifest: SnapshotManifest)?
    private var isMaking = false

    /// - Parameter path: a directory of the node's own for its snapshots.
    init(path: String, ledger: ChannelLedger, work: BackgroundWork, logger: Logger) {
        self.path = path
        self.ledger = ledger
        self.work = work
        self.logger = logger
        current = Self.newest(in: path, ledger: ledger, logger: logger)
    }

    /// Tells what is there, and has a snapshot made where one is wanted.
    /// - Throws: ``NodeError`` with code `unavailable`.
    func offer(_ request: SnapshotRequest) async throws(NodeError) -> SnapshotReply {
        let head = ledger.head.height
        let first: Height
        do {
            first = try await ledger.firstWholeHeight()
        } catch {
            throw NodeError(.unavailable, "the ledger cannot be read: \(error)")
        }
        guard request.isWanted else { return reply(head, first, nil) }
        if let manifest = current?.manifest, manifest.height.advanced(by: Self.maximumAge) >= head,
            manifest.height.next >= first
        {
            return reply(head, first, manifest)
        }
        if !isMaking {
            isMaking = true
            work.add { await self.make() }
        }
        return reply(head, first, nil)
    }

    /// Gives a chunk of the snapshot that is there.
    /// - Throws: ``NodeError`` with code `unavailable`.
    func chunk(_ request: SnapshotChunkRequest) throws(NodeError) -> SnapshotChunkReply {
        guard let current, current.manifest.height == request.height, let part = SnapshotPart(rawValue: request.part),
            current.manifest.chunks(of: part).indices.contains(request.index)
        else { return SnapshotChunkReply(chunk: nil) }
        do {
            return SnapshotChunkReply(chunk: try current.folder.chunk(part, request.index))
        } catch {
            throw NodeError(.unavailable, "the snapshot cannot be read: \(error)")
        }
    }

    private func reply(_ head: Height, _ first: Height, _ manifest: SnapshotManifest?) -> SnapshotReply {
        SnapshotReply(head: head, firstBlock: first, manifest: manifest?.derBytes, isMaking: isMaking)
    }

    private func make() async {
        defer { isMaking = false }
        do {
            try ProtectedFile.createDirectory(path)
            let temporary = "\(path)/making"
            try ProtectedFile.remove(temporary)
            let manifest = try await SnapshotFolder.create(at: temporary) { [ledger] folder in
                try await ledger.makeSnapshot { part, index, bytes, _ in try folder.write(bytes, part, index) }
            }
            let place = "\(path)/\(manifest.height)"
            if !ProtectedFile.exists(place) { try ProtectedFile.putInPlace(temporary, at: place) }
            current = (SnapshotFolder(place), manifest)
            for name in ProtectedFile.names(in: path) where name != "\(manifest.height)" {
                try ProtectedFile.remove("\(path)/\(name)")
            }
            logger.info("a snapshot is made", metadata: ["height": "\(manifest.height)"])
        } catch {
            logger.error("no snapshot could be made", metadata: ["error": "\(error)"])
        }
    }

    /// The newest snapshot that is whole; whatever else is there was left by a crash.
    private static func newest(
        in path: String,
        ledger: ChannelLedger,
        logger: Logger
    ) -> (folder: SnapshotFolder, manifest: SnapshotManifest)? {
        let heights = ProtectedFile.names(in: path).compactMap { UInt64($0) }.sorted().reversed()
        for height in heights {
            let folder = SnapshotFolder("\(path)/\(height)")
            do {
                let manifest = try folder.manifest()
                try manifest.verify(against: ledger.genesis)
                return (folder, manifest)
            } catch {
                logger.warning("a snapshot is passed over", metadata: ["height": "\(height)", "error": "\(error)"])
            }
        }
        return nil
    }
}
