import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Testing

struct StorageTests {
    private func chain(_ count: Int) throws -> Scene {
        var scene = try Scene()
        for index in 1..<count {
            try scene.append([
                scene.transaction([NotesContract.call("put", "\(index)", [UInt8(index)])]),
                scene.transaction([NotesContract.call("append", "t", [UInt8(index)])]),
            ])
        }
        return scene
    }

    private func open(_ path: String, _ consortium: TestConsortium) throws(LedgerError) -> ChannelLedger {
        try ChannelLedger(path: path, genesis: consortium.genesis, contracts: try Contracts([NotesContract()]))
    }

    @Test func aNewLedgerStandsAtItsGenesis() async throws {
        let consortium = try TestConsortium()
        let disk = try LedgerOnDisk(consortium)
        #expect(disk.ledger.head.block == ParentBlock(genesis: consortium.genesis))
        #expect(disk.ledger.head.results == ExecutionTip(genesis: consortium.genesis).executed)
        #expect(try await disk.ledger.results(at: .zero) == disk.ledger.head.results)
        #expect(try await disk.ledger.results(at: Height(rawValue: 1)) == nil)
        #expect(try await disk.ledger.block(at: .zero) == nil)
        #expect(try await disk.ledger.blocks(from: .zero, limit: 10, maximumBytes: 1_000) == nil)
        let answer = try await disk.ledger.query("notes", "get", arguments: Note(key: "a", value: []).derBytes)
        #expect(answer.height == .zero)
        #expect(throws: ContractError(.notFound, "")) { try answer.value() }
    }

    @Test func whatWasExecutedIsThereAfterOpeningAgain() async throws {
        let scene = try chain(6)
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        let head = disk.ledger.head
        try disk.ledger.close()
        let ledger = try open(disk.path, scene.consortium)
        #expect(ledger.head == head)
        for (block, executed) in zip(scene.chain.blocks, scene.chain.executed) {
            let height = block.header.height
            #expect(try await ledger.block(at: height) == block.block)
            #expect(try await ledger.header(at: height) == block.header)
            #expect(try await ledger.finalization(at: height) == block.finalization)
            #expect(try await ledger.results(at: height) == executed.executed)
            for (transaction, outcome) in zip(block.transactions, executed.outcomes) {
                #expect(try await ledger.contains(transaction.identifier))
                #expect(try await ledger.outcome(of: transaction.identifier) == outcome)
            }
        }
        let unknown = TransactionIdentifier(scene.consortium.genesis.digest)
        #expect(try await ledger.contains(unknown) == false)
        #expect(try await ledger.outcome(of: unknown) == nil)
        let first = scene.chain.blocks[0].transactions[0].identifier
        #expect(try await ledger.known(of: [unknown, first]) == [first])
        let error = await failure(LedgerError.self) { try await ledger.receipt(for: unknown) }
        #expect(error?.code == .notFound)
    }

    /// A crash leaves the database file and some start of the log: whatever it is, the ledger stands at a block
    /// boundary and goes on from there to the same results.
    @Test func aCrashAtAnyInstantLeavesTheLedgerAtABlockBoundary() async throws {
        let scene = try chain(5)
        let disk = try LedgerOnDisk(scene.consortium)
        var boundaries = Set([disk.ledger.head])
        for block in scene.chain.blocks {
            try await disk.ledger.execute([block])
            boundaries.insert(disk.ledger.head)
        }
        let log = try Data(contentsOf: URL(fileURLWithPath: disk.path + "-wal"))
        var generator = SeededGenerator(seed: 5)
        var heights: Set<Height> = []
        for _ in 0..<40 {
            let count = Int.random(in: 0...log.count, using: &generator)
            let directory = try TemporaryDirectory()
            let path = directory.path("ledger.sqlite")
            try FileManager.default.copyItem(atPath: disk.path, toPath: path)
            try log.prefix(count).write(to: URL(fileURLWithPath: path + "-wal"))
            let ledger = try open(path, scene.consortium)
            #expect(boundaries.contains(ledger.head), "after \(count) of \(log.count) bytes")
            heights.insert(ledger.head.height)
            try await ledger.execute(Array(scene.chain.blocks.dropFirst(Int(ledger.head.height.rawValue))))
            #expect(ledger.head == disk.ledger.head)
        }
        #expect(heights.count > 3, "the cuts fall into several blocks")
    }

    @Test func aTornOrDamagedEndOfTheLogIsLeftOut() async throws {
        let scene = try chain(4)
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(Array(scene.chain.blocks.dropLast()))
        let before = disk.ledger.head
        let length = try Data(contentsOf: URL(fileURLWithPath: disk.path + "-wal")).count
        try await disk.ledger.execute(scene.chain.blocks.suffix(1))
        var log = try Data(contentsOf: URL(fileURLWithPath: disk.path + "-wal"))
        log[length + 100] ^= 0xff
        let directory = try TemporaryDirectory()
        let path = directory.path("ledger.sqlite")
        try FileManager.default.copyItem(atPath: disk.path, toPath: path)
        try log.write(to: URL(fileURLWithPath: path + "-wal"))
        #expect(try open(path, scene.consortium).head == before)
    }

    @Test func severalBlocksAreCommittedTogetherOrNotAtAll() async throws {
        let scene = try chain(5)
        let disk = try LedgerOnDisk(scene.consortium)
        var blocks = scene.chain.blocks
        blocks.swapAt(3, 4)
        let error = await failure(LedgerError.self) { try await disk.ledger.execute(blocks) }
        #expect(error?.code == .wrongPredecessor)
        #expect(disk.ledger.head.height == .zero)
        #expect(try await disk.ledger.block(at: Height(rawValue: 1)) == nil)
        try await disk.ledger.execute(scene.chain.blocks)
        #expect(disk.ledger.head.results == scene.chain.results)
        let again = await failure(LedgerError.self) { try await disk.ledger.execute([scene.chain.blocks[4]]) }
        #expect(again?.code == .wrongPredecessor)
    }

    @Test func anotherConsortiumsOrChannelsDirectoryIsRefused() async throws {
        let scene = try chain(2)
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        try disk.ledger.close()
        let error = await failure(LedgerError.self) { try open(disk.path, try TestConsortium()) }
        #expect(error?.code == .otherConsortium)
        #expect(error?.message.contains("genesis") == true)
        #expect(try open(disk.path, scene.consortium).head.height == Height(rawValue: 2))
    }

    @Test func filesThatAreNoLedgerAreRefused() async throws {
        let consortium = try TestConsortium()
        let directory = try TemporaryDirectory()
        let garbage = directory.path("garbage")
        try Data(repeating: 7, count: 10_000).write(to: URL(fileURLWithPath: garbage))
        let foreign = directory.path("foreign")
        try DatabaseQueue(path: foreign).inDatabase { try $0.execute(sql: "CREATE TABLE t (a)") }
        let newer = directory.path("newer")
        try open(newer, consortium).close()
        try DatabaseQueue(path: newer).inDatabase { try $0.execute(sql: "PRAGMA user_version = 99") }
        let older = directory.path("older")
        try open(older, consortium).close()
        try DatabaseQueue(path: older).inDatabase { try $0.execute(sql: "PRAGMA user_version = 1") }
        let cases: [(String, LedgerError.Code)] = [
            (garbage, .corrupted), (foreign, .notALedger), (newer, .newerSchema), (older, .olderFormat),
            (directory.path("nowhere/ledger"), .cannotOpen), (directory.url.path, .cannotOpen),
        ]
        for (path, code) in cases {
            let error = await failure(LedgerError.self) { try open(path, consortium) }
            #expect(error?.code == code, "\(path)")
        }
    }

    @Test func damageToTheFileIsFoundAndNeverATrap() async throws {
        let scene = try chain(4)
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        try disk.ledger.close()
        let statements = [
            "DELETE FROM journal_nodes WHERE level = 2", "UPDATE journal_nodes SET digest = zeroblob(32)",
            "UPDATE blocks SET header = x'3000' WHERE height = 4", "UPDATE blocks SET digest = x'00' WHERE height = 4",
            "UPDATE blocks SET journal_root = zeroblob(32) WHERE height = 4",
            "UPDATE blocks SET state_root = zeroblob(32) WHERE height = 4",
            "UPDATE blocks SET state_size = state_size + 1 WHERE height = 4",
            "UPDATE blocks SET state_size = -1 WHERE height = 4",
            "DELETE FROM state_entries", "UPDATE state_entries SET entries = zeroblob(4)",
            "UPDATE state_entries SET entries = x'02'", "DELETE FROM state_activity",
            "UPDATE state_activity SET bits = zeroblob(32)", "UPDATE state_activity SET bits = x'ff'",
        ]
        for statement in statements {
            let directory = try TemporaryDirectory()
            let path = directory.path("ledger.sqlite")
            try FileManager.default.copyItem(atPath: disk.path, toPath: path)
            try DatabaseQueue(path: path).inDatabase { try $0.execute(sql: statement) }
            let error = await failure(LedgerError.self) { try open(path, scene.consortium) }
            #expect(error?.code == .corrupted, "\(statement)")
        }
    }

    @Test func aFullDiskLeavesTheLedgerWhereItWas() async throws {
        var options = StorageOptions()
        options.maximumBytes = 200_000
        var scene = try Scene()
        for index in 0..<40 {
            let value = [UInt8](repeating: UInt8(index), count: 10_000)
            try scene.append([scene.transaction([NotesContract.call("put", "\(index)", value)])])
        }
        let disk = try LedgerOnDisk(scene.consortium, options: options)
        var full: LedgerError?
        for block in scene.chain.blocks where full == nil {
            let head = disk.ledger.head
            do {
                try await disk.ledger.execute([block])
            } catch {
                full = error
                #expect(disk.ledger.head == head)
            }
        }
        #expect(full?.code == .outOfSpace)
        let head = disk.ledger.head
        #expect(head.height > Height(rawValue: 3))
        #expect(try await disk.ledger.block(at: head.height) != nil)
        #expect(try await disk.ledger.block(at: head.height.next) == nil)
        try disk.ledger.close()
        let roomy = try open(disk.path, scene.consortium)
        #expect(roomy.head == head)
        try await roomy.execute(Array(scene.chain.blocks.dropFirst(Int(head.height.rawValue))))
        #expect(roomy.head.results == scene.chain.results)
    }

    @Test func aHeaderThatStatesOtherResultsIsADivergence() async throws {
        var scene = try chain(3)
        let own = scene.chain.results
        let zero = scene.consortium.genesis.digest
        for stated in [
            ExecutedState(height: own.height, stateRoot: zero, journalRoot: own.journalRoot),
            ExecutedState(height: own.height, stateRoot: own.stateRoot, journalRoot: zero),
        ] {
            var fork = scene.chain
            try fork.append(results: stated)
            let disk = try LedgerOnDisk(scene.consortium)
            try await disk.ledger.execute(scene.chain.blocks)
            let head = disk.ledger.head
            let error = await failure(LedgerError.self) { try await disk.ledger.execute(fork.blocks.suffix(1)) }
            #expect(error?.code == .divergence)
            for part in ["height 3", "\(own.stateRoot)", "\(own.journalRoot)", "\(zero)"] {
                #expect(error?.message.contains(part) == true, "the message names \(part)")
            }
            #expect(disk.ledger.head == head)
        }
        try scene.append()
    }

    @Test func anOldHeightsResultsAreComparedToo() async throws {
        var scene = try Scene()
        let early = scene.chain.results
        for _ in 0..<300 { try scene.chain.append(results: early) }
        let disk = try LedgerOnDisk(scene.consortium)
        try await disk.ledger.execute(scene.chain.blocks)
        #expect(disk.ledger.head.results == scene.chain.results)
        #expect(try await disk.ledger.results(at: early.height) == early)
    }

    @Test func aTransactionOnTheLedgerCannotBeThereTwice() async throws {
        var scene = try chain(3)
        let transaction = try scene.transaction([NotesContract.call("put")])
        try scene.append([transaction])
        try scene.append([transaction])
        let disk = try LedgerOnDisk(scene.consortium)
        let error = await failure(LedgerError.self) { try await disk.ledger.execute(scene.chain.blocks) }
        #expect(error?.code == .duplicateTransaction)
        #expect(disk.ledger.head.height == .zero)
    }

    @Test func aFinalizationOfAnotherBlockIsRefused() async throws {
        let scene = try chain(2)
        let disk = try LedgerOnDisk(scene.consortium)
        let chain = scene.chain
        let block = chain.block()
        let wrong = FinalizedBlock(block, finalization: chain.blocks[0].finalization)
        try await disk.ledger.execute(chain.blocks)
        let error = await failure(LedgerError.self) { try await disk.ledger.execute([wrong]) }
        #expect(error?.code == .wrongBlock)
    }
}
