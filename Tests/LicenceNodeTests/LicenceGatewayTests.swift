import ClusterTransport
import Formats
import Identity
import LedgerTestKit
import LicenceNode
import Licences
import Logging
import Nodes
import Testing
import ZhenglianClient

/// The service over the network: real TLS on loopback, with the certificates of members.
@Suite("The licence service of a node, called over the network")
struct LicenceGatewayTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Runs `body` with a service of department 0's node as `member` reaches it.
    private func withService(
        _ scene: LicenceScene, as member: MemberIdentity, hasVault: Bool = true,
        _ body: (RemoteLicenceService) async throws -> Void
    ) async throws {
        let node = scene.consortium.validators[0]
        let clock = scene.clock
        let system = try ClusterSystem(
            identity: node, anchors: scene.genesis.transportAnchors, realm: scene.genesis.digest, logger: logger,
            clock: { clock.now })
        let service = scene.service
        if hasVault {
            try system.host(LicenceGateway.name) { LicenceGateway(service: service, actorSystem: system) }
        }
        let address = try await system.listen(on: NodeAddress(host: "127.0.0.1", port: 0))
        let remote = try RemoteLicenceService(
            genesis: scene.genesis, identity: member,
            node: NodeReference(
                member: node.member,
                endpoint: NodeConfiguration.Endpoint(host: address.host, port: Int(address.port))),
            clock: clock, logger: logger)
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

    @Test func aReleaseTravelsFromNodeToClient() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(.download, fields: [.holderName, .file], key: key)
        try await withService(scene, as: scene.asker.identity) { service in
            let content = try await scene.asker.releases.fetch(
                decision.identifier, kind: .file, key: key, from: service)
            #expect(content.file == scene.file)
        }
    }

    /// The caller is who the connection's certificate says, whatever a message says.
    @Test func aTicketInOtherHandsIsRefusedOverTheNetworkToo() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        let thief = try scene.consortium.member("counter-1", department: 2)
        try await withService(scene, as: thief) { service in
            #expect(
                await serviceCode {
                    try await scene.asker.releases.fetch(
                        decision.identifier, kind: .fields, key: key, from: service)
                } == .notEntitled)
        }
    }

    @Test func aPresentationIsScannedOverTheNetwork() async throws {
        let scene = try await LicenceScene()
        let shown = try await scene.device.present(
            try scene.order(), through: scene.service, at: scene.clock.now)
        try await withService(scene, as: scene.asker.identity) { service in
            async let scanned = scene.asker.presentations.scan(
                shown.code,
                for: Presentations.Purpose(
                    application: try LicenceScene.application(),
                    context: UseContext(purpose: try LicenceScene.purpose())),
                through: service, at: scene.clock.now,
                pace: .init(pause: .milliseconds(10), patience: .seconds(20)))
            while true {
                if let scanner = try await scene.device.scanners(of: shown.code.token, through: scene.service).first {
                    try await scene.device.answer(
                        scanner, agrees: true, of: shown.code.token, through: scene.service, at: scene.clock.now)
                    break
                }
                await Task.yield()
            }
            #expect(try await scanned.content?.disclosures.first?.field.value == "示例")
        }
    }

    @Test func whatWasTakenDownIsDestroyedOverTheNetwork() async throws {
        let scene = try await LicenceScene()
        _ = try await scene.issuer.licences.takeDown(scene.identifier, basis: "个人信息保护法第四十七条")
        try await withService(scene, as: scene.asker.identity) { service in
            #expect(
                await serviceCode {
                    try await scene.asker.licences.destroy(scene.identifier, at: service)
                } == .notEntitled)
        }
        try await withService(scene, as: scene.issuer.identity) { service in
            let reply = try await scene.issuer.licences.destroy(scene.identifier, at: service)
            #expect(reply.now == [scene.identifier.text])
        }
        try await withService(scene, as: scene.issuer.identity, hasVault: false) { service in
            #expect(
                await serviceCode {
                    try await scene.issuer.licences.destroy(scene.identifier, at: service)
                } == .noVault)
        }
    }

    @Test func anAuditorReleasesNothing() async throws {
        let scene = try await LicenceScene()
        let auditor = try scene.consortium.member("auditor", department: 1, role: .auditor)
        try await withService(scene, as: auditor) { service in
            #expect(
                await serviceCode {
                    try await service.waitingScans(ScanQuestion(identifier: [1, 2, 3]))
                } == .unavailable)
        }
    }
}
