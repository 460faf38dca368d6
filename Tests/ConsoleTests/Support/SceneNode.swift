import Console
import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit
import Nodes
import Synchronization

/// What the node beside the console says: its blocks are the scene's, how it is a test decides.
final class SceneNode: ConsoleInspection {
    struct State: Sendable {
        /// For how many seconds each other validator has been out of touch; 0 for one that is in touch.
        var lost: [Double] = [0, 0, 0]
        var isSilent = false
        var healthQuestions = 0
        var refusals: [NodeHealth.Refusal] = []
        var gateway = GatewayStanding(
            queues: [.init("requests", count: 12, limit: 256), .init("webhooks", count: 3, limit: 10_000)],
            lockouts: [], dailyGrowthBytes: 2 << 30, commitMilliseconds: (41, 96))
    }

    private let consortium: TestConsortium
    private let ledger: SceneLedger
    private let clock: StandingClock
    private let state = Mutex(State())

    init(_ consortium: TestConsortium, _ ledger: SceneLedger, _ clock: StandingClock) {
        (self.consortium, self.ledger, self.clock) = (consortium, ledger, clock)
    }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    func block(at height: Height) async throws -> InspectedBlock? { try await ledger.block(at: height) }

    func members() async -> [InspectedMember] {
        consortium.validators.dropFirst().enumerated().map { index, validator in
            InspectedMember(validator.member, status: index == 2 ? nil : status(of: validator, behind: UInt64(index)))
        }
    }

    private func status(of validator: MemberIdentity, behind: UInt64) -> NodeStatus {
        let head = ledger.head
        let genesis = consortium.genesis
        return NodeStatus(
            member: validator.member, consortium: genesis.digest, channel: genesis.document.channel,
            height: Height(rawValue: head.height.rawValue - min(behind, head.height.rawValue)), head: .zero,
            headTime: head.time, stateRoot: .zero, epoch: .zero, view: nil, leader: nil, lastFinalizedView: nil,
            isActive: false, pendingTransactions: 0, peers: [], diagnosis: [], uptimeSeconds: 180_000,
            processorSeconds: 0, residentBytes: 0, version: NodeStatus.currentVersion)
    }

    func gateway() async -> GatewayStanding { state.withLock { $0.gateway } }

    /// How often somebody has asked how the node is.
    var healthQuestions: Int { state.withLock { $0.healthQuestions } }

    func health() async throws -> NodeHealth {
        let state = state.withLock { state in
            state.healthQuestions += 1
            return state
        }
        guard !state.isSilent else { throw NodeError(.unavailable, "the node is stopping") }
        let head = ledger.head
        let own = consortium.validators[0]
        let others = consortium.validators.dropFirst().map(\.member)
        return NodeHealth(
            member: own.member, version: NodeStatus.currentVersion, time: clock.now, height: head.height,
            headTime: head.time, waitingBlocks: 0, isBehind: false, epoch: .zero, validatorCount: 4, quorum: 3,
            pendingTransactions: 0, secondsSinceCommit: 2,
            consensus: NodeHealth.Consensus(
                view: View(rawValue: head.height.rawValue + 1), leader: own.member, isLeaderAbsent: false,
                isActive: false, lastFinalizedView: View(rawValue: head.height.rawValue), proposal: "none", quorum: 3,
                votes: [.init(kind: "notarize", present: [own.member], missing: Array(others))],
                consecutiveNullifications: 0, armedTimers: [], recoveryAnswers: nil, silentThrough: .zero,
                viewSeconds: 2),
            peers: zip(others, state.lost).map { member, seconds in
                NodeHealth.Peer(member: member, isReachable: seconds == 0, seconds: seconds == 0 ? 86_400 : seconds)
            },
            refusals: state.refusals,
            certificates: [
                NodeHealth.Certificate(
                    purpose: "ledger", notBefore: TestConsortium.validity.lowerBound,
                    notAfter: TestConsortium.validity.upperBound, isRevoked: false)
            ],
            storage: StorageState(freeBytes: 340 << 30, isWritable: true), evidence: [])
    }
}

/// A clock that stands where a test puts it.
final class StandingClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
}

/// The sessions of a gateway that knows one account.
final class SceneAccess: ConsoleAccess {
    let hasPlatform = true
    private let failures = Mutex(0)

    func logIn(name: String, password: String, from _: String?) async -> LogInOutcome {
        if failures.withLock({ $0 >= 5 }) {
            return .locked(until: Timestamp(milliseconds: 1_767_226_500_000))
        }
        guard name == "operator", password == "correct horse" else {
            failures.withLock { $0 += 1 }
            return .refused
        }
        return .accepted(cookie: "session=1; Path=/; HttpOnly; Secure; SameSite=Strict")
    }

    /// The browser's cookie says how it ends.
    func beginAtPlatform(
        next: String, browser: String?, from _: String?, language: ConsoleLanguage
    ) async -> PlatformStep {
        if let refusal = browser.flatMap(PlatformRefusal.init(rawValue:)) {
            return .refused(refusal, retryAfterSeconds: 7)
        }
        return .depart(
            address: "https://id.example/authorize?next=\(next)&ui=\(language.rawValue)",
            cookie: "login=1; SameSite=Lax")
    }

    func finishAtPlatform(query: String, browser: String?) async -> PlatformStep {
        if let refusal = browser.flatMap(PlatformRefusal.init(rawValue:)) {
            return .refused(refusal, retryAfterSeconds: nil)
        }
        return .arrive(next: query.removingPercentEncoding ?? "", cookie: "session=2; SameSite=Strict")
    }

    func logOut(_ visitor: Visitor) async -> LogOutOutcome {
        LogOutOutcome(
            cookie: "session=; Path=/; Max-Age=0",
            platform: visitor.department == Label("department-2") ? "https://id.example/out?client_id=a" : nil)
    }
}
