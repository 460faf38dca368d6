import Formats
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Testing

/// The second version of the contract `notes`: it writes values backwards.
private struct ReversingNotes: Contract {
    let name = "notes"
    let version = 2
    let introduction = ContractIntroduction.decision

    var methods: [ContractMethod] { [ContractMethod("put", put)] }
    var queries: [ContractQuery] { NotesContract().queries }

    private func put(_ note: Note, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try context.put(NotesContract.key(note.key), Note(key: note.key, value: note.value.reversed()))
        return NoResult()
    }
}

extension NodeRuntimeTests {
    /// Departments update their nodes one after the other, and one of them forgets to.
    @Suite struct ContractUpgradeTests {
        private static let updated: [any Contract] = [NotesContract(), ReversingNotes()]

        /// Has three departments decide on version 2 of `notes`.
        private func decide(_ network: TestNetwork) async throws -> ContractChange {
            let height = try await network.probe(0).status().height
            let change = ContractChange(
                .activation, of: "notes", version: 2,
                at: height.advanced(by: ContractLifecycleContract.minimumNotice + 10))
            let digest = change.digest(suite: TestNetwork.suite)
            for department in 0..<3 {
                let identity = try network.identity("admin", of: department, role: .administrator)
                let submitter = Submitter(client: try network.client(identity, at: [0]), identity: identity)
                try await submitter.submit([
                    department == 0
                        ? ContractLifecycleContract.proposal(of: change)
                        : ContractLifecycleContract.approval(of: digest)
                ])
            }
            return change
        }

        @Test func aNodeWithAnOldProgramStopsBeforeTheHeightAndGoesOnWhenItIsUpdated() async throws {
            try await TestNetwork.with { network in
                for index in 0..<3 { network.contracts[index] = Self.updated }
                try await network.start()
                let submitter = try network.submitter(at: [0])
                try await submitter.submit([NotesContract.call("put", "old", [1, 2])])
                let change = try await decide(network)
                try await network.agreement()
                // The node that lacks the version says so a thousand blocks before.
                let missing = MissingContractVersion(contract: "notes", version: 2, height: change.height)
                #expect(try await network.probe(3).status().missingContracts == [missing])
                #expect(try await network.probe(0).status().missingContracts == [])
                try await network.stop(3)
                var height = Height.zero
                while height < change.height {
                    height = try await submitter.submit([NotesContract.call("put", "passing", [1])]).height
                }
                try await submitter.submit([NotesContract.call("put", "new", [1, 2])])
                #expect(try await network.note("new", at: 0) == [2, 1])

                // With the old program it executes what it can, stops, and does not start again.
                for _ in 0..<2 {
                    do {
                        try await network.start([3])
                    } catch let error as LedgerError {
                        #expect(error.code == .contractVersionMissing)
                    }
                    try await eventually("the old program stops") { network.failure(of: 3) != nil }
                    let failure = try #require(network.failure(of: 3) as? LedgerError)
                    #expect(failure.code == .contractVersionMissing && failure.message.contains("'notes'"))
                    try await network.dismiss(3)
                    let file = try LedgerFile(
                        "\(network.nodePath(3))/data/ledger.sqlite", genesis: network.genesis)
                    #expect(try file.head().height == change.height.previous)
                }
                // The others have gone on, and the updated node comes to the same state.
                network.contracts[3] = Self.updated
                try await network.start([3])
                try await network.agreement(from: height)
                #expect(try await network.note("new", at: 3) == [2, 1])
                #expect(try await network.note("old", at: 3) == [1, 2])
            }
        }
    }
}
