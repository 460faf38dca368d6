import Formats
import Identity
import Ledger
import LedgerTestKit
import Testing

private struct Named: Contract {
    let name: String
    var version = 1
    var introduction = ContractIntroduction.genesis
    var methods: [ContractMethod] = []
    var queries: [ContractQuery] = []
}

struct ContractTests {
    @Test func theRegistryRefusesTwoOfOneName() async throws {
        let method = ContractMethod("put") { (_: NoResult, _: inout ContractContext) throws(ContractError) in NoResult()
        }
        let query = ContractQuery("get") { (_: NoResult, _: inout ContractSnapshot) throws(ContractError) in NoResult()
        }
        let wrong: [[any Contract]] = [
            [NotesContract(), NotesContract()],
            [CertificatesContract()],
            [Named(name: "twice", methods: [method, method])],
            [Named(name: "twice", queries: [query, query])],
            [Named(name: "")],
            [Named(name: String(repeating: "a", count: 65))],
            [Named(name: "证照")],
            [Named(name: "old", version: 0)],
            [Named(name: "old", version: Int(Int32.max) + 1)],
            [Named(name: "both"), Named(name: "both", version: 2)],
            [Named(name: "same"), Named(name: "same", introduction: .decision)],
            (1...125).map { Named(name: "contract-\($0)") },
        ]
        for contracts in wrong {
            let error = await failure(LedgerError.self) { try Contracts(contracts) }
            #expect(error?.code == .wrongContract)
        }
        #expect(
            try Contracts([NotesContract()]).all.map(\.name) == [
                "certificates", "contracts", "membership", "misconduct", "notes",
            ])
        let versions = try Contracts([
            Named(name: "two", version: 2, introduction: .decision), Named(name: "two"),
            Named(name: "new", introduction: .decision),
        ])
        #expect(versions.all.filter { ["new", "two"].contains($0.name) }.map(\.version) == [1, 1, 2])
        #expect(versions.contains("two", version: 2) && !versions.contains("two", version: 3))
        #expect(!versions.contains("none", version: 1))
    }

    @Test func unknownNamesAndMalformedArgumentsAreRejected() throws {
        var scene = try Scene()
        let calls: [(Call, String)] = [
            (Call(contract: "nobody", method: "put", arguments: []), "unknownContract"),
            (Call(contract: "notes", method: "nothing", arguments: []), "unknownMethod"),
            (Call(contract: "notes", method: "put", arguments: []), "malformedArguments"),
            (Call(contract: "notes", method: "put", arguments: [0x30, 0x00]), "malformedArguments"),
            (
                Call(contract: "notes", method: "put", arguments: NotesContract.call("put").arguments + [0]),
                "malformedArguments"
            ),
        ]
        for (call, code) in calls {
            #expect(try scene.outcome(of: [call]).rejectionCode == code)
        }
    }

    @Test func aMethodSeesWhoCallsWhenAndNothingElse() throws {
        var scene = try Scene()
        let outcome = try scene.outcome(of: [NotesContract.call("whoAmI")])
        guard case .applied(let events, let values) = outcome.status else {
            Issue.record("rejected: \(outcome.status)")
            return
        }
        #expect(events.isEmpty)
        let time = TestConsortium.createdAt.milliseconds + 2_000
        let expected = Note(key: "department-0/client/alice 2 \(time)", value: outcome.transaction.digest.bytes)
        #expect(values == [expected.derBytes])
    }

    @Test func allCallsOfATransactionTakeEffectOrNone() throws {
        var scene = try Scene()
        let before = scene.chain.state.entries
        let outcome = try scene.outcome(of: [
            NotesContract.call("put", "a", [1]), NotesContract.call("remove", "b"), NotesContract.call("refuse", "c"),
            NotesContract.call("put", "d"),
        ])
        let rejection = Rejection(call: 2, code: "refused", message: "this call is always refused: c")
        #expect(outcome.status == .rejected(rejection))
        #expect(scene.chain.state.entries == before)
        #expect(scene.chain.executed.last?.changes == [])
    }

    @Test func laterCallsAndTransactionsSeeEarlierWrites() throws {
        var scene = try Scene()
        try scene.append([
            scene.transaction([NotesContract.call("append", "t", [1]), NotesContract.call("append", "t", [2])]),
            scene.transaction([NotesContract.call("append", "t", [3]), NotesContract.call("refuse")]),
            scene.transaction([NotesContract.call("append", "t", [4])]),
        ])
        let outcome = try #require(scene.chain.executed.last?.outcomes.last)
        var head = TrailHead.empty
        for value in [1, 2, 4] as [UInt8] {
            head = head.appending(Note(key: "t", value: [value]).derBytes, suite: scene.consortium.suite)
        }
        #expect(head.count == 3)
        #expect(outcome.status == .applied(events: [], returnValues: [head.derBytes]))
    }

    @Test func whatExceedsTheLimitsIsRejected() throws {
        var limits = ChannelLimits()
        limits.maximumTransactionBytes = 1 << 20
        limits.maximumBlockBytes = 4 << 20
        var scene = try Scene(limits: limits)
        let large = [UInt8](repeating: 7, count: ExecutionLimits.valueBytes)
        let calls: [(Call, String?)] = [
            (NotesContract.call("put", String(repeating: "k", count: 251)), nil),
            (NotesContract.call("put", String(repeating: "k", count: 252)), "limitExceeded"),
            (NotesContract.call("put", "v", large), "limitExceeded"),
            (NotesContract.call("repeat", "10000", []), nil),
            (NotesContract.call("repeat", "10001", []), "limitExceeded"),
            (NotesContract.call("repeat", "63", Array(large.dropLast(9))), nil),
            (NotesContract.call("repeat", "65", Array(large.dropLast(9))), "limitExceeded"),
            (NotesContract.call("announce", "1000"), nil),
            (NotesContract.call("announce", "1001"), "limitExceeded"),
            (NotesContract.call("announce", "100", [UInt8](repeating: 1, count: 10_000)), nil),
            (NotesContract.call("announce", "100", [UInt8](repeating: 1, count: 10_500)), "limitExceeded"),
        ]
        for (index, (call, code)) in calls.enumerated() {
            #expect(try scene.outcome(of: [call]).rejectionCode == code, "call \(index)")
        }
    }

    @Test func aBlockCannotGrowTheStateWithoutBound() throws {
        var scene = try Scene()
        let value = [UInt8](repeating: 7, count: 60_000)
        let transactions = try (0..<20).map { _ in
            try scene.transaction([NotesContract.call("repeat", "69", value)])
        }
        try scene.append(transactions)
        let codes = try #require(scene.chain.executed.last).outcomes.map(\.rejectionCode)
        #expect(codes.prefix(16).allSatisfy { $0 == nil })
        #expect(codes.suffix(4).allSatisfy { $0 == "limitExceeded" })
    }

    @Test func aRejectionIsCutToWhatAnOutcomeHolds() throws {
        let long = ContractMethod("long") { (_: NoResult, _: inout ContractContext) throws(ContractError) -> NoResult in
            let code = ContractError.Code(rawValue: String(repeating: "c", count: 100))
            throw ContractError(code, String(repeating: "证", count: 1_000))
        }
        let consortium = try TestConsortium()
        let member = try consortium.member("alice")
        var chain = try TestChain(consortium, contracts: [Named(name: "long", methods: [long])])
        let call = Call(contract: "long", method: "long", arguments: NoResult().derBytes)
        let transaction = try consortium.transaction([call], by: member, registering: true)
        try chain.append([chain.verified(transaction, by: member)])
        let outcome = try #require(chain.executed.last?.outcomes.last)
        let expected = Rejection(
            call: 1, code: String(repeating: "c", count: 64), message: String(repeating: "证", count: 341))
        #expect(outcome.status == .rejected(expected))
    }

    @Test func keysOfDifferentPartsAreDifferent() {
        let keys: [StateKey] = [
            StateKey("a"), StateKey("ab"), StateKey("a", [0]), StateKey("a", [1], [2]), StateKey("a", [1, 2], []),
            StateKey("a", [], [1, 2]), StateKey("a", [1], [2], [3]), StateKey("a", [1, 2], [3], []),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(StateKey("a", [1], [2, 3]).bytes == [0x61, 0, 1, 1, 2, 3])
    }

    @Test func addressesOrderAsBytes() {
        let sorted = [
            StateAddress(contract: "Z", key: StateKey([9])),
            StateAddress(contract: "a", key: StateKey([1])),
            StateAddress(contract: "a", key: StateKey([1, 0])),
            StateAddress(contract: "a", key: StateKey([2])),
            StateAddress(contract: "b", key: StateKey([0])),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }
}
