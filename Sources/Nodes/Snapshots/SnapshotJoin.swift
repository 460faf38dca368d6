import ClusterTransport
import Formats
import Identity
import Ledger
import Logging

/// Whether a node without a ledger begins with a snapshot.
public enum JoinMode: String, Sendable, CaseIterable {
    /// Where the peers no longer have the first blocks, or there are many.
    case automatic = "auto"
    case always
    case never
}

/// Begins a node with a snapshot from its peers, before anything else of it runs.
struct SnapshotJoin {
    /// Fewer blocks than this are fetched one by one: minutes at most.
    static let distance: UInt64 = 5_000
    /// How long peers are waited for at the start, and a snapshot that one is making.
    static let patience = Duration.seconds(20)
    static let makingPatience = Duration.seconds(600)
    private static let pause = Duration.milliseconds(250)

    let mode: JoinMode
    let genesis: Genesis
    let directory: DataDirectory
    let peers: [ValidatorPeer]
    let clock: any Clock<Duration>
    let logger: Logger

    /// A peer's word on what it has.
    private struct Offer {
        let peer: ValidatorPeer
        let reply: SnapshotReply
    }

    /// Begins with a snapshot where that is called for.
    /// - Returns: the snapshot's height; `nil` where the node is to begin with the first block.
    /// - Throws: ``NodeStartError`` where a snapshot is needed and no peer has given one that holds.
    func run() async throws -> Height? {
        let offers = try await gather()
        let head = offers.map(\.reply.head).max() ?? .zero
        let isWhole = offers.contains { $0.reply.firstBlock <= Height(rawValue: 1) }
        let isNeeded = !isWhole && head > .zero || head.rawValue > Self.distance
        guard mode == .always || isNeeded else { return nil }
        var reasons: [String] = []
        for offer in offers.sorted(by: { $0.reply.head > $1.reply.head }) {
            do {
                return try await join(offer.peer, offers)
            } catch let error as LedgerError {
                // Nothing that another peer could help with: the disk, most of all.
                throw error
            } catch let error as FileError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error(
                    "joining by a snapshot failed",
                    metadata: [
                        "peer": "\(offer.peer.id.member)", "error": "\(error)",
                    ])
                reasons.append("\(offer.peer.id.member): \(error)")
            }
        }
        throw NodeStartError(
            "no peer has given a snapshot that holds"
                + (reasons.isEmpty ? ": none of them answers" : ". \(reasons.joined(separator: "; "))")
                + ". Start again when they can be reached, or begin with a snapshot from a disk (--snapshot)"
        )
    }

    /// Asks the peers what they have, until one answers or patience ends, and then those who are there.
    private func gather() async throws -> [Offer] {
        try await gather(on: clock)
    }

    private func gather(on clock: some Clock<Duration>) async throws -> [Offer] {
        let deadline = clock.now.advanced(by: Self.patience)
        while true {
            var offers: [Offer] = []
            for peer in peers {
                do {
                    let reply = try await withDeadline(.seconds(2)) {
                        try await peer.snapshot(SnapshotRequest(isWanted: false))
                    }
                    offers.append(Offer(peer: peer, reply: reply))
                } catch {
                    try Task.checkCancellation()
                    logger.debug(
                        "a peer does not answer", metadata: ["peer": "\(peer.id.member)", "error": "\(error)"])
                }
            }
            if !offers.isEmpty || clock.now >= deadline { return offers }
            try await clock.sleep(until: clock.now.advanced(by: Self.pause), tolerance: nil)
        }
    }

    private func join(_ peer: ValidatorPeer, _ offers: [Offer]) async throws -> Height {
        let manifest = try await manifest(of: peer, on: clock)
        guard offers.contains(where: { $0.reply.firstBlock <= manifest.height.next }) else {
            throw SnapshotRefused(
                "\(peer.id.member)", "height \(manifest.height) is too old: no peer has the blocks after it any more")
        }
        logger.notice(
            "joining by a snapshot",
            metadata: [
                "peer": "\(peer.id.member)", "height": "\(manifest.height)", "chunks": "\(manifest.stateChunks.count)",
            ])
        try await SnapshotInstallation(in: directory, genesis: genesis).run(
            manifest, from: SnapshotPeerSource(peer: peer))
        return manifest.height
    }

    /// Asks for a manifest until the peer has made one.
    private func manifest(of peer: ValidatorPeer, on clock: some Clock<Duration>) async throws -> SnapshotManifest {
        let deadline = clock.now.advanced(by: Self.makingPatience)
        var attempts = 0
        while clock.now < deadline {
            let reply = try await withDeadline(.seconds(10)) {
                try await peer.snapshot(SnapshotRequest(isWanted: true))
            }
            if let bytes = reply.manifest {
                do {
                    return try SnapshotManifest(derBytes: bytes, limit: SnapshotLimits.manifestBytes)
                } catch {
                    throw SnapshotRefused("\(peer.id.member)", "\(error)")
                }
            }
            attempts += 1
            // Not being made, though wanted more than once: the peer could not.
            guard reply.isMaking || attempts < 3 else { break }
            try await clock.sleep(until: clock.now.advanced(by: Self.pause), tolerance: nil)
        }
        throw NodeError(.unavailable, "\(peer.id.member) has made no snapshot")
    }
}
