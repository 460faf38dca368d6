import ClusterTransport
import Formats
import Identity
import LedgerTestKit
import Logging
import Nodes
import OneThingNode
import OneThings
import Testing
import ZhenglianClient

/// The service over the network: real TLS on loopback, with the certificates of members.
@Suite("The one-thing service of a node, called over the network")
struct OneThingGatewayTests {
    /// Runs `body` with the service of department 0's node as `member` reaches it.
    private func withService(
        _ scene: OneThingScene, as member: MemberIdentity, _ body: (RemoteOneThingService) async throws -> Void
    ) async throws {
        let node = scene.consortium.validators[0]
        let clock = scene.clock
        let system = try ClusterSystem(
            identity: node, anchors: scene.genesis.transportAnchors, realm: scene.genesis.digest,
            logger: scene.logger, clock: { clock.now })
        let service = scene.service
        try system.host(OneThingGateway.name) { OneThingGateway(service: service, actorSystem: system) }
        let address = try await system.listen(on: NodeAddress(host: "127.0.0.1", port: 0))
        let remote = try RemoteOneThingService(
            genesis: scene.genesis, identity: member,
            node: NodeReference(
                member: node.member,
                endpoint: NodeConfiguration.Endpoint(host: address.host, port: Int(address.port))),
            clock: clock, logger: scene.logger)
        do {
            try await body(remote)
        } catch {
            await remote.close()
            await system.shutDown()
            throw error
        }
        await remote.close()
        await system.shutDown()
    }

    @Test func itemsTravelFromNodeToClient() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.register(code)
        let client = scene.clients[1]
        try await withService(scene, as: client.identity) { service in
            let sources = try await client.oneThings.contents.sources(of: code, step: Name.seal)
            let released = try await client.oneThings.contents.fetchAll(
                try #require(sources.first), of: code, step: Name.seal, attempt: 1, from: service)
            #expect(released.map { $0.file(of: Name.articles) } == [scene.file])
        }
    }

    /// The caller is who the connection's certificate says, whatever a message says.
    @Test func anotherDepartmentGetsNothingOverTheNetworkEither() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await scene.register(code)
        let asker = scene.clients[1]
        try await withService(scene, as: scene.clients[2].identity) { service in
            let sources = try await asker.oneThings.contents.sources(of: code, step: Name.seal)
            let source = try #require(sources.first)
            #expect(
                try await serviceCode {
                    try await asker.oneThings.contents.fetchAll(
                        source, of: code, step: Name.seal, attempt: 1, from: service)
                } == .notEntitled)
        }
    }

    @Test func aWaitOverTheNetworkIsWokenToo() async throws {
        let scene = try await OneThingScene()
        let code = try await scene.open()
        try await withService(scene, as: scene.clients[1].identity) { service in
            async let told = service.notices(NoticesQuestion(cursor: 0, limit: 10, wait: 30_000))
            try await scene.register(code)
            #expect(try await told.notices.count == 1)
        }
    }
}
