import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Testing

@Suite struct SubmitterTests {
    private let consortium: TestConsortium
    private let client: InProcessClient
    private let member: MemberIdentity

    init() throws {
        consortium = try TestConsortium()
        client = try InProcessClient(consortium, contracts: [NotesContract()])
        member = try consortium.member("counter-1")
    }

    private func submitter(patience: Duration = .seconds(60)) -> Submitter {
        Submitter(
            client: client, identity: member, retry: Retry(patience: patience, clock: ManualClock()))
    }

    private func note(_ key: String) async throws -> [UInt8]? {
        do {
            return try await client.query(
                contract: "notes", name: "get", arguments: Note(key: key, value: []), as: Note.self
            ).result.value
        } catch let error as NodeError where error.code == .notFound {
            return nil
        }
    }

    @Test func aMemberThatTheLedgerDoesNotKnowIsRegisteredFirst() async throws {
        let submitter = submitter()
        try await submitter.submit([NotesContract.call("put", "a", [1])])
        #expect(await client.arrived.count == 2)
        try await submitter.submit([NotesContract.call("put", "a", [2])])
        #expect(await client.arrived.count == 3)
        #expect(try await note("a") == [2])
    }

    @Test func aKnownMemberIsNotRegisteredAgain() async throws {
        try await submitter().register()
        try await submitter().submit([NotesContract.call("put", "a", [1])])
        #expect(await client.arrived.count == 2)
    }

    @Test func severalWhoRegisterAtOnceDoNoHarm() async throws {
        let client = client
        let member = member
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for index in 0..<8 {
                group.addTask {
                    try await Submitter(client: client, identity: member)
                        .submit([NotesContract.call("put", "\(index)", [1])])
                }
            }
            for try await outcome in group { #expect(outcome.height > .zero) }
        }
        for index in 0..<8 { #expect(try await note("\(index)") == [1]) }
    }

    @Test func aRenewedCertificateIsRegisteredOverTheOldOne() async throws {
        try await submitter().register()
        let later = TestConsortium.validity.lowerBound.advanced(by: .seconds(60))...TestConsortium.validity.upperBound
        let renewed = try consortium.member("counter-1", key: member.key, validity: later)
        try await Submitter(client: client, identity: renewed).submit([NotesContract.call("put", "a", [1])])
        #expect(await client.arrived.count == 3)
        // Who comes with the old one finds a newer one, and may go on under it.
        try await submitter().submit([NotesContract.call("put", "a", [2])])
        #expect(try await note("a") == [2])
    }

    @Test(arguments: [
        [InProcessClient.Fault.requestLost], [.answerLost], [.overloaded],
        [.answerLost, .requestLost, .overloaded, .answerLost],
    ])
    func whatGetsLostIsHandedInAgainAndTakesEffectOnce(_ faults: [InProcessClient.Fault]) async throws {
        let submitter = submitter()
        try await submitter.register()
        await client.meet(faults)
        try await submitter.submit([NotesContract.call("append", "trail", [7])])
        let trail = try await client.query(
            contract: "notes", name: "trail", arguments: Note(key: "trail", value: []), as: Note.self)
        #expect(trail.result.value == [7])
        #expect(Set(await client.arrived).count == 2)
    }

    @Test func patienceEndsAndTheTransactionIsNamed() async throws {
        let submitter = submitter(patience: .seconds(5))
        try await submitter.register()
        await client.meet([InProcessClient.Fault](repeating: .requestLost, count: 100))
        await #expect(throws: TransactionUndecided.self) {
            try await submitter.submit([NotesContract.call("put", "a", [1])])
        }
    }

    @Test func aRejectionIsToldWithItsCallAndCode() async throws {
        let calls = [NotesContract.call("put", "a", [1]), NotesContract.call("refuse", "b")]
        do {
            try await submitter().submit(calls)
            Issue.record("the transaction was rejected, but nothing was thrown")
        } catch let error as TransactionRejected {
            #expect(error.code.rawValue == "refused")
            #expect(error.call == 1)
            #expect(error.message.contains("always refused"))
            #expect(error.height == client.height)
        }
        #expect(try await note("a") == nil)
    }

    @Test func theSameCallsUnderTheSameKeyAreOneTransactionInEveryProcess() async throws {
        let calls = [NotesContract.call("append", "trail", [7])]
        let key = IdempotencyKey(content: calls, suite: consortium.suite)
        let first = try await submitter().submit(calls, key: key)
        let second = try await submitter().submit(calls, key: key)
        #expect(first == second)
        let third = try await submitter().submit(calls)
        #expect(third.transaction != first.transaction)
    }

    @Test func anOldRejectionIsNoAnswerToANewSubmission() async throws {
        let calls = [NotesContract.call("refuse", "b")]
        let key = IdempotencyKey(content: calls, suite: consortium.suite)
        let submitter = submitter()
        let first = try await submitter.outcome(of: calls, key: key)
        let second = try await submitter.outcome(of: calls, key: key)
        let third = try await self.submitter().outcome(of: calls, key: key)
        #expect(Set([first, second, third].map(\.transaction)).count == 3)
        #expect(first.height < second.height && second.height < third.height)
    }

    @Test func aSubmitterThatSleptSignsAnew() async throws {
        var limits = ChannelLimits()
        limits.transactionLifetime = 8
        let consortium = try TestConsortium(limits: limits)
        let client = try InProcessClient(consortium, contracts: [NotesContract()])
        let submitter = Submitter(client: client, identity: try consortium.member("counter-1"))
        try await submitter.register()
        try await client.idle(40)
        let outcome = try await submitter.submit([NotesContract.call("put", "a", [1])])
        #expect(outcome.height.rawValue == 42)
    }

    @Test(arguments: [1, 2, 3, 4, 7, 8, 100, 10_000] as [UInt64])
    func everyLifetimeLeavesRoomToBeExecuted(_ lifetime: UInt64) async throws {
        var limits = ChannelLimits()
        limits.transactionLifetime = lifetime
        let consortium = try TestConsortium(departments: 1, limits: limits)
        let client = try InProcessClient(consortium, contracts: [NotesContract()])
        let submitter = Submitter(client: client, identity: try consortium.member("counter-1"))
        for index in 0..<12 {
            try await submitter.submit([NotesContract.call("put", "\(index)", [1])])
        }
        #expect(client.height.rawValue == 13)
    }

    @Test func aReceiptIsWaitedForUntilItIsSealed() async throws {
        let outcome = try await submitter().submit([NotesContract.call("put", "a", [1])])
        let receipt = try await client.sealedReceipt(for: outcome.transaction, retry: Retry(clock: ManualClock()))
        #expect(try receipt.verify(against: consortium.genesis).transaction?.identifier == outcome.transaction)
        await #expect(throws: NodeError(.notFound, "")) {
            try await client.sealedReceipt(
                for: TransactionIdentifier(.zero), retry: Retry(clock: ManualClock()))
        }
    }

    @Test func aClaimGoesWithWhateverIsSubmittedUnderItsKey() async throws {
        let key = try #require(IdempotencyKey([UInt8](repeating: 7, count: IdempotencyKey.byteCount)))
        let claim = NotesContract.call("put", "claim", [9])
        let first = try await submitter().claiming(claim, key: key).submit([NotesContract.call("put", "a", [1])])
        #expect(first.index == 0)
        #expect(try await note("claim") == [9])
        // Another process that claims the same has the same transaction, which takes effect once.
        let again = try await submitter().claiming(claim, key: key).submit([NotesContract.call("put", "a", [1])])
        #expect(again == first)
        let other = try await submitter().claiming(claim, key: key).submit([NotesContract.call("put", "a", [2])])
        #expect(other.transaction != first.transaction)
    }
}
