import ClientTestKit
import Formats
import Identity
import LedgerTestKit
import LicenceNode
import Licences
import Nodes
import Testing
import ZhenglianClient

@Suite("Presenting a licence")
struct PresentationTests {
    private func purpose(fields: [LicenceColumn]? = nil) throws -> Presentations.Purpose {
        Presentations.Purpose(
            application: try LicenceScene.application(),
            context: UseContext(purpose: try LicenceScene.purpose()), fields: fields)
    }

    private var pace: Presentations.Pace { .init(pause: .milliseconds(5), patience: .seconds(20)) }

    /// Waits for somebody to scan, and answers.
    private func answer(
        _ shown: HolderDevice.Shown, in scene: LicenceScene, agrees: Bool = true, device: HolderDevice? = nil
    ) async throws -> HolderDevice.Scanner {
        let device = device ?? scene.device
        while true {
            let scanners = try await device.scanners(of: shown.code.token, through: scene.service)
            if let scanner = scanners.first {
                try await device.answer(
                    scanner, agrees: agrees, of: shown.code.token, through: scene.service, at: scene.clock.now)
                return scanner
            }
            await Task.yield()
        }
    }

    private func show(_ scene: LicenceScene, _ order: PresentationOrder? = nil) async throws -> HolderDevice.Shown {
        try await scene.device.present(
            try order ?? scene.order(), through: scene.service, at: scene.clock.now)
    }

    @Test(arguments: CryptoSuiteIdentifier.allCases)
    func theScannerSeesTheFieldsOnceTheHolderHasSeenTheScanner(suite: CryptoSuiteIdentifier) async throws {
        let scene = try await LicenceScene(suite: suite)
        let shown = try await show(scene)
        #expect(shown.code.text.utf8.count <= PresentationCode.maximumTextCount)
        async let holder = answer(shown, in: scene)
        let scanned = try await scene.asker.presentations.scan(
            try PresentationCode(shown.code.text), for: try purpose(), through: scene.service, at: scene.clock.now,
            pace: pace)
        #expect(try await holder.department == scene.asker.identity.member.department)
        #expect(scanned.decision.isAllowed)
        #expect(scanned.decision.authority == .holder)
        #expect(scanned.content?.disclosures.map(\.field.value) == ["示例", "20250101"])
        #expect(scanned.content?.file == nil)
    }

    @Test func aCodeIsCheckedWithoutANetwork() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        let code = try PresentationCode(shown.code.text)
        let (now, own) = (scene.clock.now, scene.asker.identity.member.department)
        try code.check(against: scene.genesis, scanner: own, at: now)
        let receipt = try await scene.ledger.sealedReceipt(
            answering: .state(CatalogueContract.stateName(of: scene.identifier), asOf: nil))
        let state = try PresentedState(receipt, of: code.token, genesis: scene.genesis)
        #expect(state.record.identifier == scene.identifier)
        let other = try TestConsortium(issuerCodes: [0: [LicenceScene.issuerCode]], consortium: "other")
        #expect(
            faultCode { try code.check(against: other.genesis, scanner: own, at: now) } == .otherConsortium)
        #expect(
            faultCode { try code.check(against: scene.genesis, scanner: own, at: now.advanced(by: .seconds(60))) }
                == .expired)
        #expect(
            faultCode { try code.check(against: scene.genesis, scanner: own, at: now.advanced(by: .seconds(-60))) }
                == .notYetValid)
    }

    @Test func aCodeOfARevokedNodeIsRefusedByWhoeverHasTheList() async throws {
        let scene = try await LicenceScene()
        let code = try await show(scene).code
        func check(_ certificates: [MemberCertificate]) throws {
            var revocations = Revocations()
            revocations.insert(try scene.consortium.revocationList(revoking: certificates, number: 1))
            try code.check(against: scene.genesis, scanner: nil, at: scene.clock.now, revocations: revocations)
        }
        try check([scene.issuer.identity.certificate])
        let node = scene.consortium.validators[0].certificate
        #expect(faultCode { try check([node]) } == .revokedSigner)
    }

    /// With a network nobody has to bring the list: it stands on the ledger, and the holder is not asked at all.
    @Test func aScanRefusesTheCodeOfANodeThatTheLedgerKnowsToBeRevoked() async throws {
        let scene = try await LicenceScene()
        let code = try await show(scene).code
        let others = try scene.consortium.revocationList(
            revoking: [scene.consortium.member("counter-9").certificate], number: 1)
        try await scene.asker.submitter.publish(others)
        let known = try await scene.ledger.revocations(of: code.token.owner)
        try code.check(against: scene.genesis, scanner: nil, at: scene.clock.now, revocations: known)
        let node = scene.consortium.validators[0].certificate
        try await scene.asker.submitter.publish(
            try scene.consortium.revocationList(revoking: [node], number: 2))
        await #expect(throws: PresentationFault(.revokedSigner, "")) {
            try await scene.asker.presentations.scan(
                code, for: try purpose(), through: scene.service, at: scene.clock.now, pace: pace)
        }
        #expect(try await scene.device.scanners(of: code.token, through: scene.service).isEmpty)
    }

    @Test func aChangedCodeIsRefused() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        let text = shown.code.text
        var accepted = 0
        for position in stride(from: 0, to: text.utf8.count, by: 7) {
            var bytes = Array(text.utf8)
            bytes[position] = bytes[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            guard let code = try? PresentationCode(String(decoding: bytes, as: UTF8.self)) else { continue }
            do {
                try code.check(against: scene.genesis, scanner: nil, at: scene.clock.now)
                accepted += 1
            } catch {
                continue
            }
        }
        #expect(accepted == 0)
        #expect(faultCode { try PresentationCode("ZL1.%%%") } == .malformed)
        #expect(faultCode { try PresentationCode("hello") } == .malformed)
        #expect(faultCode { try PresentationCode(String(repeating: "A", count: 1_501)) } == .tooLong)
    }

    /// A member of another department, or one that is no node, can sign a token, but nobody takes it.
    @Test func onlyANodeOfTheIssuerVouches() async throws {
        let scene = try await LicenceScene()
        let token = PresentationToken(
            try scene.order(), identifier: try #require(PresentationIdentifier(Array(0..<16))),
            owner: scene.issuer.identity.member.department, channel: scene.genesis.channel, at: scene.clock.now)
        for signer in [scene.issuer.identity, scene.consortium.validators[1]] {
            let code = try PresentationCode(token, signer: signer, suite: scene.suite)
            #expect(
                faultCode { try code.check(against: scene.genesis, scanner: nil, at: scene.clock.now) }
                    == .wrongSigner)
        }
    }

    @Test func aScreenshotDiesWithTheFirstUse() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        async let holder = answer(shown, in: scene)
        _ = try await scene.asker.presentations.scan(
            shown.code, for: try purpose(), through: scene.service, at: scene.clock.now, pace: pace)
        _ = try await holder
        #expect(
            await serviceCode {
                try await scene.asker.presentations.scan(
                    shown.code, for: try purpose(), through: scene.service, at: scene.clock.now, pace: pace)
            } == .usedUp)
    }

    @Test func aScreenshotDiesWithTheExpiry() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        scene.clock.advance(by: .seconds(61))
        let time = scene.clock.now.advanced(by: .seconds(-61))
        // The scanner's clock is behind: the node knows better.
        #expect(
            await serviceCode {
                try await scene.asker.presentations.scan(
                    shown.code, for: try purpose(), through: scene.service, at: time, pace: pace)
            } == .expired)
    }

    /// The ledger counts too: a second node of the department, or one that has started anew, gives away no more.
    @Test func theLedgerRefusesAScanTooMany() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        let token = shown.code.token
        let key = scene.suite.recipientCipher.generateKey()
        func decide(_ nonce: Int64) async throws -> Decision {
            let request = UseRequest(
                licence: token.licence, application: try LicenceScene.application(), authority: .holder,
                context: UseContext(purpose: try LicenceScene.purpose()), action: .present, fields: token.fields,
                channel: .app, recipientKey: key.subjectPublicKeyInfo, nonce: CallNonce(nonce),
                presentation: token.reference(suite: scene.suite))
            let statement = request.statement(
                by: scene.asker.identity.member.department, notAfter: scene.clock.now.advanced(by: .seconds(100)),
                genesis: scene.genesis)
            return try await scene.asker.uses.decide(
                request, proof: .signature(try statement.signed(by: scene.deviceKey, suite: scene.suite)))
        }
        #expect(try await decide(1).isAllowed)
        #expect(try await decide(2).reasons == [.presentationUsedUp])
    }

    @Test func whomTheHolderDeclinesSeesNothing() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        async let holder = answer(shown, in: scene, agrees: false)
        #expect(
            await serviceCode {
                try await scene.asker.presentations.scan(
                    shown.code, for: try purpose(), through: scene.service, at: scene.clock.now, pace: pace)
            } == .declined)
        _ = try await holder
    }

    @Test func anotherDeviceAnswersForNobody() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        let thief = HolderDevice(genesis: scene.genesis, key: scene.suite.generateSigningKey())
        let request = UseRequest(
            licence: scene.identifier, application: try LicenceScene.application(), authority: .holder,
            context: UseContext(purpose: try LicenceScene.purpose()), action: .present,
            fields: shown.code.token.fields, channel: .app,
            recipientKey: scene.suite.recipientCipher.generateKey().subjectPublicKeyInfo,
            presentation: shown.code.token.reference(suite: scene.suite))
        _ = try await scene.service.scan(
            ScanMessage(presentation: shown.code.token.identifier.bytes, request: request.derBytes),
            caller: scene.asker.identity.member)
        for agrees in [true, false] {
            #expect(
                await serviceCode { try await answer(shown, in: scene, agrees: agrees, device: thief) }
                    == .wrongSignature)
        }
        #expect(
            await serviceCode {
                try await thief.present(
                    try scene.order(nonce: "2"), through: scene.service, at: scene.clock.now)
            } == .wrongSignature)
    }

    @Test func anOrderIsCarriedOutOnce() async throws {
        let scene = try await LicenceScene()
        _ = try await show(scene)
        #expect(await serviceCode { try await show(scene) } == .usedUp)
        _ = try await show(scene, try scene.order(nonce: "2"))
    }

    @Test func aCodeForOneDepartmentIsForNoOther() async throws {
        let scene = try await LicenceScene()
        let other = try #require(DepartmentName("department-2"))
        let shown = try await show(scene, try scene.order(audience: other))
        await #expect(throws: PresentationFault(.otherAudience, "")) {
            try await scene.asker.presentations.scan(
                shown.code, for: try purpose(), through: scene.service, at: scene.clock.now, pace: pace)
        }
        let request = UseRequest(
            licence: scene.identifier, application: try LicenceScene.application(), authority: .holder,
            context: UseContext(purpose: try LicenceScene.purpose()), action: .present,
            fields: shown.code.token.fields, channel: .app, recipientKey: [1],
            presentation: shown.code.token.reference(suite: scene.suite))
        #expect(
            await serviceCode {
                try await scene.service.scan(
                    ScanMessage(presentation: shown.code.token.identifier.bytes, request: request.derBytes),
                    caller: scene.asker.identity.member)
            } == .notEntitled)
    }

    @Test func aScannerAsksForNothingThatIsNotShown() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        #expect(
            await serviceCode {
                try await scene.asker.presentations.scan(
                    shown.code, for: try purpose(fields: [.holderCode]), through: scene.service,
                    at: scene.clock.now, pace: pace)
            } == .notAllowed)
    }

    @Test func aCrowdOfScannersIsRefused() async throws {
        let scene = try await LicenceScene()
        let shown = try await show(scene)
        let request = UseRequest(
            licence: scene.identifier, application: try LicenceScene.application(), authority: .holder,
            context: UseContext(purpose: try LicenceScene.purpose()), action: .present,
            fields: shown.code.token.fields, channel: .app, recipientKey: [1],
            presentation: shown.code.token.reference(suite: scene.suite))
        let message = ScanMessage(presentation: shown.code.token.identifier.bytes, request: request.derBytes)
        for _ in 0..<5 { _ = try await scene.service.scan(message, caller: scene.asker.identity.member) }
        #expect(
            await serviceCode {
                try await scene.service.scan(message, caller: scene.asker.identity.member)
            } == .overloaded)
    }

    @Test func whatTheVaultHoldsNoMoreIsNotShown() async throws {
        let scene = try await LicenceScene()
        _ = try scene.vault.destroy(LicenceKey(scene.identifier), basis: "test", at: scene.clock.now)
        #expect(await serviceCode { try await show(scene) } == .takenDown)
    }
}
