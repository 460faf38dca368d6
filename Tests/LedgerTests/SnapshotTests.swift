import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Testing

/// Snapshots: made, refused where anything is wrong with them, and gone on from.
struct SnapshotTests {
    /// A snapshot in memory.
    struct Snapshot {
        var manifest: SnapshotManifest
        var chunks: [SnapshotPart: [[UInt8]]] = [:]

        var all: [[UInt8]] { SnapshotPart.allCases.flatMap { chunks[$0] ?? [] } }

        init(of path: String, _ consortium: TestConsortium) throws {
            var chunks: [SnapshotPart: [[UInt8]]] = [:]
            manifest = try LedgerFile(path, genesis: consortium.genesis).makeSnapshot { part, index, bytes, _ in
                #expect(chunks[part, default: []].count == index)
                chunks[part, default: []].append(bytes)
            }
            self.chunks = chunks
        }
    }

    /// A chain that is longer than its window, with several complete twigs and values in all of them.
    static func chain(lifetime: UInt64 = 4) throws -> Scene {
        var limits = ChannelLimits()
        limits.transactionLifetime = lifetime
        var scene = try Scene(limits: limits)
        for index in 0..<12 {
            try scene.append([
                scene.transaction([NotesContract.call("put", "key-\(index % 5)", [UInt8(index)])]),
                scene.transaction([NotesContract.call("repeat", "\(40 + index)", [UInt8](repeating: 1, count: 300))]),
                scene.transaction([NotesContract.call("remove", "key-\((index + 2) % 5)")]),
            ])
        }
        try scene.append()
        return scene
    }

    /// A chain with more values than one chunk of a snapshot holds.
    static func largeChain() throws -> Scene {
        var scene = try chain()
        for block in 0..<3 {
            try scene.append(
                (0..<20).map { index in
                    let value = [UInt8](repeating: UInt8(index), count: 50_000)
                    return try scene.transaction([NotesContract.call("put", "large-\(block)-\(index)", value)])
                })
        }
        try scene.append()
        return scene
    }

    private func executed(_ scene: Scene) async throws -> LedgerOnDisk {
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        return disk
    }

    private func build(
        _ snapshot: Snapshot,
        _ scene: Scene,
        at path: String,
        options: StorageOptions = StorageOptions()
    ) throws {
        let builder = try SnapshotBuilder(
            path: path, genesis: scene.consortium.genesis, manifest: snapshot.manifest, options: options)
        for chunk in snapshot.all { try builder.add(chunk) }
        try builder.finish()
    }

    @Test func aLedgerFromASnapshotHoldsAndGoesOnAsTheOthers() async throws {
        var scene = try Self.chain()
        let disk = try await executed(scene)
        let snapshot = try Snapshot(of: disk.path, scene.consortium)
        #expect(snapshot.manifest.height == Height(rawValue: 13))
        let directory = try TemporaryDirectory()
        let path = directory.path("joined.sqlite")
        try build(snapshot, scene, at: path)
        let verification = LedgerVerification(genesis: scene.consortium.genesis)
        let report = try verification.verify(path)
        #expect(report.height == snapshot.manifest.height)
        #expect(report.stateRoot == snapshot.manifest.sealingHeader.executed.stateRoot)

        let joined = try ChannelLedger(
            path: path, genesis: scene.consortium.genesis, contracts: try Contracts([NotesContract()]))
        try await joined.execute(Array(scene.chain.blocks.dropFirst(13)))
        #expect(joined.head == disk.ledger.head)
        for index in 0..<8 {
            try scene.append([
                scene.transaction([NotesContract.call("put", "key-\(index % 6)", [UInt8(index)])]),
                scene.transaction([NotesContract.call("remove", "key-\((index + 3) % 5)")]),
                scene.transaction([NotesContract.call("append", "list", [UInt8(index)])]),
            ])
            try await joined.execute(scene.chain.blocks.suffix(1))
            #expect(joined.head.results == scene.chain.results)
        }
        let query = Note(key: "key-1", value: []).derBytes
        try await disk.ledger.execute(Array(scene.chain.blocks.suffix(8)))
        let answers = [
            try await joined.query("notes", "get", arguments: query),
            try await disk.ledger.query("notes", "get", arguments: query),
        ]
        #expect(try answers[0].value() == answers[1].value())
        try joined.close()
        #expect(try verification.verify(path).height == scene.chain.parent.height)
        // A snapshot of the ledger that began with one is the same as one of the ledger that has everything.
        let again = try Snapshot(of: path, scene.consortium)
        let original = try Snapshot(of: disk.path, scene.consortium)
        #expect(again.manifest == original.manifest)
        #expect(again.chunks == original.chunks)
    }

    @Test func whatCannotComeAgainIsKnownFromTheWindow() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        let directory = try TemporaryDirectory()
        let path = directory.path("joined.sqlite")
        try build(try Snapshot(of: disk.path, scene.consortium), scene, at: path)
        let joined = try ChannelLedger(
            path: path, genesis: scene.consortium.genesis, contracts: try Contracts([NotesContract()]))
        for block in scene.chain.blocks.prefix(13).suffix(4) {
            for transaction in block.transactions {
                #expect(try await joined.contains(transaction.identifier))
                let outcome = try await joined.outcome(of: transaction.identifier)
                #expect(try await outcome == disk.ledger.outcome(of: transaction.identifier))
                let error = await failure(LedgerError.self) { try await joined.receipt(for: transaction.identifier) }
                #expect([.pruned, .noReceipt, .notSealed].contains(error?.code))
            }
        }
        let error = await failure(LedgerError.self) {
            try await joined.blocks(from: Height(rawValue: 2), limit: 10, maximumBytes: 1 << 20)
        }
        #expect(error?.code == .pruned)
    }

    @Test func everyFlippedByteOfAChunkIsRefused() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        let snapshot = try Snapshot(of: disk.path, scene.consortium)
        let suite = scene.consortium.suite
        let executed = snapshot.manifest.sealingHeader.executed
        var generator = SeededGenerator(seed: 6)
        var count = 0
        for part in SnapshotPart.allCases {
            for chunk in snapshot.chunks[part] ?? [] {
                for _ in 0..<150 {
                    var bytes = chunk
                    let position = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                    // The chunk proves itself, or does not: the manifest's digests are no part of this.
                    #expect(throws: (any Error).self, "byte \(position) of a \(part) chunk, seed 6") {
                        switch part {
                        case .state:
                            try StateChunk(derBytes: bytes, limit: SnapshotLimits.chunkBytes)
                                .verify(snapshot.manifest.state, suite: suite)
                        case .journal:
                            try JournalChunk(derBytes: bytes, limit: SnapshotLimits.chunkBytes)
                                .verify(executed, suite: suite)
                        case .window:
                            try WindowChunk(derBytes: bytes, limit: SnapshotLimits.chunkBytes)
                                .verify(executed, suite: suite)
                        }
                    }
                    count += 1
                }
            }
        }
        #expect(count >= 450)
    }

    @Test func missingDoubledAndForeignChunksAreRefused() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        let snapshot = try Snapshot(of: disk.path, scene.consortium)
        let other = try Self.chain()
        let otherDisk = try await executed(other)
        let foreign = try Snapshot(of: otherDisk.path, other.consortium)
        let directory = try TemporaryDirectory()
        var number = 0
        func refusal(_ change: (inout Snapshot) -> Void) -> VerificationError.Code? {
            var changed = snapshot
            change(&changed)
            number += 1
            let error = #expect(throws: VerificationError.self) {
                try build(changed, scene, at: directory.path("\(number).sqlite"))
            }
            return error?.code
        }
        for part in SnapshotPart.allCases {
            #expect(refusal { $0.chunks[part]?.removeLast() } != nil, "\(part)")
            let first = snapshot.chunks[part]?.first ?? []
            #expect(refusal { $0.chunks[part]?.insert(first, at: 0) } != nil, "\(part)")
            #expect(refusal { $0.chunks[part] = foreign.chunks[part] } == .wrongDigest, "\(part)")
            #expect(refusal { $0.chunks[part]?[0] = [] } == .wrongDigest, "\(part)")
        }
        #expect(refusal { $0 = foreign } == .wrongConsortium)
        #expect(refusal { $0.manifest = foreign.manifest } == .wrongConsortium)
    }

    /// A manifest whose list of digests has been made to fit forged chunks is no better than the chunks.
    @Test func aManifestThatVouchesForForgedChunksDoesNotHelpThem() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        let snapshot = try Snapshot(of: disk.path, scene.consortium)
        let directory = try TemporaryDirectory()
        var generator = SeededGenerator(seed: 7)
        for part in SnapshotPart.allCases {
            for attempt in 0..<20 {
                var forged = snapshot
                let index = Int.random(in: 0..<(forged.chunks[part]?.count ?? 1), using: &generator)
                let count = forged.chunks[part]?[index].count ?? 0
                forged.chunks[part]?[index][Int.random(in: 0..<count, using: &generator)] ^= 1
                forged.manifest = forged.manifest.relisting(forged.chunks, suite: scene.consortium.suite)
                #expect(throws: (any Error).self) {
                    try build(forged, scene, at: directory.path("\(part)-\(attempt).sqlite"))
                }
            }
        }
    }

    @Test func chunksInAnotherOrderOrFewerAreRefusedWhateverTheListSays() async throws {
        let scene = try Self.largeChain()
        let disk = try await executed(scene)
        let snapshot = try Snapshot(of: disk.path, scene.consortium)
        let directory = try TemporaryDirectory()
        try build(snapshot, scene, at: directory.path("whole.sqlite"))
        let report = try LedgerVerification(genesis: scene.consortium.genesis).verify(directory.path("whole.sqlite"))
        #expect(report.stateRoot == snapshot.manifest.sealingHeader.executed.stateRoot)
        #expect(snapshot.manifest.stateChunks.count > 1, "the state has several chunks")
        // Two chunks in each other's place, with a list that says so.
        var swapped = snapshot
        swapped.chunks[.state]?.swapAt(0, 1)
        swapped.manifest = swapped.manifest.relisting(swapped.chunks, suite: scene.consortium.suite)
        #expect(throws: VerificationError.self) { try build(swapped, scene, at: directory.path("swapped.sqlite")) }
        // A chunk less, with a list that says so.
        var short = snapshot
        short.chunks[.state]?.removeLast()
        short.manifest = short.manifest.relisting(short.chunks, suite: scene.consortium.suite)
        #expect(throws: VerificationError.self) { try build(short, scene, at: directory.path("short.sqlite")) }
    }

    @Test func aManifestIsRefusedForEveryThingThatIsWrongWithIt() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        let manifest = try Snapshot(of: disk.path, scene.consortium).manifest
        let genesis = scene.consortium.genesis
        try manifest.verify(against: genesis)
        let bytes = manifest.derBytes
        #expect(try SnapshotManifest(derBytes: bytes, limit: SnapshotLimits.manifestBytes) == manifest)
        var generator = SeededGenerator(seed: 8)
        let listed = manifest.stateChunks + manifest.journalChunks + manifest.windowChunks
        for _ in 0..<300 {
            var flipped = bytes
            flipped[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                1 << UInt8.random(in: 0..<8, using: &generator)
            guard let other = try? SnapshotManifest(derBytes: flipped, limit: SnapshotLimits.manifestBytes) else {
                continue
            }
            // Only what proves nothing may differ: the list of chunks.
            let otherListed = other.stateChunks + other.journalChunks + other.windowChunks
            if (try? other.verify(against: genesis)) != nil { #expect(listed != otherListed) }
        }
        let early = try #require(scene.chain.blocks.first)
        let cases: [(SnapshotManifest, VerificationError.Code)] = [
            (manifest.changed(header: early.header, finalization: early.finalization), .inconsistent),
            (manifest.changed(finalization: early.finalization), .inconsistent),
            (manifest.changed(sealing: early.header, sealingFinalization: early.finalization), .inconsistent),
            (manifest.changed(state: StateCommitment(size: 5, twigsRoot: manifest.state.twigsRoot)), .wrongDigest),
            (manifest.changed(firstWindowHeight: Height(rawValue: 2)), .inconsistent),
        ]
        for (changed, code) in cases {
            #expect(throws: VerificationError(code, "")) { try changed.verify(against: genesis) }
        }
    }

    @Test func aFullDiskLeavesNoLedgerBehindThatAnybodyTakesForOne() async throws {
        let scene = try Self.largeChain()
        let disk = try await executed(scene)
        let snapshot = try Snapshot(of: disk.path, scene.consortium)
        let directory = try TemporaryDirectory()
        var options = StorageOptions()
        options.maximumBytes = 1_000_000
        let error = #expect(throws: LedgerError.self) {
            try build(snapshot, scene, at: directory.path("full.sqlite"), options: options)
        }
        #expect(error?.code == .outOfSpace)
    }

    @Test func thereIsNoSnapshotOfWhatNobodyHasSealed() async throws {
        let scene = try Scene()
        let disk = try await executed(scene)
        let error = #expect(throws: LedgerError.self) { try Snapshot(of: disk.path, scene.consortium) }
        #expect(error?.code == .notSealed)
    }

    @Test func aSnapshotOfARunningLedgerIsTheSame() async throws {
        let scene = try Self.chain()
        let disk = try await executed(scene)
        let offline = try Snapshot(of: disk.path, scene.consortium)
        let online = try await disk.ledger.makeSnapshot { _, _, _, _ in }
        #expect(online == offline.manifest)
    }
}

extension SnapshotManifest {
    /// The same with a list of these chunks.
    func relisting(_ chunks: [SnapshotPart: [[UInt8]]], suite: any CryptoSuite) -> SnapshotManifest {
        func list(_ part: SnapshotPart) -> [SnapshotChunk] {
            (chunks[part] ?? []).map { SnapshotChunk(of: $0, suite: suite) }
        }
        return SnapshotManifest(
            suite: self.suite, consortium: consortium, header: header, finalization: finalization,
            sealingHeader: sealingHeader, sealingFinalization: sealingFinalization, state: state,
            firstWindowHeight: firstWindowHeight, stateChunks: list(.state), journalChunks: list(.journal),
            windowChunks: list(.window))
    }

    func changed(
        header: BlockHeader? = nil,
        finalization: QuorumCertificate? = nil,
        sealing: BlockHeader? = nil,
        sealingFinalization: QuorumCertificate? = nil,
        state: StateCommitment? = nil,
        firstWindowHeight: Height? = nil
    ) -> SnapshotManifest {
        SnapshotManifest(
            suite: suite, consortium: consortium, header: header ?? self.header,
            finalization: finalization ?? self.finalization, sealingHeader: sealing ?? sealingHeader,
            sealingFinalization: sealingFinalization ?? self.sealingFinalization, state: state ?? self.state,
            firstWindowHeight: firstWindowHeight ?? self.firstWindowHeight, stateChunks: stateChunks,
            journalChunks: journalChunks, windowChunks: windowChunks)
    }
}
