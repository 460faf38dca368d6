import Formats
import FormatsTestKit
import Identity
import Ledger
import LedgerTestKit
import Testing

/// A state whose reads fail from one of them on.
private final class FailingState: StateReader {
    private let state: MemoryState
    private let isFailing: @Sendable (StateAddress) -> Bool

    init(_ state: MemoryState, isFailing: @escaping @Sendable (StateAddress) -> Bool) {
        self.state = state
        self.isFailing = isFailing
    }

    func value(at address: StateAddress) throws(LedgerError) -> [UInt8]? {
        if isFailing(address) { throw LedgerError(.inputOutput, "the disk is gone") }
        return try state.value(at: address)
    }
}

struct ExecutionTests {
    private static func noChange(_ changes: [StateChange]) -> AppliedChanges {
        AppliedChanges(changes: changes, root: .zero)
    }

    @Test func resultsAreThoseThatTheFormatsDefine() throws {
        var scene = try Scene()
        try scene.append([
            scene.transaction([NotesContract.call("put", "b"), NotesContract.call("put", "a")]),
            scene.transaction([NotesContract.call("remove", "b"), NotesContract.call("put", "c")]),
        ])
        try scene.append()
        let suite = scene.consortium.suite
        var state = ReferenceState(suite: suite)
        var leaves: [[UInt8]] = []
        for (block, executed) in zip(scene.chain.blocks, scene.chain.executed) {
            #expect(executed.encodedOutcomes == executed.outcomes.map(\.derBytes))
            #expect(executed.outcomesRoot == Outcome.root(executed.outcomes, suite: suite))
            state.apply(executed.changes.map { ($0.name, $0.value) }, at: block.header.height)
            leaves.append(
                JournalLeaf(
                    height: block.header.height,
                    header: block.header.digest(suite: suite),
                    transactionsRoot: block.header.transactionsRoot,
                    outcomesRoot: executed.outcomesRoot
                ).derBytes)
            let journal = MerkleTree(leaves: leaves, suite: suite).root
            let expected = ExecutedState(height: block.header.height, stateRoot: state.root, journalRoot: journal)
            #expect(executed.executed == expected)
        }
        let changes = scene.chain.executed[1].changes
        // What the block puts and removes again has changed nothing.
        #expect(changes.map(\.key) == ["a", "c"].map { NotesContract.key($0).bytes })
        #expect(changes.allSatisfy { $0.value != nil })
        #expect(scene.chain.executed[2].changes == [])
    }

    @Test func outcomesStandInTheOrderOfTransactions() throws {
        var scene = try Scene()
        let transactions = try (0..<5).map { index in
            try scene.transaction([NotesContract.call(index == 2 ? "refuse" : "put", "\(index)")])
        }
        try scene.append(transactions)
        let outcomes = try #require(scene.chain.executed.last?.outcomes)
        #expect(outcomes.map(\.transaction) == transactions.map(\.identifier))
        #expect(outcomes.map(\.index) == [0, 1, 2, 3, 4])
        #expect(outcomes.allSatisfy { $0.height == Height(rawValue: 2) })
        #expect(outcomes.map(\.rejectionCode) == [nil, nil, "refused", nil, nil])
    }

    @Test func aBlockOutOfTurnIsNotExecuted() async throws {
        let scene = try Scene()
        var executor = BlockExecutor(
            genesis: scene.consortium.genesis, contracts: try Contracts([NotesContract()]))
        let tip = try #require(scene.chain.executed.last).tip
        let error = await failure(LedgerError.self) {
            try executor.execute(scene.chain.blocks[0], on: tip, state: scene.chain.state, applying: Self.noChange)
        }
        #expect(error?.code == .wrongPredecessor)
    }

    @Test(arguments: ["certificates", "notes"])
    func aStateThatCannotBeReadIsNoOutcome(contract: String) async throws {
        var scene = try Scene()
        let tip = try #require(scene.chain.executed.last).tip
        let before = scene.chain.state
        try scene.append([scene.transaction([NotesContract.call("append", "t")])])
        var executor = BlockExecutor(
            genesis: scene.consortium.genesis, contracts: try Contracts([NotesContract()]))
        let state = FailingState(before) { $0.contract == contract }
        let block = try #require(scene.chain.blocks.last)
        let error = await failure(LedgerError.self) {
            try executor.execute(block, on: tip, state: state, applying: Self.noChange)
        }
        #expect(error?.code == .inputOutput)
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func twoLedgersComeToTheSameResultsHoweverTheBlocksArrive(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var scene = try Scene()
        for _ in 0..<15 {
            let transactions = try (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                let calls = try (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    let method = try #require(
                        ["put", "put", "append", "remove", "refuse"].randomElement(using: &generator))
                    return NotesContract.call(method, "\(Int.random(in: 0..<5, using: &generator))", generator.bytes(5))
                }
                return try scene.transaction(calls)
            }
            try scene.append(transactions)
        }
        let whole = try LedgerOnDisk(scene.consortium)
        let parts = try LedgerOnDisk(scene.consortium)
        try await whole.ledger.execute(scene.chain.blocks)
        var rest = scene.chain.blocks[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...3, using: &generator)
            try await parts.ledger.execute(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(whole.ledger.head == parts.ledger.head, "seed \(seed)")
        #expect(whole.ledger.head.results == scene.chain.results)
        for executed in scene.chain.executed {
            #expect(try await parts.ledger.results(at: executed.height) == executed.executed)
        }
        for (address, value) in scene.chain.state.entries where address.contract == "notes" {
            guard address.key.bytes.starts(with: NotesContract.key("").bytes) else { continue }
            let key = String(decoding: address.key.bytes.dropFirst(5), as: UTF8.self)
            let answer = try await parts.ledger.query(
                "notes", "get", arguments: Note(key: key, value: []).derBytes)
            #expect(try answer.value() == value)
        }
    }
}
