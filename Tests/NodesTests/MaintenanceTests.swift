import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Testing

/// Backup, restore and export, on a real ledger in a data directory.
struct MaintenanceTests {
    /// A node's data directory with a ledger of some blocks.
    private struct Scene {
        let directory: LedgerTestKit.TemporaryDirectory
        let consortium: TestConsortium
        var chain: TestChain
        let member: MemberIdentity
        let ledger: ChannelLedger
        private var key: UInt64 = 0

        var dataPath: String { directory.path("data") }
        var maintenance: LedgerMaintenance { LedgerMaintenance(dataPath: dataPath, genesis: consortium.genesis) }

        init() async throws {
            directory = try LedgerTestKit.TemporaryDirectory()
            consortium = try TestConsortium()
            member = try consortium.member("alice")
            chain = try TestChain(consortium)
            try FileManager.default.createDirectory(
                atPath: directory.path("data"), withIntermediateDirectories: true)
            ledger = try ChannelLedger(
                path: directory.path("data/ledger.sqlite"), genesis: consortium.genesis,
                contracts: try Contracts([NotesContract()]))
            try await append([], registering: true)
            for index in 0..<5 { try await append([NotesContract.call("put", "note-\(index)", [UInt8(index)])]) }
            try await append([NotesContract.call("remove", "note-0")])
        }

        mutating func append(_ calls: [Call], registering: Bool = false) async throws {
            key += 1
            let transaction = try consortium.transaction(calls, by: member, key: key, registering: registering)
            try await ledger.execute([chain.append([chain.verified(transaction, by: member)])])
        }
    }

    @Test func aBackupOfARunningLedgerIsRestoredAndIsTheSame() async throws {
        var scene = try await Scene()
        let backup = scene.directory.path("backup")
        let point = try scene.maintenance.backUp(to: backup)
        #expect(point.results == scene.chain.results)
        try await scene.append([NotesContract.call("put", "later", [1])])

        let restored = scene.directory.path("restored")
        let report = try LedgerRestore(genesis: scene.consortium.genesis).restore(backup, to: restored)
        #expect(report.stateRoot == point.results.stateRoot)
        #expect(report.height == point.height)
        let ledger = try ChannelLedger(
            path: "\(restored)/ledger.sqlite", genesis: scene.consortium.genesis,
            contracts: try Contracts([NotesContract()]))
        try await ledger.execute(scene.chain.blocks.suffix(1))
        #expect(ledger.head.results == scene.chain.results)
        // No votes came with it, and none is cleared.
        #expect(!FileManager.default.fileExists(atPath: "\(restored)/votes"))
    }

    @Test func whileABackupIsMadeBlocksAreCommittedAndTheBackupIsOfOneBlock() async throws {
        let scene = try await Scene()
        let blocks = scene.chain
        let backup = scene.directory.path("backup")
        let before = scene.ledger.head.results
        var growing = blocks
        // The copy holds its view of the ledger between two steps.
        var options = StorageOptions()
        options.maximumBytes = 64 << 20
        let file = try LedgerFile("\(scene.dataPath)/ledger.sqlite", genesis: scene.consortium.genesis)
        let transaction = try scene.consortium.transaction(
            [NotesContract.call("put", "meanwhile", [9])], by: scene.member, key: 99)
        let next = try growing.append([growing.verified(transaction, by: scene.member)])
        async let executed = scene.ledger.execute([next])
        try file.copy(to: backup, options: options)
        _ = try await executed
        let copied = try LedgerVerification(genesis: scene.consortium.genesis).verify(backup)
        #expect([before.stateRoot, growing.results.stateRoot].contains(copied.stateRoot))
    }

    @Test func nothingIsOverwrittenAndABrokenBackupLeavesNothing() async throws {
        let scene = try await Scene()
        let backup = scene.directory.path("backup")
        _ = try scene.maintenance.backUp(to: backup)
        #expect(throws: FileError(.exists, "")) { try scene.maintenance.backUp(to: backup) }
        var small = StorageOptions()
        small.maximumBytes = 20_000
        let error = #expect(throws: LedgerError.self) {
            try scene.maintenance.backUp(to: scene.directory.path("small"), options: small)
        }
        #expect(error?.code == .outOfSpace)
        struct Interrupted: Error {}
        #expect(throws: (any Error).self) {
            try scene.maintenance.backUp(to: scene.directory.path("interrupted")) { _ in throw Interrupted() }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: scene.directory.url.path)
        #expect(names.sorted() == ["backup", "data"])
        let nowhere = LedgerMaintenance(
            dataPath: scene.directory.path("nowhere"), genesis: scene.consortium.genesis)
        #expect(throws: FileError(.missing, "")) { try nowhere.backUp(to: scene.directory.path("other")) }
    }

    @Test func theLastBackupsAreNotedInTheDataDirectory() async throws {
        let scene = try await Scene()
        #expect(try scene.maintenance.backups().isEmpty)
        let made = (0..<LedgerMaintenance.backupRecordLimit + 3).map { number in
            BackupRecord(
                time: TestConsortium.createdAt.advanced(by: .seconds(Int64(number))),
                height: Height(rawValue: UInt64(number)), path: "/备份/\(number)", byteCount: UInt64(number) << 20)
        }
        for backup in made { try scene.maintenance.note(backup) }
        #expect(try scene.maintenance.backups() == Array(made.reversed().prefix(LedgerMaintenance.backupRecordLimit)))
        let path = "\(scene.dataPath)/backups.json"
        try Data("{\"version\": 2, \"backups\": []}".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: FileError(.unreadable, "")) { try scene.maintenance.backups() }
        try Data("half a fi".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: FileError(.unreadable, "")) { try scene.maintenance.backups() }
        // What cannot be read is not overwritten.
        #expect(throws: FileError(.unreadable, "")) { try scene.maintenance.note(made[0]) }
    }

    @Test func restoreRefusesADirectoryThatHoldsAnything() async throws {
        let scene = try await Scene()
        let backup = scene.directory.path("backup")
        _ = try scene.maintenance.backUp(to: backup)
        let restore = LedgerRestore(genesis: scene.consortium.genesis)
        let error = #expect(throws: FileError.self) { try restore.restore(backup, to: scene.dataPath) }
        #expect(error?.code == .exists)
        let votes = scene.directory.path("with-votes")
        try FileManager.default.createDirectory(atPath: "\(votes)/votes", withIntermediateDirectories: true)
        #expect(throws: FileError(.exists, "")) { try restore.restore(backup, to: votes) }
        // What a restore that was killed has left does not stand in the way of the next.
        let interrupted = scene.directory.path("interrupted")
        try FileManager.default.createDirectory(atPath: interrupted, withIntermediateDirectories: true)
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(interrupted)/ledger.sqlite.new"))
        #expect(try restore.restore(backup, to: interrupted).height == scene.ledger.head.height)
        var small = StorageOptions()
        small.maximumBytes = 20_000
        let full = #expect(throws: LedgerError.self) {
            try restore.restore(backup, to: scene.directory.path("small"), storage: small)
        }
        #expect(full?.code == .outOfSpace)
        #expect(!FileManager.default.fileExists(atPath: scene.directory.path("small/ledger.sqlite")))
    }

    @Test func restoreRefusesADamagedBackupAndOneOfAnotherConsortium() async throws {
        let scene = try await Scene()
        let backup = scene.directory.path("backup")
        _ = try scene.maintenance.backUp(to: backup)
        let restored = scene.directory.path("restored")
        let other = LedgerRestore(genesis: try TestConsortium().genesis)
        let foreign = #expect(throws: LedgerError.self) { try other.restore(backup, to: restored) }
        #expect(foreign?.code == .otherConsortium)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: backup))
        let range = try #require(bytes.range(of: Data("note-3".utf8)))
        bytes[range.lowerBound] ^= 1
        try bytes.write(to: URL(fileURLWithPath: backup))
        #expect(throws: LedgerFault.self) {
            try LedgerRestore(genesis: scene.consortium.genesis).restore(backup, to: restored)
        }
        #expect(!FileManager.default.fileExists(atPath: "\(restored)/ledger.sqlite"))
    }

    @Test func aNodeSetUpOnARestoredLedgerIsOneThatHasLostItsVotes() async throws {
        let scene = try await Scene()
        let backup = scene.directory.path("backup")
        _ = try scene.maintenance.backUp(to: backup)
        let node = scene.directory.path("node")
        try FileManager.default.createDirectory(atPath: node, withIntermediateDirectories: true)
        _ = try LedgerRestore(genesis: scene.consortium.genesis).restore(backup, to: "\(node)/data")
        let identity = scene.directory.path("identity")
        try FileManager.default.createDirectory(atPath: identity, withIntermediateDirectories: true)
        let validator = scene.consortium.validators[0]
        try validator.key.pemRepresentation.write(
            toFile: "\(identity)/private.key", atomically: true, encoding: .utf8)
        try validator.certificate.pemRepresentation.write(
            toFile: "\(identity)/certificate.pem", atomically: true, encoding: .utf8)
        let genesis = scene.directory.path("genesis.der")
        try Data(scene.consortium.genesis.document.derBytes).write(to: URL(fileURLWithPath: genesis))
        _ = try NodeSetup(
            genesisPath: genesis, identityPath: identity, directory: node,
            listen: NodeConfiguration.Endpoint(host: "127.0.0.1", port: 7_001), revocationsPath: nil,
            isRejoining: false
        ).write(clock: SystemWallClock())
        let size = try FileManager.default.contentsOfDirectory(atPath: "\(node)/data/votes").map {
            try Data(contentsOf: URL(fileURLWithPath: "\(node)/data/votes/\($0)")).count
        }
        let fresh = scene.directory.path("fresh")
        _ = try NodeSetup(
            genesisPath: genesis, identityPath: identity, directory: fresh,
            listen: NodeConfiguration.Endpoint(host: "127.0.0.1", port: 7_001), revocationsPath: nil,
            isRejoining: true
        ).write(clock: SystemWallClock())
        let rejoining = try FileManager.default.contentsOfDirectory(atPath: "\(fresh)/data/votes").map {
            try Data(contentsOf: URL(fileURLWithPath: "\(fresh)/data/votes/\($0)"))
        }
        #expect(size == rejoining.map(\.count), "there is no clearance in either")
    }

    @Test func whatIsExportedIsWhatTheLedgerHoldsInEveryForm() async throws {
        let scene = try await Scene()
        let head = scene.ledger.head.height
        var blocks: [UInt8] = []
        let summary = try scene.maintenance.export(.blocks, as: .der).run { blocks += $0 }
        #expect(summary.last == head)
        #expect(blocks == scene.chain.blocks.flatMap { $0.block.derBytes })
        // Broken off and gone on with, it is the same.
        var again: [UInt8] = []
        _ = try scene.maintenance.export(.blocks, as: .der).run(to: Height(rawValue: 3)) { again += $0 }
        _ = try scene.maintenance.export(.blocks, as: .der).run(from: Height(rawValue: 4)) { again += $0 }
        #expect(again == blocks)
        for content in LedgerExportContent.allCases {
            var lines: [UInt8] = []
            let summary = try scene.maintenance.export(content, as: .json).run { lines += $0 }
            let text = try #require(String(validating: lines, as: UTF8.self))
            let objects = try text.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            #expect(objects.count == summary.count, "\(content)")
            #expect(objects.allSatisfy { $0["height"] is Int && $0["content"] is [String: Any] })
        }
        var state: [UInt8] = []
        let entries = try scene.maintenance.export(.state, as: .json).run { state += $0 }
        // Four notes that were not removed, and the member's certificate.
        #expect(entries.count == 5)
        #expect(!String(decoding: state, as: UTF8.self).contains(Array("note-0".utf8).hexadecimal))
    }
}
