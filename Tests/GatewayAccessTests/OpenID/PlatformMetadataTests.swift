import GatewayAccess
import Testing

/// What an identity platform says of itself, over HTTP: taken as it should be, refused otherwise, and asked seldom.
@Suite("Configurations of identity platforms", .timeLimit(.minutes(2)))
struct PlatformMetadataTests {
    private func code(_ scene: LogInScene) async -> AccessError.Code? {
        await accessCode { () async throws(AccessError) in try await scene.leave() }
    }

    @Test func aConfigurationThatIsNotThePlatformsOwnIsRefused() async throws {
        try await LogInScene.run { scene in
            let issuer = scene.issuer.address
            let wrong: [[String: JSONPart?]] = [
                ["issuer": .text("https://evil.example")], ["issuer": .text("\(issuer)/")], ["issuer": nil],
                ["authorization_endpoint": .text("javascript:alert(1)")],
                ["authorization_endpoint": .text("http://10.0.0.1/authorize")], ["authorization_endpoint": nil],
                ["authorization_endpoint": .text("\(issuer)/authorize#x")],
                ["authorization_endpoint": .text("\(issuer)/authorize?a=\"><script>")],
                ["token_endpoint": .text("http://169.254.169.254/latest")], ["token_endpoint": nil],
                ["token_endpoint": .text("file:///etc/passwd")], ["token_endpoint": .number(7)],
                ["token_endpoint": .text("http://user@127.0.0.1/token")],
                ["end_session_endpoint": .text("//evil.example")],
                ["response_types_supported": .list(["id_token"])], ["response_types_supported": nil],
                ["response_modes_supported": .list(["form_post"])],
                // A client without a secret has its proof key alone.
                ["code_challenge_methods_supported": nil], ["code_challenge_methods_supported": .list(["plain"])],
            ]
            for members in wrong {
                scene.issuer.logIns.say(members)
                #expect(await code(scene) == .platformAnswerInvalid, "\(members)")
                scene.access.clock.advance(by: AccessLimits.keySetFailurePause)
            }
            scene.issuer.logIns.say([:])
            #expect(await code(scene) == nil)
        }
    }

    @Test func aClientWithASecretShowsItAsThePlatformHasIt() async throws {
        try await LogInScene.run(secret: "hidden") { scene in
            scene.issuer.logIns.say(["token_endpoint_auth_methods_supported": .list(["private_key_jwt"])])
            #expect(await code(scene) == .platformAnswerInvalid)
            scene.access.clock.advance(by: AccessLimits.keySetFailurePause)
            scene.issuer.logIns.say([
                "token_endpoint_auth_methods_supported": .list(["private_key_jwt", "client_secret_post"]),
                "code_challenge_methods_supported": nil,
            ])
            // The issuer of the test takes it in the header alone, so this is refused there: in the form it was.
            let found = try await scene.code()
            #expect(found == .platformAnswerInvalid)
            #expect(scene.issuer.logIns.redemptions.first?["client_secret"] == "hidden")
        }
    }

    @Test(arguments: [TestIssuer.Mode.failing, .garbage, .oversized, .redirecting])
    func aPlatformThatCannotBeAskedIsAskedSeldom(mode: TestIssuer.Mode) async throws {
        try await LogInScene.run { scene in
            let isInvalid = mode == .garbage
            let expected: AccessError.Code = isInvalid ? .platformAnswerInvalid : .platformUnavailable
            scene.issuer.logIns.say([:], in: mode)
            for _ in 0..<3 { #expect(await code(scene) == expected) }
            #expect(scene.issuer.logIns.configurationCount == 1, "a failure is not repeated at once")
            scene.issuer.logIns.say([:])
            scene.access.clock.advance(by: AccessLimits.keySetFailurePause)
            #expect(await code(scene) == nil)
            scene.access.clock.advance(by: AccessLimits.keySetLifetime)
            scene.issuer.logIns.say([:], in: mode)
            // One that cannot be reached is held to what it has said; one that says nonsense now is not.
            #expect(await code(scene) == (isInvalid ? expected : nil))
            scene.access.clock.advance(by: AccessLimits.keySetStaleLifetime)
            #expect(await code(scene) == expected)
        }
    }

    @Test func manyAtOnceAskOnce() async throws {
        try await LogInScene.run { scene in
            await withTaskGroup(of: AccessError.Code?.self) { group in
                for _ in 0..<100 { group.addTask { await code(scene) } }
                for await code in group { #expect(code == nil) }
            }
            #expect(scene.issuer.logIns.configurationCount == 1)
        }
    }

    @Test func aConfigurationThatTricklesIsGivenUp() async throws {
        try await LogInScene.run { scene in
            scene.issuer.logIns.say([:], in: .trickling)
            let begin = ContinuousClock.now
            #expect(await code(scene) == .platformUnavailable)
            #expect(ContinuousClock.now - begin < AccessLimits.keySetTimeout * 3)
        }
    }

    @Test func whatIsNoClientIsRefused() {
        for (issuer, identifier) in [("http://id.example.gov.cn", "c"), ("https://id.example", ""), ("", "c")] {
            var code: AccessError.Code?
            do throws(AccessError) {
                _ = try OpenIDClient(
                    issuer: issuer, identifier: identifier, secret: nil, scopes: ["openid"], address: "https://a")
            } catch {
                code = error.code
            }
            #expect(code == .wrongValue)
        }
    }
}
