import Formats
import GatewayAccess
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Synchronization
import Testing

@Suite("Answers of one height")
struct AnswersAtHeightTests {
    private let ledger: CountingLedger
    private let heights = ExecutedHeights(from: Height(rawValue: 5))
    private let answers: AnswersAtHeight

    init() throws {
        ledger = CountingLedger(genesis: try TestConsortium().genesis, height: Height(rawValue: 5))
        answers = AnswersAtHeight(ledger, heights: heights, capacity: 2)
    }

    private func ask(_ name: String) async throws -> Nodes.QueryAnswer {
        try await answers.query(contract: "applications", name: name, arguments: [1])
    }

    /// The ledger executes a block.
    private func advance() {
        heights.note(ledger.advance())
    }

    @Test("The same question is asked once at a height, and again after the next block")
    func once() async throws {
        for _ in 0..<3 { #expect(try await ask("a").result == [5]) }
        #expect(ledger.count == 1)
        advance()
        #expect(try await ask("a").result == [6])
        #expect(ledger.count == 2)
    }

    @Test("What was read of an answer is kept with it, and read again after the next block")
    func structures() async throws {
        func number() async throws -> UInt64 {
            let answer = try await answers.query(
                contract: "applications", name: "number", arguments: NoResult(), as: ProposalReference.self)
            #expect(answer.height.rawValue == answer.result.number)
            return answer.result.number
        }
        for _ in 0..<3 { #expect(try await number() == 5) }
        #expect(ledger.count == 1)
        advance()
        #expect(try await number() == 6)
        #expect(ledger.count == 2)
        // In the same answer somebody else may look for another structure.
        await #expect(throws: FormatError.self) {
            try await answers.query(
                contract: "applications", name: "number", arguments: NoResult(), as: NoResult.self)
        }
        #expect(try await number() == 6)
        #expect(ledger.count == 2)
    }

    @Test("Other arguments are another question")
    func arguments() async throws {
        _ = try await ask("a")
        _ = try await answers.query(contract: "applications", name: "a", arguments: [2])
        #expect(ledger.count == 2)
    }

    @Test("That there is no such record is kept until the next block too")
    func refusal() async throws {
        for _ in 0..<3 {
            await #expect(throws: NodeError.self) { try await ask("missing") }
        }
        #expect(ledger.count == 1)
        advance()
        await #expect(throws: NodeError.self) { try await ask("missing") }
        #expect(ledger.count == 2)
    }

    @Test("A ledger that cannot be asked is asked again")
    func unavailable() async throws {
        for _ in 0..<2 {
            await #expect(throws: NodeError.self) { try await ask("broken") }
        }
        #expect(ledger.count == 2)
    }

    @Test("An answer of a later block than is known to be executed is not kept")
    func ahead() async throws {
        _ = ledger.advance()
        for _ in 0..<2 { #expect(try await ask("a").result == [6]) }
        #expect(ledger.count == 2)
    }

    @Test("No more answers are kept than there is room for")
    func room() async throws {
        for name in ["a", "b", "c", "c"] { _ = try await ask(name) }
        #expect(ledger.count == 4)
        _ = try await ask("a")
        #expect(ledger.count == 4)
    }
}

/// A ledger that answers with its height, and counts how often it is asked.
private final class CountingLedger: LedgerClient {
    private struct State {
        var height: Height
        var count = 0
    }

    let genesis: Genesis
    private let state: Mutex<State>

    init(genesis: Genesis, height: Height) {
        self.genesis = genesis
        state = Mutex(State(height: height))
    }

    var count: Int { state.withLock { $0.count } }

    func advance() -> Height {
        state.withLock { state in
            state.height = state.height.next
            return state.height
        }
    }

    func query(contract _: String, name: String, arguments _: [UInt8]) async throws -> Nodes.QueryAnswer {
        let height = state.withLock { state in
            state.count += 1
            return state.height
        }
        switch name {
        case "missing": throw NodeError(.notFound, "there is none")
        case "number":
            return Nodes.QueryAnswer(result: ProposalReference(number: height.rawValue).derBytes, height: height)
        case "broken": throw NodeError(.unavailable, "the disk is gone")
        default: return Nodes.QueryAnswer(result: [UInt8(height.rawValue)], height: height)
        }
    }

    func submit(_: Transaction) async throws -> Outcome { throw NodeError(.unavailable, "this ledger only answers") }
    func receipt(answering _: ReceiptQuestion) async throws -> Receipt {
        throw NodeError(.notFound, "this ledger has no receipts")
    }
    func lightClientStep(from _: Height?) async throws -> LightClientStep {
        throw NodeError(.notFound, "this ledger has no headers")
    }
    func status() async throws -> NodeStatus { throw NodeError(.unavailable, "this ledger only answers") }
}
