import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Testing

struct ReadModelTests {
    @Test func aNewModelStandsAtItsChannelsBeginning() async throws {
        let scene = try Scene()
        let directory = try TemporaryDirectory()
        let model = try FollowedLedger.open(directory.path("model.sqlite"), scene.consortium)
        #expect(model.position.height == .zero)
        let answer = try await model.query(sql: "SELECT count(*) FROM transactions")
        #expect(answer.height == .zero)
        #expect(answer.time == TestConsortium.createdAt)
        #expect(answer.rows == [[.integer(0)]])
    }

    @Test func blocksTransactionsAndOutcomesAreInTheirTables() async throws {
        let followed = try await FollowedLedger(blocks: 6)
        let steps = try await followed.model.catchUp(with: followed.disk.ledger)
        #expect(steps.map(\.height.rawValue) == [6])
        #expect(steps[0].lag == 0)
        let blocks = try await followed.model.query(
            sql: "SELECT height, time, digest, proposer, transaction_count, rejected_count FROM blocks ORDER BY height")
        #expect(blocks.height == Height(rawValue: 6))
        #expect(blocks.time == followed.scene.chain.blocks[5].header.timestamp)
        for (row, block) in zip(blocks.rows, followed.scene.chain.blocks) {
            let rejected = followed.scene.chain.executed[Int(block.header.height.rawValue) - 1].outcomes
                .count { $0.rejectionCode != nil }
            let proposer = followed.scene.consortium.validators[block.header.proposer.rawValue].member
            #expect(
                row == [
                    .integer(Int64(block.header.height.rawValue)), .integer(block.header.timestamp.milliseconds),
                    .blob(block.digest.bytes), .text(proposer.description), .integer(Int64(block.transactions.count)),
                    .integer(Int64(rejected)),
                ])
        }
        #expect(blocks.rows.count == 6)
        let last = followed.scene.chain.blocks[5]
        let transactions = try await followed.model.query(
            sql: """
                SELECT position, time, identifier, submitter, department, methods, call_count, status
                FROM transactions WHERE height = 6 ORDER BY position
                """)
        let (time, member) = (SQLValue.integer(last.header.timestamp.milliseconds), followed.scene.member.member)
        let submitter = [SQLValue.text(member.description), .text(member.department.rawValue)]
        #expect(
            transactions.rows == [
                [.integer(0), time, .blob(last.transactions[0].identifier.digest.bytes)] + submitter
                    + [.text("notes.put"), .integer(1), .text("applied")],
                [.integer(1), time, .blob(last.transactions[1].identifier.digest.bytes)] + submitter
                    + [.text("notes.append notes.refuse"), .integer(2), .text("rejected")],
            ])
        let outcomes = try await followed.model.query(
            sql: "SELECT status, error, call, message, event_count FROM outcomes WHERE height = 6 ORDER BY position")
        #expect(
            outcomes.rows == [
                [.text("applied"), .null, .null, .null, .integer(1)],
                [
                    .text("rejected"), .text("refused"), .integer(1), .text("this call is always refused: x"),
                    .integer(0),
                ],
            ])
        let rejected = try await followed.model.query(sql: "SELECT count(*) FROM outcomes WHERE error = 'refused'")
        #expect(rejected.rows == [[.integer(5)]])
    }

    @Test func aTransactionWithoutASubmitterInForceIsThereToo() async throws {
        var followed = try await FollowedLedger(blocks: 2)
        let stranger = try followed.scene.consortium.member("stranger")
        try followed.scene.append([followed.scene.transaction([NotesContract.call("put", "s")], by: stranger)])
        try await followed.disk.ledger.execute(followed.scene.chain.blocks.suffix(1))
        try await followed.model.catchUp(with: followed.disk.ledger)
        let answer = try await followed.model.query(
            sql: "SELECT submitter, department, methods, status FROM transactions WHERE height = 3")
        #expect(answer.rows == [[.null, .null, .text("notes.put"), .text("rejected")]])
    }

    @Test func theModelFollowsAtItsOwnPace() async throws {
        var options = ReadModelOptions()
        options.blocksPerBatch = 2
        var followed = try await FollowedLedger(blocks: 5, options: options)
        let first = try await followed.model.advance(from: followed.disk.ledger)
        #expect(first == ReadModelStep(height: 2, sourceHeight: 5))
        #expect(first.lag == 3)
        #expect(try await followed.model.query(sql: "SELECT max(height) FROM blocks").rows == [[.integer(2)]])
        try await followed.model.catchUp(with: followed.disk.ledger)
        try await followed.append([NotesContract.call("put", "new", [9])])
        try await followed.append([NotesContract.call("remove", "new")])
        let steps = try await followed.model.catchUp(with: followed.disk.ledger)
        #expect(steps.map(\.height.rawValue) == [7])
        #expect(try await followed.model.query(sql: "SELECT count(*) FROM blocks").rows == [[.integer(7)]])
        options.blocksPerBatch = 100
        options.bytesPerBatch = 1
        let slow = try FollowedLedger.open(
            followed.disk.directory.path("slow.sqlite"), followed.scene.consortium, options: options)
        #expect(try await slow.catchUp(with: followed.disk.ledger).map(\.height.rawValue) == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test func theModelGoesOnWhereItStoodWhenItIsOpenedAgain() async throws {
        var followed = try await FollowedLedger(blocks: 4)
        try await followed.model.catchUp(with: followed.disk.ledger)
        try followed.model.close()
        try await followed.append([NotesContract.call("put", "a", [1])])
        let again = try FollowedLedger.open(followed.path, followed.scene.consortium)
        #expect(again.position.height == Height(rawValue: 4))
        let steps = try await again.catchUp(with: followed.disk.ledger)
        #expect(steps == [ReadModelStep(height: 5, sourceHeight: 5)])
    }

    @Test func transactionsAreFoundByTheirIdentifiers() async throws {
        let followed = try await FollowedLedger(blocks: 5)
        try await followed.model.catchUp(with: followed.disk.ledger)
        let known = followed.scene.chain.blocks.flatMap { $0.transactions.map(\.identifier) }
        let unknown = TransactionIdentifier(followed.scene.consortium.genesis.digest)
        let (height, places) = try await followed.model.places(of: known + [unknown])
        #expect(height == Height(rawValue: 5))
        #expect(places.count == known.count)
        for block in followed.scene.chain.blocks {
            for (index, transaction) in block.transactions.enumerated() {
                #expect(places[transaction.identifier]?.height == block.header.height)
                #expect(places[transaction.identifier]?.index == index)
            }
        }
        #expect(try await followed.model.place(of: unknown).place == nil)
        #expect(try await followed.model.firstHeight() == Height(rawValue: 1))
        let plan = try await followed.model.query(
            sql: "EXPLAIN QUERY PLAN SELECT * FROM transactions WHERE identifier = x'00'")
        #expect("\(plan.rows)".contains("transaction_rows_by_identifier"), "\(plan.rows)")
    }

    /// A crash leaves the database file and some start of the log: whatever it is, the model stands at a block boundary
    /// and goes on from there to the same tables.
    @Test func aCrashAtAnyInstantLeavesTheModelAtABlockBoundary() async throws {
        var options = ReadModelOptions()
        options.blocksPerBatch = 1
        let followed = try await FollowedLedger(blocks: 6, options: options)
        try await followed.model.catchUp(with: followed.disk.ledger)
        let whole = try await followed.model.contents()
        let log = try Data(contentsOf: URL(fileURLWithPath: followed.path + "-wal"))
        var generator = SeededGenerator(seed: 11)
        var heights: Set<Height> = []
        for _ in 0..<25 {
            let count = Int.random(in: 0...log.count, using: &generator)
            let directory = try TemporaryDirectory()
            let path = directory.path("read-model.sqlite")
            try FileManager.default.copyItem(atPath: followed.path, toPath: path)
            try log.prefix(count).write(to: URL(fileURLWithPath: path + "-wal"))
            let model = try FollowedLedger.open(path, followed.scene.consortium)
            let height = model.position.height
            heights.insert(height)
            let blocks = try await model.query(sql: "SELECT count(*), coalesce(max(height), 0) FROM blocks")
            #expect(blocks.rows == [[.integer(Int64(height.rawValue)), .integer(Int64(height.rawValue))]])
            try await model.catchUp(with: followed.disk.ledger)
            #expect(try await model.contents() == whole, "after \(count) of \(log.count) bytes")
            try model.close()
        }
        #expect(heights.count > 3, "the cuts fall into several blocks")
    }

    @Test func aCancelledStepLeavesNothing() async throws {
        let followed = try await FollowedLedger(blocks: 4)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await followed.model.advance(from: followed.disk.ledger)
        }
        let error = await failure(LedgerError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(followed.model.position.height == .zero)
        try await followed.model.catchUp(with: followed.disk.ledger)
        #expect(followed.model.position.height == Height(rawValue: 4))
    }
}

extension ReadModelStep {
    /// A step to a height, of a source that stands at another, with nothing begun anew.
    init(height: UInt64, sourceHeight: UInt64) {
        self.init(
            height: Height(rawValue: height), sourceHeight: Height(rawValue: sourceHeight), rebuildReason: nil)
    }
}
