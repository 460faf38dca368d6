import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Testing

struct ReadModelRebuildTests {
    private func reasonForRebuilding(
        _ followed: FollowedLedger,
        as consortium: TestConsortium? = nil,
        version: Int = 1
    ) async throws -> String? {
        let consortium = consortium ?? followed.scene.consortium
        let model = try FollowedLedger.open(followed.path, consortium, version: version)
        defer { try? model.close() }
        #expect(model.position.height == .zero)
        #expect(model.position.digest == consortium.genesis.channel.digest)
        let ledger = try LedgerOnDisk(consortium)
        return try await model.advance(from: ledger.ledger).rebuildReason
    }

    private func followed(_ edit: (@Sendable (Database) throws -> Void)? = nil) async throws -> FollowedLedger {
        let followed = try await FollowedLedger(blocks: 3)
        try await followed.model.catchUp(with: followed.disk.ledger)
        try followed.model.close()
        if let edit {
            let queue = try DatabaseQueue(path: followed.path)
            try await queue.write { try edit($0) }
            try queue.close()
        }
        return followed
    }

    @Test func aModelOfAnotherConsortiumIsMadeAnew() async throws {
        let followed = try await followed()
        let reason = try await reasonForRebuilding(followed, as: try TestConsortium())
        #expect(reason?.contains("another consortium") == true)
    }

    @Test func aModelOfAnotherVersionIsMadeAnew() async throws {
        let older = try await followed { try $0.execute(sql: "PRAGMA user_version = 0") }
        #expect(try await reasonForRebuilding(older)?.contains("version 0") == true)
        let newer = try await followed { try $0.execute(sql: "PRAGMA user_version = 99") }
        #expect(try await reasonForRebuilding(newer)?.contains("version 99") == true)
        let other = try await followed()
        #expect(try await reasonForRebuilding(other, version: 2)?.contains("applications") == true)
        let stump = try await followed { try $0.execute(sql: "DROP TABLE read_model") }
        #expect(try await reasonForRebuilding(stump) != nil)
        let half = try await followed { try $0.execute(sql: "UPDATE read_model SET is_seeding = 1") }
        #expect(try await reasonForRebuilding(half)?.contains("filled") == true)
    }

    @Test func aDamagedModelIsMadeAnew() async throws {
        let followed = try await followed()
        try Data(repeating: 0x5a, count: 10_000).write(to: URL(fileURLWithPath: followed.path))
        #expect(try await reasonForRebuilding(followed)?.contains("damaged") == true)
        try Data("not a database".utf8).write(to: URL(fileURLWithPath: followed.path))
        #expect(try await reasonForRebuilding(followed)?.contains("damaged") == true)
        try Data().write(to: URL(fileURLWithPath: followed.path))
        _ = try await reasonForRebuilding(followed)
    }

    @Test func aDatabaseThatIsNoReadModelIsLeftAlone() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("read-model.sqlite")
        let queue = try DatabaseQueue(path: path)
        try await queue.write { try $0.execute(sql: "CREATE TABLE precious (value TEXT)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = await failure(LedgerError.self) { try FollowedLedger.open(path, try TestConsortium()) }
        #expect(error?.code == .notALedger)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        let question = await failure(LedgerError.self) { try await ReadModelQueries(path: path).ask("SELECT 1") }
        #expect(question?.code == .notALedger)
    }

    @Test func damageThatShowsWhileItFollowsIsToldApartFromTheLedgers() async throws {
        let followed = try await FollowedLedger(blocks: 40)
        var options = ReadModelOptions()
        options.blocksPerBatch = 30
        let path = followed.disk.directory.path("damaged.sqlite")
        let first = try FollowedLedger.open(path, followed.scene.consortium, options: options)
        _ = try await first.advance(from: followed.disk.ledger)
        try first.close()
        // Everything behind the pages with the schema and the first tables.
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xa5, count: Int(size) - 4_096))
        try file.close()
        do {
            let model = try FollowedLedger.open(path, followed.scene.consortium, options: options)
            // Either opening has seen it, or following does.
            if model.position.height > .zero {
                let error = await failure(LedgerError.self) { try await model.catchUp(with: followed.disk.ledger) }
                #expect(error?.code == .readModelDamaged)
                try model.rebuild(because: "damaged")
            }
            try await model.catchUp(with: followed.disk.ledger)
            #expect(model.position.height == followed.disk.ledger.head.height)
        }
    }

    @Test func aModelThatIsAheadOfItsLedgerIsMadeAnew() async throws {
        let followed = try await FollowedLedger(blocks: 5)
        try await followed.model.catchUp(with: followed.disk.ledger)
        let earlier = try LedgerOnDisk(followed.scene.consortium)
        try await earlier.ledger.execute(Array(followed.scene.chain.blocks.prefix(2)))
        let steps = try await followed.model.catchUp(with: earlier.ledger)
        #expect(steps.last?.height == Height(rawValue: 2))
        #expect(steps.compactMap(\.rebuildReason).count == 1)
        #expect(try await followed.model.query(sql: "SELECT max(height) FROM blocks").rows == [[.integer(2)]])
    }

    @Test func aModelOfAnotherPastIsMadeAnew() async throws {
        let fork = try await FollowedLedger(blocks: 2)
        try await fork.model.catchUp(with: fork.disk.ledger)
        let other = try LedgerOnDisk(fork.scene.consortium)
        var chain = try TestChain(fork.scene.consortium)
        for _ in 0..<4 { try chain.append([], interval: .seconds(7)) }
        try await other.ledger.execute(chain.blocks)
        let steps = try await fork.model.catchUp(with: other.ledger)
        #expect(steps.compactMap(\.rebuildReason).count == 1)
        #expect(fork.model.position.digest == chain.parent.digest)
        #expect(try await fork.model.query(sql: "SELECT count(*) FROM notes").rows == [[.integer(0)]])
    }

    @Test func whereBlocksAreGoneTheModelIsFilledFromTheState() async throws {
        var options = ReadModelOptions()
        options.entriesPerBatch = 2
        var followed = try await FollowedLedger(blocks: 9, options: options)
        let whole = try FollowedLedger.open(followed.disk.directory.path("whole.sqlite"), followed.scene.consortium)
        try await whole.catchUp(with: followed.disk.ledger)
        let pruned = PrunedLedger(ledger: followed.disk.ledger, first: Height(rawValue: 5))
        let steps = try await followed.model.catchUp(with: pruned)
        #expect(steps.last?.rebuildReason?.contains("no longer reach back") == true)
        #expect(followed.model.position == whole.position)
        #expect(try await followed.model.firstHeight() == Height(rawValue: 10))
        let notes = "SELECT key, value FROM notes ORDER BY key"
        let (seeded, grown) = (try await followed.model.query(sql: notes), try await whole.query(sql: notes))
        #expect(seeded == grown)
        #expect(seeded.rows.count == 4)
        #expect(try await followed.model.query(sql: "SELECT count(*) FROM transactions").rows == [[.integer(0)]])
        // From there on it follows like any other.
        try await followed.append([NotesContract.call("put", "0", [77])])
        let source = PrunedLedger(ledger: followed.disk.ledger, first: Height(rawValue: 7))
        #expect(try await followed.model.catchUp(with: source) == [ReadModelStep(height: 10, sourceHeight: 10)])
        try await whole.catchUp(with: followed.disk.ledger)
        #expect(try await followed.model.query(sql: notes) == whole.query(sql: notes))
    }

    @Test func aModelThatIsBeingFilledDoesNotAnswer() async throws {
        let followed = try await FollowedLedger(blocks: 4)
        let broken = PrunedLedger(ledger: followed.disk.ledger, first: Height(rawValue: 3), breaksOff: true)
        let error = await failure(LedgerError.self) { try await followed.model.catchUp(with: broken) }
        #expect(error?.code == .busy)
        let question = await failure(LedgerError.self) { try await followed.model.query(sql: "SELECT 1") }
        #expect(question?.code == .readModelIncomplete)
        let place = await failure(LedgerError.self) { try await followed.model.firstHeight() }
        #expect(place?.code == .readModelIncomplete)
        // The next attempt begins anew.
        try await followed.model.catchUp(with: PrunedLedger(ledger: followed.disk.ledger, first: Height(rawValue: 3)))
        #expect(try await followed.model.query(sql: "SELECT count(*) FROM notes").rows == [[.integer(3)]])
    }
}

/// A ledger whose first blocks are gone.
private struct PrunedLedger: ReadModelSource {
    let ledger: ChannelLedger
    let first: Height
    /// Whether the state cannot be read to its end.
    var breaksOff = false

    func followableHeights() async throws(LedgerError) -> (first: Height, last: ReadModelPosition) {
        (first, try await ledger.followableHeights().last)
    }

    func followedBlocks(
        from first: Height,
        limit: Int,
        maximumBytes: Int
    ) async throws(LedgerError) -> [FollowedBlock] {
        guard first >= self.first else { return [] }
        return try await ledger.followedBlocks(from: first, limit: limit, maximumBytes: maximumBytes)
    }

    func currentValues(
        after number: Int64,
        limit: Int
    ) async throws(LedgerError) -> (entries: [StateChange], last: Int64) {
        guard !breaksOff || number == 0 else { throw LedgerError(.busy, "the state cannot be read") }
        return try await ledger.currentValues(after: number, limit: limit)
    }
}
