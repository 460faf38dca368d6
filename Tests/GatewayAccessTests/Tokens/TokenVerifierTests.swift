import Crypto
import Foundation
import GatewayAccess
import Identity
import Licences
import Logging
import Nodes
import Testing

/// Tokens of an identity platform, as it signs them and as others forge them; its keys come over HTTP.
@Suite("Tokens of identity platforms", .timeLimit(.minutes(2)))
struct TokenVerifierTests {
    /// An issuer that the first department trusts, a key of it, and what checks its tokens.
    private struct Scene: Sendable {
        let access: AccessScene
        let issuer: TestIssuer
        let verifier: TokenVerifier
        let key = TestIssuer.SigningKey.es256(P256.Signing.PrivateKey())

        var now: Timestamp { access.clock.now }

        func token(
            _ claims: [String: JSONPart?] = [:], header: [String: JSONPart?] = [:],
            key other: TestIssuer.SigningKey? = nil, named name: String = "key-1"
        ) throws -> String {
            try issuer.token(other ?? key, named: name, at: now, claims: claims, header: header)
        }

        func code(_ token: String) async -> AccessError.Code? {
            await accessCode { () async throws(AccessError) in try await verifier.verify(token) }
        }
    }

    private func run(
        algorithms: Set<TokenAlgorithm> = [.es256], _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        try await TestIssuer.run { issuer in
            let access = try AccessScene()
            try await access.applications().register(
                AccessScene.platform(issuer.address, keySet: issuer.keySet, algorithms: algorithms))
            let fetcher = try HTTPPlatformClient()
            let scene = Scene(access: access, issuer: issuer, verifier: access.verifier(fetcher: fetcher))
            issuer.publish([("key-1", scene.key)])
            do {
                try await body(scene)
            } catch {
                try await fetcher.close()
                throw error
            }
            try await fetcher.close()
        }
    }

    @Test func anHonestTokenIsAccepted() async throws {
        try await run { scene in
            let token = try await scene.verifier.verify(scene.token(["sub": .text("person-1")]))
            #expect(token.issuer == scene.issuer.address)
            #expect(token.subject == "person-1" && token.client == "client-1")
            let list = try scene.token(["aud": .list(["other", "zhenglian"]), "client_id": nil, "azp": .text("c")])
            #expect(try await scene.verifier.verify(list).client == "c")
            #expect(scene.issuer.requestCount == 1, "the keys are fetched once")
        }
    }

    @Test func everyAlgorithmOfThePlatformIsChecked() async throws {
        try await run(algorithms: [.es256, .edDSA, .rs256]) { scene in
            let keys: [(name: String, key: TestIssuer.SigningKey)] = [
                ("ec", scene.key), ("ed", .edDSA(Curve25519.Signing.PrivateKey())), ("rsa", try .rsa(2_048)),
            ]
            scene.issuer.publish(keys)
            for (name, key) in keys {
                #expect(try await scene.code(scene.token(key: key, named: name)) == nil, "\(key.algorithm)")
            }
        }
    }

    @Test func whatIsWrongIsNamed() async throws {
        try await run { scene in
            let seconds = Int(scene.now.milliseconds / 1_000)
            let wrong: [([String: JSONPart?], AccessError.Code)] = [
                (["iss": .text("https://other.example.cn")], .unknownIssuer),
                (["iss": .text("not an address")], .unknownIssuer),
                (["iss": nil], .claimMissing),
                (["aud": .text("somebody")], .wrongAudience),
                (["aud": .list([])], .wrongAudience),
                (["aud": nil], .claimMissing),
                (["exp": nil], .claimMissing),
                (["exp": .number(seconds - 61)], .tokenExpired),
                (["exp": .number(seconds + 13 * 3_600)], .tokenLifetimeTooLong),
                (["exp": .text("tomorrow")], .malformedToken),
                (["exp": .number(.max)], .malformedToken),
                (["exp": .number(-1)], .malformedToken),
                (["nbf": .number(seconds + 90)], .tokenNotYetValid),
                (["iat": .number(seconds + 90)], .tokenNotYetValid),
                (["sub": nil], .claimMissing),
                (["sub": .text("")], .malformedToken),
                (["sub": .text(String(repeating: "a", count: 513))], .malformedToken),
                (["client_id": nil], .claimMissing),
            ]
            for (claims, code) in wrong { #expect(try await scene.code(scene.token(claims)) == code, "\(claims)") }
            // A minute is what clocks may differ by.
            #expect(try await scene.code(scene.token(["exp": .number(seconds - 59)])) == nil)
            #expect(try await scene.code(scene.token(["nbf": .number(seconds + 60)])) == nil)
            scene.access.clock.advance(by: .seconds(400))
            let old = try scene.issuer.token(
                scene.key, named: "key-1", at: Timestamp(milliseconds: scene.now.milliseconds - 400_000))
            #expect(await scene.code(old) == .tokenExpired)
        }
    }

    @Test func forgedSignaturesDoNotHold() async throws {
        try await run { scene in
            let other = TestIssuer.SigningKey.es256(P256.Signing.PrivateKey())
            #expect(try await scene.code(scene.token(key: other)) == .wrongSignature)
            let parts = try scene.token().split(separator: ".").map(String.init)
            let others = try scene.token(["sub": .text("administrator")]).split(separator: ".").map(String.init)
            #expect(await scene.code("\(parts[0]).\(others[1]).\(parts[2])") == .wrongSignature)
            #expect(await scene.code("\(parts[0]).\(parts[1]).\(parts[2].dropLast(2))") == .wrongSignature)
            #expect(await scene.code("\(parts[0]).\(parts[1]).AAAA") == .wrongSignature)
        }
    }

    @Test func theAlgorithmIsThePlatformsToSay() async throws {
        try await run(algorithms: [.es256, .rs256]) { scene in
            for name in ["none", "None", "HS256", "HS512", "ES512", "PS256", "", "es256"] {
                #expect(try await scene.code(scene.token(header: ["alg": .text(name)])) == .algorithmNotAllowed)
            }
            // A token that is signed by no key at all.
            let body = try scene.token().split(separator: ".")[1]
            let head = TestIssuer.base64(Array(#"{"alg":"none","kid":"key-1"}"#.utf8))
            #expect(await scene.code("\(head).\(body).") == .algorithmNotAllowed)
            // The platform has not been registered with EdDSA, whatever it publishes.
            let key = TestIssuer.SigningKey.edDSA(Curve25519.Signing.PrivateKey())
            scene.issuer.publish([("key-1", scene.key), ("ed", key)])
            #expect(try await scene.code(scene.token(key: key, named: "ed")) == .algorithmNotAllowed)
            // A key is used with its own algorithm alone: the RSA key of this name does not exist.
            #expect(try await scene.code(scene.token(header: ["alg": .text("RS256")])) == .unknownKey)
            // HMAC with the public key as the secret, under the name of an algorithm that is allowed.
            guard case .es256(let signing) = scene.key else { return }
            let text = try scene.token().split(separator: ".").prefix(2).joined(separator: ".")
            let code = HMAC<SHA256>.authenticationCode(
                for: Array(text.utf8), using: SymmetricKey(data: signing.publicKey.x963Representation))
            #expect(await scene.code("\(text).\(TestIssuer.base64(Array(code)))") == .wrongSignature)
        }
    }

    @Test func whatIsNoTokenIsRefusedBeforeAnythingIsFetched() async throws {
        try await run { scene in
            let token = try scene.token()
            let parts = token.split(separator: ".").map(String.init)
            let wrong = [
                "", ".", "..", "a.b.c", "a.b", token + ".x", " " + token, token + "=", token + "\n",
                parts[0] + "==." + parts[1] + "." + parts[2], "\(parts[1]).\(parts[1]).\(parts[2])",
                "\(parts[0]).\(TestIssuer.base64(Array("[]".utf8))).\(parts[2])",
                "\(TestIssuer.base64(Array("{".utf8))).\(parts[1]).\(parts[2])",
                "\(TestIssuer.base64(Array(String(repeating: "[", count: 3_000).utf8))).\(parts[1]).\(parts[2])",
                "\(TestIssuer.base64([0xff, 0xfe])).\(parts[1]).\(parts[2])", "证.照.链",
            ]
            for text in wrong { #expect(await scene.code(text) == .malformedToken, "\(text.prefix(40))") }
            #expect(await scene.code(String(repeating: "a", count: 8_193)) == .tokenTooLarge)
            #expect(await scene.code(token + String(repeating: "a", count: 8_192)) == .tokenTooLarge)
            #expect(try await scene.code(scene.token(header: ["crit": .list(["exp"])])) == .malformedToken)
            #expect(try await scene.code(scene.token(header: ["typ": .text("logout+jwt")])) == .malformedToken)
            #expect(try await scene.code(scene.token(header: ["kid": nil])) == .unknownKey)
            let long = String(repeating: "k", count: 129)
            #expect(try await scene.code(scene.token(named: long)) == .unknownKey)
            #expect(scene.issuer.requestCount == 0)
        }
    }

    @Test func aRotatedKeyIsFetchedAndTheOldOneIsGone() async throws {
        try await run { scene in
            let old = try scene.token(["exp": .number(Int(scene.now.milliseconds / 1_000) + 7_200)])
            #expect(await scene.code(old) == nil)
            let next = TestIssuer.SigningKey.es256(P256.Signing.PrivateKey())
            scene.issuer.publish([("key-2", next)])
            scene.access.clock.advance(by: AccessLimits.keySetPause)
            #expect(try await scene.code(scene.token(key: next, named: "key-2")) == nil)
            #expect(scene.issuer.requestCount == 2)
            #expect(await scene.code(old) == .unknownKey)
            // Nobody asks for an unknown key: it is still found out that the platform has withdrawn the one in use.
            let third = TestIssuer.SigningKey.es256(P256.Signing.PrivateKey())
            let token = try scene.token(
                ["exp": .number(Int(scene.now.milliseconds / 1_000) + 7_200)], key: next, named: "key-2")
            scene.issuer.publish([("key-3", third)])
            scene.access.clock.advance(by: AccessLimits.keySetLifetime)
            #expect(await scene.code(token) == .unknownKey)
        }
    }

    @Test func aTokenThatHeldIsHeldAgainstTheKeyAndTheTimeOfNow() async throws {
        try await run { scene in
            let token = try scene.token(["exp": .number(Int(scene.now.milliseconds / 1_000) + 7_200)])
            for _ in 0..<2 { #expect(await scene.code(token) == nil) }
            // Another key by the same name: what has held by the one before is forgotten.
            scene.issuer.publish([("key-1", .es256(P256.Signing.PrivateKey()))])
            scene.access.clock.advance(by: AccessLimits.keySetLifetime)
            #expect(await scene.code(token) == .wrongSignature)
            scene.issuer.publish([("key-1", scene.key)])
            scene.access.clock.advance(by: AccessLimits.keySetLifetime)
            for _ in 0..<2 { #expect(await scene.code(token) == nil) }
            scene.access.clock.advance(by: .seconds(7_200))
            #expect(await scene.code(token) == .tokenExpired)
        }
    }

    @Test func aFloodOfUnknownKeysIsNoFloodOfFetches() async throws {
        try await run { scene in
            #expect(try await scene.code(scene.token()) == nil)
            scene.access.clock.advance(by: AccessLimits.keySetPause)
            let tokens = try (0..<300).map { try scene.token(named: "unknown-\($0)") }
            await withTaskGroup(of: AccessError.Code?.self) { group in
                for token in tokens { group.addTask { await scene.code(token) } }
                for await code in group { #expect(code == .unknownKey) }
            }
            #expect(scene.issuer.requestCount == 2)
            #expect(try await scene.code(scene.token()) == nil)
        }
    }

    @Test func aKeySetThatTricklesIsGivenUp() async throws {
        try await run { scene in
            let token = try scene.token()
            scene.issuer.answer(.trickling)
            let begin = ContinuousClock.now
            #expect(await scene.code(token) == .keysUnavailable)
            #expect(ContinuousClock.now - begin < AccessLimits.keySetTimeout * 3)
        }
    }

    @Test(arguments: [TestIssuer.Mode.failing, .garbage, .oversized, .redirecting])
    func aPlatformThatCannotBeReachedIsHeldToWhatItHasPublished(mode: TestIssuer.Mode) async throws {
        try await run { scene in
            let seconds = Int(scene.now.milliseconds / 1_000)
            let token = try scene.token(["exp": .number(seconds + 7_200)])
            scene.issuer.answer(mode)
            #expect(await scene.code(token) == .keysUnavailable)
            #expect(await scene.code(token) == .keysUnavailable)
            #expect(scene.issuer.requestCount == 1, "a failure is not repeated at once")
            scene.issuer.answer(.keys)
            scene.access.clock.advance(by: AccessLimits.keySetFailurePause)
            #expect(await scene.code(token) == nil)
            scene.issuer.answer(mode)
            scene.access.clock.advance(by: AccessLimits.keySetLifetime)
            #expect(await scene.code(token) == nil, "its keys are used for a while")
            scene.access.clock.advance(by: AccessLimits.keySetStaleLifetime)
            #expect(await scene.code(token) == .keysUnavailable)
        }
    }

    @Test func keysThatCannotBeUsedDoNotSpoilTheOthers() async throws {
        try await run(algorithms: [.es256, .rs256]) { scene in
            let weak = try TestIssuer.SigningKey.rsa(1_024)
            var encrypting = try scene.key.published(as: "encrypting")
            encrypting["use"] = "enc"
            var confused = try scene.key.published(as: "confused")
            confused["alg"] = "RS256"
            scene.issuer.publish(
                [("weak", weak), ("key-1", scene.key)],
                extra: [
                    ["kty": "oct", "kid": "secret", "k": "AAAA"], ["kid": "nothing"], encrypting, confused,
                    ["kty": "EC", "crv": "P-256", "kid": "off", "x": "AAAA", "y": "AAAA"],
                    ["kty": "EC", "crv": "P-521", "kid": "other", "x": "AAAA", "y": "AAAA"],
                ])
            #expect(try await scene.code(scene.token()) == nil)
            #expect(try await scene.code(scene.token(key: weak, named: "weak")) == .unknownKey)
            for name in ["encrypting", "confused", "off", "secret"] {
                #expect(try await scene.code(scene.token(named: name)) == .unknownKey)
            }
        }
    }

    @Test func aPlatformThatIsTrustedNoMoreIsUnknownAtOnce() async throws {
        try await run { scene in
            #expect(try await scene.code(scene.token()) == nil)
            try await scene.access.applications().end(
                PlatformReference(department: scene.access.department, issuer: scene.issuer.address))
            #expect(try await scene.code(scene.token()) == .unknownIssuer)
        }
    }

    @Test func applicationsAndPeopleAreWhoTheLedgerSays() async throws {
        try await run { scene in
            let client = try scene.access.applications()
            let fetcher = try HTTPPlatformClient()
            let door = scene.access.access(fetcher: fetcher)
            func code(_ claims: [String: JSONPart?] = [:]) async throws -> AccessError.Code? {
                let token = try scene.token(claims)
                return await accessCode { () async throws(AccessError) in try await door.principal(token: token) }
            }
            #expect(try await code() == .applicationUnknown)
            try await client.register(AccessScene.application(issuer: scene.issuer.address, lastDay: "20260102"))
            let principal = try await door.principal(token: scene.token())
            #expect(principal.kind == .application(try ApplicationName("counter")))
            #expect(principal.identifier == "application/department-0/counter")
            #expect(principal.entitlements == [.verify, .readLicences, .writeUses])
            #expect(principal.quota == Quota(requestsPerMinute: 60, requestsPerDay: 1_000))

            #expect(try await code(["sub": .text("person-1")]) == .personUnknown)
            let subject = scene.access.salt.digest(
                of: "person-1", at: scene.issuer.address, for: scene.access.department)
            try await client.register(
                PersonDeclaration(
                    issuer: scene.issuer.address, subject: subject, entitlements: [.readTraces, .readLicences],
                    lastDay: CalendarDate("20260101")))
            let person = try await door.principal(token: scene.token(["sub": .text("person-1")]))
            #expect(person.kind == .person(subject: subject, issuer: scene.issuer.address))
            // No more than the application through which the person comes.
            #expect(person.entitlements == [.verify, .readLicences])
            #expect(!person.identifier.contains("person-1"))

            #expect(try await door.current(person) == person)
            #expect(try await door.current(principal) == principal)
            #expect(try await door.current(.anonymous) == .anonymous)
            try await client.suspend(scene.access.reference())
            #expect(
                await accessCode { () async throws(AccessError) in try await door.current(principal) }
                    == .applicationSuspended)
            #expect(try await code() == .applicationSuspended)
            #expect(try await code(["sub": .text("person-1")]) == .applicationSuspended)
            try await client.change(
                AccessScene.application(issuer: scene.issuer.address, entitlements: [.readLedger], lastDay: "20260102"))
            try await client.resume(scene.access.reference())
            #expect(try await door.current(principal).entitlements == [.verify], "never more than it had")
            // Eight hours ahead of UTC, the next day begins at four in the afternoon.
            scene.access.clock.advance(by: .seconds(17 * 3_600))
            #expect(try await code() == nil)
            #expect(try await code(["sub": .text("person-1")]) == .personUnknown)
            #expect(
                await accessCode { () async throws(AccessError) in try await door.current(person) } == .personUnknown)
            scene.access.clock.advance(by: .seconds(24 * 3_600))
            #expect(try await code() == .applicationExpired)
            try await client.end(scene.access.reference())
            #expect(try await code() == .applicationUnknown)
            try await fetcher.close()
        }
    }
}
