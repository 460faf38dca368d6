import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import LicenceNode
import Licences
import Nodes
import Testing
import ZhenglianClient

@Suite("Releases from an owner's node")
struct ReleaseTests {
    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func fieldsThatWereAllowedArriveWithTheirProofs(suite: CryptoSuiteIdentifier) async throws {
        let scene = try await LicenceScene(suite: suite)
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        try #require(decision.isAllowed, "\(decision.reasons)")
        let content = try await scene.asker.releases.fetch(
            decision.identifier, kind: .fields, key: key, from: scene.service)
        #expect(content.disclosures.map(\.field.name) == [.holderName, .issuedOn])
        #expect(content.disclosures.first?.field.value == "示例")
        #expect(content.file == nil)
        #expect(content.note.requester == scene.asker.identity.member.department)
        // The ledger knows of it, under the digest of what came.
        let release = try await scene.asker.uses.release(on: decision.identifier)
        #expect(release.delivered == content.digest(suite: scene.suite))
        #expect(release.kind == .fields)
    }

    @Test func theFileArrivesWhereTheDecisionPermitsIt() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(.download, fields: [.holderName, .file], key: key)
        let content = try await scene.asker.releases.fetch(
            decision.identifier, kind: .file, key: key, from: scene.service)
        #expect(content.file == scene.file)
        #expect(content.columns == [.holderName, .file])
    }

    @Test func aFileIsNotReleasedOnADecisionAboutFields() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        #expect(
            await serviceCode {
                try await scene.asker.releases.fetch(
                    decision.identifier, kind: .file, key: key, from: scene.service)
            } == .notAllowed)
    }

    /// Who lost the answer gets the same bytes again; the ledger has one release.
    @Test func aTicketIsGoodForOneReleaseHoweverOftenItIsFetched() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(.download, fields: [.holderName, .file], key: key)
        let releases = scene.asker.releases
        let first = try await releases.fetch(decision.identifier, kind: .fields, key: key, from: scene.service)
        let second = try await releases.fetch(decision.identifier, kind: .fields, key: key, from: scene.service)
        #expect(first == second)
        #expect(
            await serviceCode {
                try await releases.fetch(decision.identifier, kind: .file, key: key, from: scene.service)
            } == .usedUp)
    }

    @Test func aDenialReleasesNothing() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.asker.uses.decide(
            UseRequest(
                licence: scene.identifier, application: try LicenceScene.application(),
                authority: .statutoryBasis(scene.basis),
                context: UseContext(purpose: try PurposeCode("CURIOSITY")), action: .query, fields: [.holderName],
                channel: .interface, recipientKey: key.subjectPublicKeyInfo))
        #expect(!decision.isAllowed)
        #expect(
            await serviceCode {
                try await scene.asker.releases.fetch(
                    decision.identifier, kind: .fields, key: key, from: scene.service)
            } == .notAllowed)
    }

    @Test func anotherMemberCannotUseTheTicket() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        let stranger = ZhenglianClient(
            ledger: scene.ledger, identity: try scene.consortium.member("counter-1", department: 2))
        let colleague = ZhenglianClient(
            ledger: scene.ledger, identity: try scene.consortium.member("counter-2", department: 1))
        for other in [stranger, colleague] {
            #expect(
                await serviceCode {
                    try await other.releases.fetch(
                        decision.identifier, kind: .fields, key: key, from: scene.service)
                } == .notEntitled)
        }
    }

    /// A node that carries messages, or a member of the same department, has no signature of the key that asked.
    @Test func anOrderThatTheRequesterHasNotSignedIsRefused() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        let ticket = try await scene.asker.uses.ticket(of: decision)
        let order = ReleaseOrder(
            channel: scene.genesis.channel, owner: decision.owner, decision: decision.identifier, kind: .fields)
        let other = scene.suite.generateSigningKey()
        let forged = try order.signed(by: other, suite: scene.suite)
        let caller = scene.asker.identity.member
        #expect(
            await serviceCode {
                try await scene.service.release(
                    ReleaseMessage(ticket: ticket.derBytes, order: order.derBytes, signature: forged.bytes),
                    caller: caller)
            } == .wrongSignature)
        let elsewhere = ReleaseOrder(
            channel: scene.genesis.channel, owner: caller.department, decision: decision.identifier, kind: .fields)
        let signature = try elsewhere.signed(by: scene.asker.identity.key, suite: scene.suite)
        #expect(
            await serviceCode {
                try await scene.service.release(
                    ReleaseMessage(ticket: ticket.derBytes, order: elsewhere.derBytes, signature: signature.bytes),
                    caller: caller)
            } == .notEntitled)
    }

    /// The ledger decided before it knew of the revocation; the owner's node knows better.
    @Test func whoseCertificateWasRevokedMeanwhileGetsNothing() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        try #require(decision.isAllowed)
        let colleague = try scene.consortium.member("counter-2", department: 1)
        let other = try scene.consortium.revocationList(
            department: 1, revoking: [colleague.certificate], number: 1)
        try await scene.issuer.submitter.publish(other)
        _ = try await scene.asker.releases.fetch(decision.identifier, kind: .fields, key: key, from: scene.service)
        let list = try scene.consortium.revocationList(
            department: 1, revoking: [colleague.certificate, scene.asker.identity.certificate], number: 2)
        try await scene.issuer.submitter.publish(list)
        #expect(
            await serviceCode {
                try await scene.asker.releases.fetch(
                    decision.identifier, kind: .fields, key: key, from: scene.service)
            } == .revoked)
    }

    @Test func aReceiptOfSomethingElseIsNoTicket() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        let ticket = try await scene.asker.uses.ticket(of: decision)
        let other = try await scene.ledger.sealedReceipt(
            answering: .state(CatalogueContract.stateName(of: scene.identifier), asOf: nil))
        let order = ReleaseOrder(
            channel: scene.genesis.channel, owner: decision.owner, decision: decision.identifier, kind: .fields)
        let signature = try order.signed(by: scene.asker.identity.key, suite: scene.suite)
        var damaged = ticket.derBytes
        damaged[damaged.count / 2] ^= 1
        for bytes in [other.derBytes, damaged, []] {
            #expect(
                await serviceCode {
                    try await scene.service.release(
                        ReleaseMessage(ticket: bytes, order: order.derBytes, signature: signature.bytes),
                        caller: scene.asker.identity.member)
                } == .noTicket)
        }
    }

    @Test func anExpiredTicketReleasesNothing() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        // Each block is a second of ledger time.
        try await scene.ledger.idle(302)
        #expect(
            await serviceCode {
                try await scene.asker.releases.fetch(
                    decision.identifier, kind: .fields, key: key, from: scene.service)
            } == .expired)
    }

    @Test func aDepartmentFetchesNoMoreThanItsRate() async throws {
        var limits = ReleaseLimits()
        limits.releasesPerDepartment = 2
        let scene = try await LicenceScene(limits: limits)
        let key = scene.suite.recipientCipher.generateKey()
        for _ in 0..<2 {
            let decision = try await scene.decide(key: key)
            _ = try await scene.asker.releases.fetch(
                decision.identifier, kind: .fields, key: key, from: scene.service)
        }
        let decision = try await scene.decide(key: key)
        #expect(
            await serviceCode {
                try await scene.asker.releases.fetch(
                    decision.identifier, kind: .fields, key: key, from: scene.service)
            } == .overloaded)
    }

    /// Taking down destroys what is private; the ledger goes on, and what it has proves nothing about anybody.
    @Test func afterATakingDownNothingIsReleasedAndTheLedgerStaysWhole() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let before = try await scene.decide(key: key)
        let basis = "个人信息保护法第四十七条"
        try await scene.issuer.submitter.submit([
            LicenceCall.takeDown(TakeDownLicence(identifier: scene.identifier, basis: basis)).call
        ])
        let reply = try await scene.issuer.licences.destroy(scene.identifier, at: scene.service)
        #expect(reply.now == [scene.identifier.text] && reply.before.isEmpty)
        #expect(
            await serviceCode {
                try await scene.asker.releases.fetch(
                    before.identifier, kind: .fields, key: key, from: scene.service)
            } == .takenDown)
        let after = try await scene.decide(key: key)
        #expect(after.reasons.contains(.licenceTakenDown))
        // Evidence and catalogue are still proved, and the tombstone stands.
        let evidence = try await scene.ledger.sealedReceipt(
            answering: .state(EvidenceContract.stateName(of: scene.identifier), asOf: nil))
        let catalogue = try await scene.ledger.sealedReceipt(
            answering: .state(CatalogueContract.stateName(of: scene.identifier), asOf: nil))
        _ = try evidence.verify(against: scene.genesis)
        guard case .entry(let entry) = try catalogue.verify(against: scene.genesis).subject else {
            Issue.record("the catalogue has no entry")
            return
        }
        let record = try CatalogueRecord(derBytes: entry.value, limit: EntrySubject.maximumValueByteCount)
        #expect(record.tombstone?.basis == basis)
        #expect(record.metadataRoot == nil)
    }

    /// What the owner hands out is compared with the ledger, not believed.
    @Test func aClientRefusesWhatTheLedgerDoesNotHave() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        let content = try await scene.asker.releases.fetch(
            decision.identifier, kind: .fields, key: key, from: scene.service)
        var generator = SeededGenerator(seed: 2)
        let other = ReleasedContent(
            note: content.note, disclosures: content.disclosures, file: nil, using: &generator)
        await #expect(throws: ReleaseFault(.notOnLedger, "")) {
            try await scene.asker.releases.check(other, of: decision)
        }
        let second = try await scene.decide(key: key)
        await #expect(throws: ReleaseFault(.notOnLedger, "")) {
            try await scene.asker.releases.check(content, of: second)
        }
    }

    @Test func contentWithOtherValuesIsNotProved() async throws {
        let scene = try await LicenceScene()
        let key = scene.suite.recipientCipher.generateKey()
        let decision = try await scene.decide(key: key)
        let content = try await scene.asker.releases.fetch(
            decision.identifier, kind: .fields, key: key, from: scene.service)
        let release = try await scene.asker.uses.release(on: decision.identifier)
        let foreign = EvidenceContent(file: nil, metadataRoot: scene.suite.digest(of: [1]))
        let receipt = try await scene.ledger.sealedReceipt(
            answering: .state(EvidenceContract.stateName(of: scene.identifier), asOf: nil))
        guard case .entry(let entry) = try receipt.verify(against: scene.genesis).subject else { return }
        let evidence = try EvidenceRecord(derBytes: entry.value, limit: EntrySubject.maximumValueByteCount)
        try content.check(decision: decision, release: release, evidence: evidence, suite: scene.suite)
        let altered = EvidenceRecord(
            identifier: evidence.identifier, department: evidence.department, content: foreign,
            issuedAt: evidence.issuedAt, issuedHeight: evidence.issuedHeight, transaction: evidence.transaction,
            issuerKey: evidence.issuerKey, supersedes: nil)
        #expect(throws: ReleaseFault(.fieldNotProved, "")) {
            try content.check(decision: decision, release: release, evidence: altered, suite: scene.suite)
        }
    }
}
