import Formats
import Ledger
import LedgerTestKit
import Nodes
import Testing

/// The contract of a department whose software is not the others': it writes another value under one key.
private struct DeviatingContract: Contract {
    static let key = "deviation"

    let name = "notes"
    let version = 1

    var methods: [ContractMethod] { [ContractMethod("put", put)] }

    private func put(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        let value = note.key == Self.key ? note.value + [0xff] : note.value
        try context.put(NotesContract.key(note.key), Note(key: note.key, value: value))
        try context.emit("noted", note)
        return NoResult()
    }
}

extension NodeRuntimeTests {
    @Suite struct DivergenceTests {
        @Test func aNodeWithOtherResultsStopsAndNamesTheFirstDifferingKey() async throws {
            try await TestNetwork.with { network in
                network.contracts[3] = [DeviatingContract()]
                try await network.start()
                let submitter = try network.submitter("counter", of: 0, at: [0])
                try await submitter.submit([NotesContract.call("put", "before", [1])])
                let calls = ["a", DeviatingContract.key, "z"].map { NotesContract.call("put", $0, [2]) }
                try await submitter.submit(calls)
                try await eventually("the deviating node stops") { network.failure(of: 3) != nil }
                let error = try #require(network.failure(of: 3) as? LedgerError)
                #expect(error.code == .divergence)
                let key = NotesContract.key(DeviatingContract.key).bytes.map {
                    ($0 < 16 ? "0" : "") + String($0, radix: 16)
                }
                let finding = "the first differing key is \(key.joined()) of contract 'notes'"
                #expect(error.message.contains(finding), "\(error.message)")
                // The others go on.
                let outcome = try await submitter.submit([NotesContract.call("put", "after", [3])])
                #expect(outcome.height > .zero)
                try await network.dismiss(3)
            }
        }
    }
}
