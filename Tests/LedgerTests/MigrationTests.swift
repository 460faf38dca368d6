import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Testing

/// Databases of older versions: taken over whole, left as they were, or refused with what to do.
struct MigrationTests {
    /// The bytes of a database as version 2 or 3 of the schema has it.
    private func old(_ scene: Scene, version: Int = 2) async throws -> Data {
        let disk = try await VerificationTests.database(of: scene)
        let queue = try DatabaseQueue(path: disk.path)
        try queue.inDatabase { database in
            try database.execute(
                sql: "DROP TABLE epoch_changes; DELETE FROM grdb_migrations WHERE identifier = '4'")
            if version < 3 {
                try database.execute(
                    sql: """
                        DROP TABLE pruning_horizon; DROP TABLE snapshot_origin; DROP TABLE snapshot_leaves;
                        DELETE FROM grdb_migrations WHERE identifier = '3';
                        """)
            }
            try database.execute(sql: "PRAGMA user_version = \(version); VACUUM; PRAGMA journal_mode = DELETE")
        }
        try queue.close()
        return try Data(contentsOf: URL(fileURLWithPath: disk.path))
    }

    private func open(_ path: String, _ scene: Scene, maximumBytes: Int? = nil) throws(LedgerError) -> ChannelLedger {
        var options = StorageOptions()
        options.maximumBytes = maximumBytes
        return try ChannelLedger(
            path: path, genesis: scene.consortium.genesis, contracts: try Contracts([NotesContract()]),
            options: options)
    }

    @Test(arguments: [2, 3])
    func aDatabaseOfAnEarlierVersionIsTakenOverWhole(version: Int) async throws {
        var scene = try VerificationTests.richChain()
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        try await old(scene, version: version).write(to: URL(fileURLWithPath: path))
        let verification = LedgerVerification(genesis: scene.consortium.genesis)
        #expect(throws: LedgerFault.self) { try verification.verify(path) }
        let ledger = try open(path, scene)
        #expect(ledger.head.results == scene.chain.results)
        try scene.append([scene.transaction([NotesContract.call("put", "after", [1])])])
        try await ledger.execute(scene.chain.blocks.suffix(1))
        try ledger.close()
        #expect(try verification.verify(path).stateRoot == scene.chain.results.stateRoot)
    }

    @Test func aDiskThatIsFullLeavesTheOldDatabaseWhole() async throws {
        let scene = try VerificationTests.richChain()
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        let bytes = try await old(scene)
        try bytes.write(to: URL(fileURLWithPath: path))
        let before = try VerificationTests.contents(of: path)
        let error = #expect(throws: LedgerError.self) { try open(path, scene, maximumBytes: bytes.count) }
        #expect(error?.code == .outOfSpace)
        #expect(try VerificationTests.contents(of: path) == before)
        #expect(try open(path, scene).head.results == scene.chain.results)
    }

    @Test func aCrashInTheMiddleOfAMigrationLeavesTheOldDatabaseOrTheNew() async throws {
        let scene = try VerificationTests.richChain()
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        try await old(scene).write(to: URL(fileURLWithPath: path))
        let old = try Data(contentsOf: URL(fileURLWithPath: path))
        let ledger = try open(path, scene)
        let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        withExtendedLifetime(ledger) {}
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<25 {
            let count = Int.random(in: 0...log.count, using: &generator)
            let copy = directory.path("copy-\(count).sqlite")
            try old.write(to: URL(fileURLWithPath: copy))
            try log.prefix(count).write(to: URL(fileURLWithPath: copy + "-wal"))
            let again = try open(copy, scene)
            #expect(again.head.results == scene.chain.results, "after \(count) of \(log.count) bytes")
            try again.close()
            _ = try LedgerVerification(genesis: scene.consortium.genesis).verify(copy)
        }
    }

    @Test func anOlderFormatIsRefusedWithWhatToDo() async throws {
        let scene = try Scene()
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { database in
            try database.execute(
                sql: """
                    CREATE TABLE state (contract TEXT, key BLOB, value BLOB);
                    PRAGMA application_id = 1514949681; PRAGMA user_version = 1;
                    """)
        }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: LedgerError.self) { try open(path, scene) }
        #expect(error?.code == .olderFormat)
        #expect(error?.message.contains("keep the version that wrote it") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before, "it is not touched")
    }
}
