import ClientTestKit
import Formats
import Identity
import LedgerTestKit
import LicenceNode
import Licences
import Logging
import Nodes
import Synchronization
import Testing
import ZhenglianClient

/// The way of a node to its ledger, which ends with the node: before a submission arrives, or after it took effect and
/// before the node hears of it.
private final class EndingLedger: LedgerClient {
    enum Moment: CaseIterable {
        case beforeSubmission
        case afterSubmission
    }

    let genesis: Genesis
    private let ledger: InProcessClient
    private let moment: Moment
    private let hasEnded = Mutex(false)

    init(_ ledger: InProcessClient, at moment: Moment) {
        genesis = ledger.genesis
        self.ledger = ledger
        self.moment = moment
    }

    private func checkAlive() throws {
        guard !hasEnded.withLock({ $0 }) else { throw CancellationError() }
    }

    func submit(_ transaction: Transaction) async throws -> Outcome {
        try checkAlive()
        let isRelease = transaction.body.calls.contains { $0.method == UsageContract.Method.release }
        guard isRelease else { return try await ledger.submit(transaction) }
        if moment == .afterSubmission { _ = try await ledger.submit(transaction) }
        hasEnded.withLock { $0 = true }
        throw CancellationError()
    }

    func query(contract: String, name: String, arguments: [UInt8]) async throws -> QueryAnswer {
        try checkAlive()
        return try await ledger.query(contract: contract, name: name, arguments: arguments)
    }

    func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        try checkAlive()
        return try await ledger.receipt(answering: question)
    }

    func lightClientStep(from known: Height?) async throws -> LightClientStep {
        try checkAlive()
        return try await ledger.lightClientStep(from: known)
    }

    func status() async throws -> NodeStatus {
        try checkAlive()
        return try await ledger.status()
    }
}

@Suite("Releases of a node that dies")
struct ReleaseCrashTests {
    /// A service on what is on the disk: what a node that starts anew has.
    private func service(
        _ scene: LicenceScene, on ledger: any LedgerClient, seed: UInt64
    ) throws -> NodeLicenceService {
        NodeLicenceService(
            vault: try LicenceVault(scene.directory.path("vault"), genesis: scene.genesis),
            submitter: Submitter(client: ledger, identity: scene.consortium.validators[0]), clock: scene.clock,
            limits: ReleaseLimits(), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            generator: SeededGenerator(seed: seed))
    }

    /// Between the ledger's taking in of the digest and the hand-out, or just before it: whoever asks again with the
    /// same ticket gets one release, of which the ledger has one record.
    @Test(arguments: [EndingLedger.Moment.beforeSubmission, .afterSubmission])
    fileprivate func theSameTicketGetsTheSameReleaseFromTheNodeThatComesBack(moment: EndingLedger.Moment) async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        let releases = scene.asker.releases
        let dying = try service(scene, on: EndingLedger(scene.ledger, at: moment), seed: 3)
        #expect(
            await serviceCode {
                try await releases.fetch(decision.identifier, kind: .fields, key: key, from: dying)
            } == .unavailable)

        let recorded = try? await scene.asker.uses.release(on: decision.identifier)
        #expect((recorded != nil) == (moment == .afterSubmission))

        // The digest has random bytes in it, so a second release could not have the first one's by chance.
        let returned = try service(scene, on: scene.ledger, seed: 4)
        let content = try await releases.fetch(decision.identifier, kind: .fields, key: key, from: returned)
        let again = try await releases.fetch(decision.identifier, kind: .fields, key: key, from: returned)
        #expect(content == again)
        let delivered = content.digest(suite: scene.suite)
        if let recorded { #expect(recorded.delivered == delivered) }

        let trace = try await scene.asker.traces.trace(of: .licence(LicenceKey(scene.identifier))).proved
        let events = trace.events.compactMap { event in
            if case .release(let release) = event { release } else { nil }
        }
        #expect(events.map(\.delivered) == [delivered])
    }

    /// The network loses what the ledger answers the node, and then what the node answers the requester.
    @Test func lostAnswersCostNoSecondRelease() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        let returned = try service(scene, on: scene.ledger, seed: 3)
        await scene.ledger.meet([.answerLost, .overloaded])
        let first = try await scene.asker.releases.fetch(
            decision.identifier, kind: .fields, key: key, from: returned)
        let second = try await scene.asker.releases.fetch(
            decision.identifier, kind: .fields, key: key, from: returned)
        #expect(first == second)
        let trace = try await scene.asker.traces.trace(of: .licence(LicenceKey(scene.identifier))).proved
        #expect(trace.events.count { $0.kind == .release } == 1)
    }
}
