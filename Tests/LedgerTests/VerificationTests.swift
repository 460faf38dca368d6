import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Testing

/// `ledger verify`: what it finds, and that it finds everything.
struct VerificationTests {
    /// A chain in which everything happens that a ledger has rows for.
    static func richChain() throws -> Scene {
        var scene = try Scene()
        let bob = try scene.consortium.member("bob", department: 1)
        for index in 0..<6 {
            try scene.append([
                scene.transaction([NotesContract.call("put", "key-\(index)", [UInt8](repeating: 7, count: 50))]),
                scene.transaction([NotesContract.call("append", "list", [UInt8(index)])]),
            ])
        }
        try scene.append([
            scene.transaction([NotesContract.call("refuse", "key-1")]),
            scene.transaction([NotesContract.call("remove", "key-2")]),
            scene.transaction([NotesContract.call("put", "stranger")], by: bob),
        ])
        try scene.append([scene.transaction([NotesContract.call("put", "key-2", [1])], by: bob, registering: true)])
        try scene.chain.append([scene.transaction([NotesContract.call("repeat", "300", [2])])], isFinalized: false)
        try scene.append([scene.transaction([NotesContract.call("repeat", "40", [3])])])
        let revocations = try scene.consortium.revocationList(department: 1, revoking: [bob.certificate], number: 1)
        try scene.append([scene.transaction([CertificatesContract.publication(of: revocations.der)])])
        try scene.append([scene.transaction([NotesContract.call("put", "too-late")], by: bob)])
        try scene.append()
        return scene
    }

    /// The chain on disk, closed.
    static func database(of scene: Scene) async throws -> LedgerOnDisk {
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        try disk.ledger.close()
        return disk
    }

    private func verify(_ path: String, _ scene: Scene) throws -> LedgerVerificationReport {
        try LedgerVerification(genesis: scene.consortium.genesis).verify(path)
    }

    @Test func aSoundLedgerHoldsAndIsToldInFigures() async throws {
        let scene = try Self.richChain()
        let disk = try await Self.database(of: scene)
        let report = try verify(disk.path, scene)
        #expect(report.height == Height(rawValue: UInt64(scene.chain.blocks.count)))
        #expect(report.stateRoot == scene.chain.results.stateRoot)
        #expect(report.journalRoot == scene.chain.results.journalRoot)
        #expect(report.transactions == scene.chain.blocks.reduce(0) { $0 + $1.transactions.count })
        #expect(report.finalizations == scene.chain.blocks.count - 1)
        #expect(report.sealedHeight == report.height.previous)
        #expect(report.finalHeight == report.height)
        #expect(report.signatures > report.transactions)
        let empty = try LedgerOnDisk(scene.consortium)
        try empty.ledger.close()
        #expect(try verify(empty.path, scene).height == .zero)
    }

    /// Rows hold 16 entries and twigs 256: the log ends at every place of them.
    @Test func aLedgerHoldsWhereverItsLogEnds() async throws {
        var scene = try Scene()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        var options = LedgerVerification.Options()
        options.checksSignatures = false
        var places: Set<UInt64> = []
        for index in 0..<110 {
            // A new key appends two entries, a known one a single one.
            let value = [UInt8(index)]
            let key = index % 3 == 0 ? "key-1" : "key-\(index)"
            try scene.append([scene.transaction([NotesContract.call("put", key, value)])])
            try await disk.ledger.execute(scene.chain.blocks.suffix(1))
            let report = try LedgerVerification(genesis: scene.consortium.genesis, options: options).verify(disk.path)
            #expect(report.stateRoot == scene.chain.results.stateRoot)
            places.insert(report.stateEntries % 16)
        }
        #expect(places.contains(0))
    }

    @Test func aLedgerThatItsProcessHasLeftOpenHoldsToo() async throws {
        let scene = try Self.richChain()
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        #expect(try verify(disk.path, scene).stateRoot == scene.chain.results.stateRoot)
    }

    @Test func aLedgerThatIsExecutedAgainComesToTheSame() async throws {
        let scene = try Self.richChain()
        let disk = try await Self.database(of: scene)
        let file = try LedgerFile(disk.path, genesis: scene.consortium.genesis)
        let directory = try TemporaryDirectory()
        try await LedgerReplay(file, contracts: try Contracts([NotesContract()])).run(at: directory.path("again"))
        // With other contracts, other results: the recorded ones are not believed.
        let other = LedgerReplay(file, contracts: try Contracts([]))
        let fault = await failure(LedgerFault.self) { try await other.run(at: directory.path("other")) }
        #expect(fault?.table == "blocks")
    }

    @Test func anotherConsortiumsLedgerDoesNotHold() async throws {
        let scene = try Self.richChain()
        let disk = try await Self.database(of: scene)
        let other = try TestConsortium()
        let fault = #expect(throws: LedgerFault.self) {
            try LedgerVerification(genesis: other.genesis).verify(disk.path)
        }
        #expect(fault?.table == "meta")
    }

    /// One change of a row each, and the row that has to be named: table, key, column.
    private static let changes: [(sql: String, table: String, key: String?)] = [
        ("UPDATE blocks SET digest = zeroblob(32) WHERE height = 3", "blocks", "3"),
        ("UPDATE blocks SET header = (SELECT header FROM blocks WHERE height = 4) WHERE height = 3", "blocks", "3"),
        ("UPDATE blocks SET transaction_count = 1 WHERE height = 3", "blocks", "3"),
        ("UPDATE blocks SET executed_height = 0 WHERE height = 3", "blocks", "3"),
        ("UPDATE blocks SET outcomes_root = zeroblob(32) WHERE height = 3", "blocks", "3"),
        ("UPDATE blocks SET state_root = zeroblob(32) WHERE height = 3", "blocks", "3"),
        ("UPDATE blocks SET journal_root = zeroblob(32) WHERE height = 3", "blocks", "3"),
        ("UPDATE blocks SET state_size = state_size + 1 WHERE height = 3", "blocks", "3"),
        ("UPDATE blocks SET state_size = state_size - 1 WHERE height = 3", "state_values", nil),
        ("UPDATE blocks SET value_count = value_count + 1 WHERE height = 3", "state_values", nil),
        ("DELETE FROM blocks WHERE height = 3", "blocks", "3"),
        ("DELETE FROM blocks WHERE height = (SELECT max(height) FROM blocks)", "finalizations", "14"),
        (
            "INSERT INTO blocks SELECT 99, digest, header, 0, 0, outcomes_root, state_root, journal_root, 1, 1 "
                + "FROM blocks WHERE height = 3", "blocks", "15"
        ),
        ("UPDATE transactions SET identifier = zeroblob(32) WHERE place = 3 << 14", "outcomes", "49152"),
        ("UPDATE transactions SET der = x'30' WHERE place = 3 << 14", "transactions", "49152"),
        (
            "UPDATE transactions SET der = CAST(x'00' || zeroblob(32) AS BLOB) WHERE place = 3 << 14", "transactions",
            "49152"
        ),
        ("UPDATE transactions SET der = x'01' WHERE place = 3 << 14", "transactions", "49152"),
        ("UPDATE transactions SET submitter = 2 WHERE place = 3 << 14", "transactions", "49152"),
        ("UPDATE transactions SET submitter = 9 WHERE place = 3 << 14", "transactions", "49152"),
        ("UPDATE transactions SET submitter = NULL WHERE place = 3 << 14", "transactions", "49152"),
        ("UPDATE transactions SET submitter = 1 WHERE submitter IS NULL", "transactions", nil),
        ("DELETE FROM transactions WHERE place = 3 << 14", "transactions", "49152"),
        (
            "INSERT INTO transactions SELECT place + 5, identifier, der, submitter FROM transactions "
                + "WHERE place = 3 << 14", "transactions", "49157"
        ),
        (
            "UPDATE outcomes SET der = (SELECT der FROM outcomes WHERE place = 4 << 14) WHERE place = 3 << 14",
            "outcomes", "49152"
        ),
        ("UPDATE outcomes SET der = CAST(x'00' || zeroblob(32) AS BLOB) WHERE place = 3 << 14", "outcomes", "49152"),
        ("DELETE FROM outcomes WHERE place = 3 << 14", "outcomes", "49152"),
        ("INSERT INTO outcomes SELECT place + 5, der FROM outcomes WHERE place = 3 << 14", "outcomes", "49157"),
        ("UPDATE submitters SET certificate = x'3000' WHERE number = 1", "submitters", "1"),
        (
            "INSERT INTO submitters SELECT 3, CAST(certificate || x'00' AS BLOB) FROM submitters WHERE number = 1",
            "submitters", "3"
        ),
        ("DELETE FROM submitters WHERE number = 2", "transactions", nil),
        (
            "UPDATE finalizations SET der = (SELECT der FROM finalizations WHERE height = 4) WHERE height = 3",
            "finalizations", "3"
        ),
        ("INSERT INTO finalizations SELECT 99, der FROM finalizations WHERE height = 3", "finalizations", "99"),
        ("UPDATE journal_nodes SET digest = zeroblob(32) WHERE level = 1 AND position = 1", "journal_nodes", "1, 1"),
        ("DELETE FROM journal_nodes WHERE level = 0 AND position = 5", "journal_nodes", "0, 5"),
        ("INSERT INTO journal_nodes VALUES (7, 0, zeroblob(32))", "journal_nodes", "7, 0"),
        ("UPDATE state_values SET value = x'01' WHERE number = 5", "state_entries", nil),
        ("UPDATE state_values SET value = NULL WHERE number = 5", "state_values", "5"),
        ("UPDATE state_values SET key = x'01' WHERE number = 5", "state_values", "5"),
        ("UPDATE state_values SET contract = 'other' WHERE number = 5", "state_values", nil),
        ("DELETE FROM state_values WHERE number = 5", "state_values", "5"),
        ("INSERT INTO state_values VALUES (9999, 'notes', x'01', x'01')", "state_values", "9999"),
        ("UPDATE state_entries SET entries = zeroblob(length(entries)) WHERE group_number = 3", "state_entries", "3"),
        (
            "UPDATE state_entries SET entries = substr(entries, 1, length(entries) - 1) WHERE group_number = 3",
            "state_entries", "3"
        ),
        ("DELETE FROM state_entries WHERE group_number = 3", "state_entries", "3"),
        ("INSERT INTO state_entries VALUES (999, CAST(x'00' || zeroblob(32) AS BLOB))", "state_entries", "999"),
        ("UPDATE state_twigs SET group_roots = zeroblob(512) WHERE twig = 0", "state_twigs", "0"),
        ("DELETE FROM state_twigs WHERE twig = 0", "state_twigs", "0"),
        ("INSERT INTO state_twigs VALUES (99, zeroblob(512))", "state_twigs", "99"),
        ("UPDATE state_activity SET bits = zeroblob(length(bits)) WHERE page = 0", "state_activity", "0"),
        ("DELETE FROM state_activity WHERE page = 0", "state_activity", "0"),
        ("INSERT INTO state_activity VALUES (5, zeroblob(32))", "state_activity", "5"),
        ("UPDATE state_history SET superseded = x'01' WHERE height = 3", "state_history", "3"),
        ("DELETE FROM state_history WHERE height = 3", "state_history", "3"),
        ("INSERT INTO state_history VALUES (99, x'01')", "state_history", "99"),
        ("UPDATE state_horizon SET height = 99", "state_horizon", nil),
        ("DELETE FROM state_horizon", "state_horizon", nil),
        ("INSERT INTO state_horizon VALUES (1)", "state_horizon", nil),
        ("UPDATE pruning_horizon SET done = 5", "pruning_horizon", nil),
        ("INSERT INTO snapshot_origin VALUES (3, x'3000')", "snapshot_origin", "3"),
        ("INSERT INTO snapshot_leaves VALUES (3, x'3000')", "snapshot_leaves", "3"),
        ("UPDATE meta SET value = x'00' WHERE name = 'suite'", "meta", "suite"),
        ("INSERT INTO meta VALUES ('zone', x'00')", "meta", "zone"),
        ("DELETE FROM meta WHERE name = 'suite'", "meta", "suite"),
        ("CREATE TABLE extra (a)", "sqlite_schema", "extra"),
        ("CREATE INDEX extra ON blocks (digest)", "sqlite_schema", "extra"),
        ("DROP TABLE outcomes", "sqlite_schema", "outcomes"),
        ("DELETE FROM grdb_migrations", "grdb_migrations", nil),
        ("PRAGMA user_version = 2", "sqlite", "user_version"),
    ]

    @Test func everyChangeOfARowIsFoundAndTheRowNamed() async throws {
        let scene = try Self.richChain()
        let disk = try await Self.database(of: scene)
        for change in Self.changes {
            let directory = try TemporaryDirectory()
            let path = directory.path("ledger.sqlite")
            try FileManager.default.copyItem(atPath: disk.path, toPath: path)
            let queue = try DatabaseQueue(path: path)
            try queue.inDatabase { try $0.execute(sql: change.sql) }
            try queue.close()
            let fault = #expect(throws: LedgerFault.self, "\(change.sql)") { try verify(path, scene) }
            #expect(fault?.table == change.table, "\(change.sql): \(fault.map { "\($0)" } ?? "nothing")")
            if let key = change.key {
                #expect(fault?.key == key, "\(change.sql): \(fault.map { "\($0)" } ?? "nothing")")
            }
        }
    }

    @Test func swappedRowsAreFound() async throws {
        let scene = try Self.richChain()
        let disk = try await Self.database(of: scene)
        let swaps = [
            ("transactions", "place", "49152", "49153"), ("outcomes", "place", "49152", "49153"),
            ("blocks", "height", "3", "4"), ("finalizations", "height", "3", "4"), ("state_values", "number", "3", "4"),
            ("state_entries", "group_number", "2", "3"), ("state_history", "height", "3", "4"),
            ("submitters", "number", "1", "2"),
        ]
        for (table, key, one, other) in swaps {
            let directory = try TemporaryDirectory()
            let path = directory.path("ledger.sqlite")
            try FileManager.default.copyItem(atPath: disk.path, toPath: path)
            let queue = try DatabaseQueue(path: path)
            try queue.inDatabase { database in
                try database.execute(sql: "UPDATE \(table) SET \(key) = -1 WHERE \(key) = \(one)")
                try database.execute(sql: "UPDATE \(table) SET \(key) = \(one) WHERE \(key) = \(other)")
                try database.execute(sql: "UPDATE \(table) SET \(key) = \(other) WHERE \(key) = -1")
            }
            try queue.close()
            #expect(throws: LedgerFault.self, "\(table)") { try verify(path, scene) }
        }
    }

    /// Whatever byte of the file changes: it is found, or no row is another than it was.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyFlippedBitIsFoundOrChangesNothing(seed: UInt64) async throws {
        let scene = try Self.richChain()
        let disk = try await Self.database(of: scene)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: disk.path))
        let contents = try Self.contents(of: disk.path)
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        var generator = SeededGenerator(seed: seed)
        var found = 0
        for _ in 0..<200 {
            let position = Int.random(in: 0..<bytes.count, using: &generator)
            let bit = UInt8.random(in: 0..<8, using: &generator)
            var flipped = bytes
            flipped[position] ^= 1 << bit
            for suffix in ["", "-wal", "-shm", "-journal"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
            try flipped.write(to: URL(fileURLWithPath: path))
            do {
                _ = try verify(path, scene)
                #expect(try Self.contents(of: path) == contents, "seed \(seed): bit \(bit) of byte \(position) is lost")
            } catch is LedgerFault {
                found += 1
            } catch let error as LedgerError {
                found += 1
                #expect([.notALedger, .newerSchema, .olderFormat, .corrupted, .cannotOpen].contains(error.code))
            }
        }
        #expect(found > 60, "seed \(seed): only \(found) of 200 flips were found")
    }

    @Test func aFileCutShortIsFound() async throws {
        let scene = try Self.richChain()
        let disk = try await Self.database(of: scene)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: disk.path))
        var generator = SeededGenerator(seed: 4)
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        for _ in 0..<20 {
            try bytes.prefix(Int.random(in: 1..<bytes.count, using: &generator)).write(to: URL(fileURLWithPath: path))
            #expect(throws: (any Error).self) { try verify(path, scene) }
        }
    }

    /// Every row of every table, and what the tables are.
    static func contents(of path: String) throws -> [String: [[DatabaseValue]]] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { database in
            let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
            var contents: [String: [[DatabaseValue]]] = [:]
            for table in tables + ["sqlite_schema"] {
                let columns = table == "sqlite_schema" ? "type, name, sql" : "*"
                contents[table] = try Row.fetchAll(database, sql: "SELECT \(columns) FROM \"\(table)\"")
                    .map { Array($0.databaseValues) }
                    .sorted { "\($0)" < "\($1)" }
            }
            contents["pragmas"] = [
                [
                    (try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0).databaseValue,
                    (try Int64.fetchOne(database, sql: "PRAGMA user_version") ?? 0).databaseValue,
                ]
            ]
            return contents
        }
    }
}
