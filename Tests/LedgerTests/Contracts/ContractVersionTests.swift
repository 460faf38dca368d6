import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Testing

/// Blocks, queries and replays are executed under the versions in force at their heights.
struct ContractVersionTests {
    /// A chain in which the second version of `notes` and the contract `later` come into force, with a call of each
    /// kind before, at and after that.
    struct History {
        let scene: ContractScene
        /// The first height under version 2.
        let first: Height
        /// The first height with the new contract.
        let laterFirst: Height

        var blocks: [FinalizedBlock] { scene.chain.blocks }
        var results: ExecutedState { scene.chain.results }
        var genesis: Genesis { scene.consortium.genesis }

        init() throws {
            // A thousand blocks: made once.
            var scene = try ContractScene()
            let upgrade = scene.activation(after: ContractLifecycleContract.minimumNotice + 20)
            try scene.decide(upgrade)
            let introduction = ContractChange(
                .activation, of: "later", version: 1, at: upgrade.height.advanced(by: 3))
            try scene.decide(introduction)
            let laterCall = Call(
                contract: "later", method: "put", arguments: Note(key: "new", value: [7]).derBytes)
            #expect(try scene.call(laterCall).rejectionCode == "unknownContract")
            #expect(try scene.call(NotesContract.call("putTwice", "a", [1])).rejectionCode == "unknownMethod")
            try scene.pass(to: Height(rawValue: upgrade.height.rawValue - 2))
            // The last block of the old version, then the first of the new one.
            #expect(try scene.call(NotesContract.call("put", "old", [1, 2, 3])).eventNames == ["noted"])
            #expect(scene.height.next == upgrade.height)
            #expect(try scene.call(NotesContract.call("put", "new", [1, 2, 3])).eventNames == [])
            #expect(try scene.call(NotesContract.call("putTwice", "twice", [4])).rejectionCode == nil)
            #expect(try scene.call(NotesContract.call("whoAmI")).rejectionCode == "unknownMethod")
            #expect(scene.height.next == introduction.height)
            #expect(try scene.call(laterCall).rejectionCode == nil)
            try scene.pass(to: introduction.height.advanced(by: 5))
            (self.scene, first, laterFirst) = (scene, upgrade.height, introduction.height)
        }

        func disk(_ contracts: [any Contract] = ContractScene.new) throws -> LedgerOnDisk {
            try LedgerOnDisk(scene.consortium, contracts: contracts)
        }

        /// The blocks of some heights.
        func blocks(_ heights: ClosedRange<UInt64>) -> [FinalizedBlock] {
            Array(blocks[Int(heights.lowerBound - 1)...Int(heights.upperBound - 1)])
        }
    }

    private static let history = Result { try History() }

    private func note(_ key: String, in ledger: ChannelLedger) async throws -> Note {
        let answer = try await ledger.query("notes", "get", arguments: Note(key: key, value: []).derBytes)
        return try Note(derBytes: try answer.value(), limit: 1 << 16)
    }

    private func versions(in ledger: ChannelLedger) async throws -> ContractVersions {
        let answer = try await ledger.query(
            ContractLifecycleContract.name, ContractLifecycleContract.versionsQuery, arguments: NoResult().derBytes)
        return try ContractVersions(derBytes: try answer.value(), limit: 1 << 16)
    }

    @Test func queriesAreAnsweredByTheVersionInForce() async throws {
        let history = try Self.history.get()
        let disk = try history.disk()
        let ledger = disk.ledger
        try await ledger.execute(history.blocks(1...history.first.rawValue - 1))
        #expect(try await note("old", in: ledger) == Note(key: "old", value: [1, 2, 3]))
        let before = try await versions(in: ledger)
        #expect(before["notes"]?.inForce == ContractActivation(version: 1, height: .zero))
        #expect(before["notes"]?.planned == ContractActivation(version: 2, height: history.first))
        #expect(before["membership"]?.inForce?.height == .zero)
        #expect(before["later"]?.inForce == nil)
        let unknown = try await ledger.query("later", "get", arguments: NoResult().derBytes)
        #expect(throws: ContractError(.unknownContract, "")) { try unknown.value() }
        try await ledger.execute(history.blocks(history.first.rawValue...UInt64(history.blocks.count)))
        #expect(try await note("new", in: ledger) == Note(key: "version 2", value: [3, 2, 1]))
        #expect(try await note("twice", in: ledger) == Note(key: "version 2", value: [4, 4]))
        let after = try await versions(in: ledger)
        #expect(after["notes"]?.inForce == ContractActivation(version: 2, height: history.first))
        #expect(after["notes"]?.planned == nil)
        #expect(after["later"]?.inForce == ContractActivation(version: 1, height: history.laterFirst))
        let answer = try await ledger.query(
            ContractLifecycleContract.name, ContractLifecycleContract.historyQuery,
            arguments: ContractHistoryArguments(first: 0, limit: 10).derBytes)
        let page = try ContractHistoryPage(derBytes: try answer.value(), limit: 1 << 16)
        #expect(page.count == 2 && page.decisions.map(\.change.contract) == ["notes", "later"])
        #expect(page.decisions.allSatisfy { $0.approvals.count == 3 })
        #expect(ledger.head.results == history.results && ledger.missingContracts.isEmpty)
    }

    @Test func aLedgerIsVerifiedAndExecutedAgainUnderTheVersionsOfItsHeights() async throws {
        let history = try Self.history.get()
        let disk = try history.disk()
        try await disk.ledger.execute(history.blocks)
        try disk.ledger.close()
        let report = try LedgerVerification(genesis: history.genesis).verify(disk.path)
        #expect(report.stateRoot == history.results.stateRoot)
        let file = try LedgerFile(disk.path, genesis: history.genesis)
        try await LedgerReplay(file, contracts: try Contracts(ContractScene.new)).run(
            at: disk.directory.path("again"))
        // A program of before says what it lacks, and not that the ledger is wrong.
        let old = LedgerReplay(file, contracts: try Contracts(ContractScene.old))
        let error = await failure(LedgerError.self) { try await old.run(at: disk.directory.path("old")) }
        #expect(error?.code == .contractVersionMissing)
        // A program whose second version is another one has other results.
        let other = LedgerReplay(file, contracts: try Contracts([NotesContract(), Renamed(), LaterContract()]))
        let fault = await failure(LedgerFault.self) { try await other.run(at: disk.directory.path("other")) }
        #expect(fault?.table == "blocks")
    }

    /// The first version under the second one's number.
    private struct Renamed: Contract {
        let name = "notes"
        let version = 2
        let introduction = ContractIntroduction.decision
        var methods: [ContractMethod] { NotesContract().methods }
    }

    @Test func anOldProgramStopsBeforeTheHeightAndTheNextOneGoesOn() async throws {
        let history = try Self.history.get()
        let disk = try history.disk(ContractScene.old)
        let decided = try #require(
            history.scene.chain.executed.first { $0.changes.contains { $0.contract == "contracts" } }
        ).height
        try await disk.ledger.execute(history.blocks(1...decided.rawValue + 8))
        // It says so as soon as it is decided, and goes on up to there.
        let missing = MissingContractVersion(contract: "notes", version: 2, height: history.first)
        #expect(
            disk.ledger.missingContracts == [
                missing, MissingContractVersion(contract: "later", version: 1, height: history.laterFirst),
            ])
        try disk.ledger.checkContracts()
        let rest = history.blocks(decided.rawValue + 9...history.first.rawValue - 1)
        try await disk.ledger.execute(rest)
        #expect(try await note("old", in: disk.ledger) == Note(key: "old", value: [1, 2, 3]))
        // Nothing of that height is executed, not even an empty block.
        let error = await failure(LedgerError.self) {
            try await disk.ledger.execute(history.blocks(history.first.rawValue...history.first.rawValue))
        }
        #expect(error?.code == .contractVersionMissing)
        let words = ["'notes'", "version 2", "height \(history.first)", "Update the program"]
        for word in words { #expect(error?.message.contains(word) == true, "\(word): \(error?.message ?? "")") }
        #expect(disk.ledger.head.height == history.first.previous)
        #expect(throws: LedgerError(.contractVersionMissing, "")) { try disk.ledger.checkContracts() }
        try disk.ledger.close()
        #expect(
            try LedgerVerification(genesis: history.genesis).verify(disk.path).height == history.first.previous)
        let file = try LedgerFile(disk.path, genesis: history.genesis)
        #expect(try file.missing(of: Contracts(ContractScene.old)).first == missing)
        #expect(try file.missing(of: Contracts(ContractScene.new)).isEmpty)
        let updated = try ChannelLedger(
            path: disk.path, genesis: history.genesis, contracts: try Contracts(ContractScene.new))
        try updated.checkContracts()
        try await updated.execute(history.blocks(history.first.rawValue...UInt64(history.blocks.count)))
        #expect(updated.head.results == history.results)
        try updated.close()
    }

    /// Joins by a snapshot while the version is planned, and when it is in force.
    @Test func aLedgerFromASnapshotKnowsTheVersions() async throws {
        let history = try Self.history.get()
        for count in [history.first.rawValue - 2, UInt64(history.blocks.count)] {
            let disk = try history.disk()
            try await disk.ledger.execute(history.blocks(1...count))
            let snapshot = try SnapshotTests.Snapshot(of: disk.path, history.scene.consortium)
            let path = disk.directory.path("joined.sqlite")
            let builder = try SnapshotBuilder(path: path, genesis: history.genesis, manifest: snapshot.manifest)
            for chunk in snapshot.all { try builder.add(chunk) }
            try builder.finish()
            let start = snapshot.manifest.height
            let old = try ChannelLedger(
                path: path, genesis: history.genesis, contracts: try Contracts(ContractScene.old))
            #expect(Set(old.missingContracts.map(\.contract)) == ["notes", "later"])
            try old.close()
            let joined = try ChannelLedger(
                path: path, genesis: history.genesis, contracts: try Contracts(ContractScene.new))
            try await joined.execute(history.blocks(start.rawValue + 1...UInt64(history.blocks.count)))
            #expect(joined.head.results == history.results)
            #expect(try await note("new", in: joined).value == [3, 2, 1])
            try joined.close()
        }
    }

    @Test func aCancelledPlanLeavesEverythingAsItWas() async throws {
        var scene = try ContractScene()
        let plan = scene.activation(of: "later", version: 1)
        try scene.decide(plan)
        try scene.decide(ContractChange(.cancellation, of: "later", version: 1, at: plan.height))
        try scene.pass(to: plan.height)
        let call = Call(contract: "later", method: "put", arguments: Note(key: "a", value: []).derBytes)
        #expect(try scene.call(call).rejectionCode == "unknownContract")
        // A program without that version executes all of it.
        let disk = try LedgerOnDisk(scene.consortium, contracts: ContractScene.old)
        try await disk.ledger.execute(scene.chain.blocks)
        #expect(disk.ledger.head.results == scene.chain.results && disk.ledger.missingContracts.isEmpty)
    }
}
