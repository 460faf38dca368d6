import ClusterTransport
import Distributed
import Formats
import Identity
import Ledger
import LedgerTestKit
import Logging
import Nodes
import Synchronization
import Testing

extension NodeRuntimeTests {
    /// What a node runs besides its ledger.
    @Suite struct ApplicationTests {
        @Test func anApplicationIsCalledOverTheNetworkAndReachesTheLedger() async throws {
            try await TestNetwork.with { network in
                let application = NoteTaking()
                network.applications[0] = [application]
                try await network.start()
                let host = try #require(application.host.withLock { $0 })
                let caller = try network.identity("counter", of: 1)
                let system = try ClusterSystem(
                    identity: caller, anchors: network.genesis.transportAnchors, realm: network.genesis.digest,
                    addresses: [
                        host.identity.member: NodeAddress(host: "127.0.0.1", port: UInt16(clamping: network.ports[0]))
                    ],
                    logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
                    clock: { SystemWallClock().now })
                let taker = try NoteTaker.resolve(
                    id: ActorAddress(member: host.identity.member, actor: NoteTaker.name), using: system)
                let height = try await withDeadline(.seconds(20)) { try await taker.take("a") }
                #expect(height > .zero)
                await system.shutDown()
            }
        }

        @Test func anApplicationThatCannotStartKeepsTheNodeFromStarting() async throws {
            try await TestNetwork.with { network in
                network.applications[0] = [Refusing()]
                let node = try await network.node(0)
                await #expect(throws: Refusing.Refusal.self) { try await node.run() }
            }
        }
    }
}

/// Takes notes for whoever calls, in the node's own name.
private final class NoteTaking: NodeApplication {
    let host = Mutex<NodeHost?>(nil)

    func start(on host: NodeHost) async throws {
        let submitter = Submitter(client: host.ledger, identity: host.identity)
        try host.system.host(NoteTaker.name) { NoteTaker(submitter: submitter, actorSystem: host.system) }
        self.host.withLock { $0 = host }
    }
}

private distributed actor NoteTaker: RemotelyCallable {
    typealias ActorSystem = ClusterSystem

    static let name: ActorName = "notes"

    static let remoteMethods = RemoteMethods<NoteTaker> {
        $0.method(1, "take(_:)", roles: [.client]) { try await $0.take($1) }
    }

    private let submitter: Submitter

    init(submitter: Submitter, actorSystem: ClusterSystem) {
        self.submitter = submitter
        self.actorSystem = actorSystem
    }

    distributed func take(_ note: String) async throws -> Height {
        try await submitter.submit([NotesContract.call("put", note, [1])]).height
    }
}

private struct Refusing: NodeApplication {
    struct Refusal: Error {}

    func start(on host: NodeHost) async throws { throw Refusal() }
}
