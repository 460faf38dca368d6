import Formats
import Identity
import LedgerTestKit
import LicenceNode
import Licences
import Nodes
import Testing
import Vault
import ZhenglianClient

@Suite("Destroying what was taken down")
struct DestructionTests {
    private let basis = "个人信息保护法第四十七条"
    private let atOnce = Retry(patience: .zero)

    @Test func nothingIsDestroyedThatTheNodesLedgerHasInForce() async throws {
        let scene = try await LicenceScene()
        #expect(
            await serviceCode {
                try await scene.issuer.licences.destroy(scene.identifier, at: scene.service, retry: atOnce)
            } == .notTakenDown)
        #expect(try scene.vault.licence(scene.identifier) == scene.licence)
    }

    @Test func theVaultDestroysWhatWasTakenDownOnceAndSaysSoAgain() async throws {
        let scene = try await LicenceScene()
        _ = try await scene.issuer.licences.takeDown(scene.identifier, basis: basis)
        let first = try await scene.issuer.licences.destroy(scene.identifier, at: scene.service)
        #expect(first.now == [scene.identifier.text] && first.before.isEmpty)
        #expect(vaultCode { try scene.vault.licence(scene.identifier) } == .destroyed)
        #expect(try scene.vault.entry(of: scene.identifier)?.destruction?.basis == basis)
        let again = try await scene.issuer.licences.destroy(scene.identifier, at: scene.service)
        #expect(again.now.isEmpty && again.before == [scene.identifier.text])
    }

    /// The vault belongs to the owner, and so does the decision to have it emptied at that moment.
    @Test func nobodyElseHasAnythingDestroyed() async throws {
        let scene = try await LicenceScene()
        _ = try await scene.issuer.licences.takeDown(scene.identifier, basis: basis)
        #expect(
            await serviceCode {
                try await scene.asker.licences.destroy(scene.identifier, at: scene.service)
            } == .notEntitled)
        let message = DestructionMessage(licence: scene.identifier.text)
        #expect(await serviceCode { try await scene.service.destroy(message, caller: nil) } == .notEntitled)
        #expect(try scene.vault.licence(scene.identifier) == scene.licence)
    }

    @Test func whatIsNoIdentifierIsRefused() async throws {
        let scene = try await LicenceScene()
        let message = DestructionMessage(licence: "1.2.156.3005.2.%")
        #expect(
            await serviceCode {
                try await scene.service.destroy(message, caller: scene.issuer.identity.member)
            } == .malformed)
    }

    /// A licence that was never put in the vault, as most of a library's.
    @Test func aVaultThatHoldsNothingOfALicenceSaysSo() async throws {
        let scene = try await LicenceScene()
        let other = try LicenceScene.vaulted("B2")
        try await LicenceScene.issue(
            other, file: [1], to: scene.keyring.pseudonym(of: try LicenceScene.holder()), by: scene.issuer)
        _ = try await scene.issuer.licences.takeDown(other.identifier, basis: basis)
        let reply = try await scene.issuer.licences.destroy(other.identifier, at: scene.service)
        #expect(reply.now.isEmpty && reply.before.isEmpty)
    }
}
