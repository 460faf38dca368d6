import Formats
import Identity
import LedgerTestKit
import LicenceNode
import Licences
import Testing
import ZhenglianClient

/// The holder has granted an agent with a device of their own to show the licence.
@Suite("Presenting by an agent")
struct AgentPresentationTests {
    private struct Agent {
        let grant: GrantIdentifier
        let device: HolderDevice
    }

    private func agent(in scene: LicenceScene) async throws -> Agent {
        let suite = scene.suite
        let key = suite.generateSigningKey()
        let person = HolderPseudonym(epoch: 1, digest: suite.digest(of: Array("an agent".utf8)))
        // The department knows the agent by a licence of theirs.
        let card = try LicenceScene.vaulted("CARD")
        try await LicenceScene.issue(card, file: Array("a card".utf8), to: person, by: scene.issuer)
        _ = try await scene.issuer.authorisations.bind(
            BindHolder(
                holder: person, level: .four, key: key.verificationKey.subjectPublicKeyInfo, licence: card.identifier))
        let wish = GrantWish(
            grantor: scene.keyring.pseudonym(of: try LicenceScene.holder()), recipient: .agent(person),
            scope: try UseScope(
                selection: .licences([LicenceKey(scene.identifier)]), actions: [.present],
                purposes: [try LicenceScene.purpose()], fields: [.holderName, .issuedOn],
                notBefore: TestConsortium.createdAt, notAfter: TestConsortium.createdAt.advanced(by: .seconds(3_600))))
        let statement = wish.statement(notAfter: scene.clock.now.advanced(by: .seconds(300)), genesis: scene.genesis)
        let grant = try await scene.issuer.authorisations.grant(
            wish, proof: .signature(try statement.signed(by: scene.deviceKey, suite: suite)))
        return Agent(grant: grant, device: HolderDevice(genesis: scene.genesis, key: key))
    }

    private func withdraw(_ agent: Agent, in scene: LicenceScene) async throws {
        let statement = WithdrawGrant.statement(
            of: agent.grant, notAfter: scene.clock.now.advanced(by: .seconds(300)), genesis: scene.genesis)
        _ = try await scene.issuer.authorisations.withdraw(
            agent.grant, proof: .signature(try statement.signed(by: scene.deviceKey, suite: scene.suite)))
    }

    private func show(
        _ scene: LicenceScene, by device: HolderDevice, grant: GrantIdentifier?, fields: [LicenceColumn] = [.holderName]
    ) async throws -> HolderDevice.Shown {
        let order = try PresentationOrder(
            licence: scene.identifier, purpose: try LicenceScene.purpose(), fields: fields,
            nonce: scene.suite.digest(of: Array("agent".utf8)), agent: grant)
        return try await device.present(order, through: scene.service, at: scene.clock.now)
    }

    /// Department 1 scans, and the agent agrees.
    private func scan(
        _ shown: HolderDevice.Shown, of agent: Agent, in scene: LicenceScene
    ) async throws -> Presentations.Scanned {
        async let answered: Void = {
            while true {
                let scanners = try await agent.device.scanners(of: shown.code.token, through: scene.service)
                if let scanner = scanners.first {
                    return try await agent.device.answer(
                        scanner, agrees: true, of: shown.code.token, through: scene.service, at: scene.clock.now)
                }
                await Task.yield()
            }
        }()
        let scanned = try await scene.asker.presentations.scan(
            shown.code,
            for: Presentations.Purpose(
                application: try LicenceScene.application(), context: UseContext(purpose: try LicenceScene.purpose())),
            through: scene.service, at: scene.clock.now,
            pace: .init(pause: .milliseconds(5), patience: .seconds(20)))
        try await answered
        return scanned
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func anAgentWithALiveGrantShowsTheLicence(suite: CryptoSuiteIdentifier) async throws {
        let scene = try await LicenceScene(suite: suite)
        let agent = try await agent(in: scene)
        let shown = try await show(scene, by: agent.device, grant: agent.grant)
        // The code alone tells the scanner by whose grant it is shown.
        #expect(try PresentationCode(shown.code.text).token.agent == agent.grant)
        #expect(shown.code.text.utf8.count <= PresentationCode.maximumTextCount)
        let scanned = try await scan(shown, of: agent, in: scene)
        #expect(scanned.decision.isAllowed, "\(scanned.decision.reasons)")
        #expect(scanned.decision.agent == agent.grant)
        #expect(scanned.content?.disclosures.map(\.field.value) == ["示例"])
    }

    @Test func afterTheWithdrawalTheAgentShowsNothing() async throws {
        let scene = try await LicenceScene()
        let agent = try await agent(in: scene)
        try await withdraw(agent, in: scene)
        #expect(
            await serviceCode { try await show(scene, by: agent.device, grant: agent.grant) } == .notEntitled)
    }

    /// The owner's node has made the code in good faith; the ledger knows better.
    @Test func aCodeFromBeforeTheWithdrawalShowsNothingAfterIt() async throws {
        let scene = try await LicenceScene()
        let agent = try await agent(in: scene)
        let shown = try await show(scene, by: agent.device, grant: agent.grant)
        try await withdraw(agent, in: scene)
        let scanned = try await scan(shown, of: agent, in: scene)
        #expect(scanned.decision.reasons == [.agentWithdrawn])
        #expect(scanned.content == nil)
    }

    @Test func anAgentShowsNothingWithoutTheGrantOrBeyondIt() async throws {
        let scene = try await LicenceScene()
        let agent = try await agent(in: scene)
        #expect(await serviceCode { try await show(scene, by: agent.device, grant: nil) } == .wrongSignature)
        #expect(
            await serviceCode {
                try await show(scene, by: agent.device, grant: agent.grant, fields: [.holderName, .holderCode])
            } == .notEntitled)
        // The grant is this agent's: not even the holder shows as somebody else.
        #expect(
            await serviceCode { try await show(scene, by: scene.device, grant: agent.grant) } == .wrongSignature)
    }
}
