import Crypto
import Foundation
import GatewayAccess
import HTTPTypes
import Identity
import Licences
import Testing

/// Logging in by an identity platform's pages, as it should be and as others would have it; the platform is asked over
/// HTTP.
@Suite("Log-ins by an identity platform", .timeLimit(.minutes(2)))
struct PlatformLogInTests {
    @Test(arguments: [nil, "a secret: &+%/="])
    func aPersonComesInThroughTheApplication(secret: String?) async throws {
        try await LogInScene.run(secret: secret) { scene in
            let trip = try await scene.leave(next: "/trace?licence=1")
            #expect(trip.address.hasPrefix("\(scene.issuer.address)/authorize?tenant=7&response_type=code&"))
            #expect(trip.parameters["client_id"] == "client-1" && trip.parameters["scope"] == "openid profile")
            #expect(trip.parameters["redirect_uri"] == "\(LogInScene.console)/login/platform/callback")
            #expect(trip.parameters["code_challenge_method"] == "S256" && trip.parameters["ui_locales"] == "zh-CN")
            scene.grant(try scene.token(for: trip), for: trip)
            let arrival = try await scene.comeBack(trip)
            #expect(arrival.next == "/trace?licence=1")
            let subject = scene.access.salt.digest(
                of: "person-1", at: scene.issuer.address, for: scene.access.department)
            #expect(arrival.principal.kind == .person(subject: subject, issuer: scene.issuer.address))
            #expect(arrival.principal.entitlements == [.verify, .readLicences], "no more than the application")
            #expect(arrival.principal.quota == Quota(requestsPerMinute: 60, requestsPerDay: 1_000))
            #expect(!arrival.principal.identifier.contains("person-1"))
            let token = try scene.issuer.token(
                scene.key, named: "key-1", at: scene.now, claims: ["sub": .text("person-1")])
            #expect(try await scene.control.principal(token: token) == arrival.principal, "as with a token")
            #expect(scene.issuer.logIns.configurationCount == 1)
        }
    }

    @Test func whatIsRegisteredOtherwiseCountsInASessionToo() async throws {
        try await LogInScene.run { scene in
            let trip = try await scene.leave()
            scene.grant(try scene.token(for: trip), for: trip)
            let person = try await scene.comeBack(trip).principal
            let client = try scene.access.applications()
            func code() async -> AccessError.Code? {
                await accessCode { () async throws(AccessError) in try await scene.control.current(person) }
            }
            #expect(try await scene.control.current(person) == person)
            try await client.change(
                AccessScene.application(issuer: scene.issuer.address, entitlements: [.readTraces], perMinute: 7))
            let changed = try await scene.control.current(person)
            #expect(changed.entitlements == [.verify], "never more than at log-in, nor than the application now")
            #expect(changed.quota?.requestsPerMinute == 7)
            try await client.suspend(scene.access.reference())
            #expect(await code() == .applicationSuspended)
            try await client.resume(scene.access.reference())
            #expect(await code() == nil)
            try await client.end(
                PlatformReference(department: scene.access.department, issuer: scene.issuer.address))
            #expect(await code() == .unknownIssuer)
        }
    }

    @Test func anAnswerIsTakenOnceAndInItsOwnBrowserAlone() async throws {
        try await LogInScene.run { scene in
            let trip = try await scene.leave()
            let other = try await scene.leave()
            scene.grant(try scene.token(for: trip), for: trip)
            func code(state: String? = nil, browser: String? = nil) async -> AccessError.Code? {
                await accessCode { () async throws(AccessError) in
                    try await scene.comeBack(trip, state: state, browser: browser)
                }
            }
            #expect(await code(state: "AAAA") == .logInUnknown)
            #expect(await code(state: other.state) == .logInUnknown, "another browser's")
            #expect(await code(browser: other.browser) == .logInUnknown, "a link that somebody has sent")
            #expect(await code(browser: "") == .logInUnknown)
            #expect(scene.issuer.logIns.redemptions.isEmpty, "nothing was asked of the platform")
            #expect(await code() == nil)
            scene.grant(try scene.token(for: trip), for: trip)
            #expect(await code() == .logInUnknown, "replayed")
            #expect(scene.issuer.logIns.redemptions.count == 1)
            let late = try await scene.leave()
            scene.access.clock.advance(by: AccessLimits.logInAttemptLifetime)
            scene.grant(try scene.token(for: late), for: late)
            let tooLate = await accessCode { () async throws(AccessError) in try await scene.comeBack(late) }
            #expect(tooLate == .logInUnknown, "too late")
        }
    }

    @Test func queriesThatAreNoAnswersAreRefused() async throws {
        try await LogInScene.run { scene in
            let issuer = LogInScene.encoded(scene.issuer.address.text)
            func code(_ query: (LogInScene.Trip) -> String) async throws -> AccessError.Code? {
                let trip = try await scene.leave()
                let query = query(trip)
                return await accessCode { () async throws(AccessError) in
                    try await scene.logIn.finish(query: query, browser: trip.browser)
                }
            }
            for query in ["", "code=a", "state", "&&&", "%ff=%ff", "state=%zz"] {
                let found = try await code { _ in query }
                #expect(found == .logInUnknown, "\(query)")
            }
            let repeated = try await code { "state=\($0.state)&state=\($0.state)&code=a" }
            #expect(repeated == .logInUnknown)
            let long = try await code { "state=\($0.state)&code=\(String(repeating: "a", count: 5_000))" }
            #expect(long == .logInUnknown)
            let answers: [(String, AccessError.Code)] = [
                ("iss=\(issuer)&error=access_denied&error_description=%3Cscript%3E", .logInCancelled),
                ("iss=\(issuer)&error=temporarily_unavailable", .platformUnavailable),
                ("iss=\(issuer)&error=%3Cscript%3E", .platformAnswerInvalid),
                ("iss=\(issuer)", .platformAnswerInvalid), ("iss=\(issuer)&code=", .platformAnswerInvalid),
                ("iss=\(issuer)&code=a&error=access_denied", .platformAnswerInvalid),
                // Mixed up: another platform's answer, or one that does not say whose it is (RFC 9207).
                ("iss=https%3A%2F%2Fevil.example&code=a", .platformAnswerInvalid),
                ("iss=\(issuer)%2F&code=a", .platformAnswerInvalid), ("code=a", .platformAnswerInvalid),
                ("iss=&error=access_denied", .platformAnswerInvalid),
            ]
            for (answer, expected) in answers {
                let found = try await code { "state=\($0.state)&\(answer)" }
                #expect(found == expected, "\(answer)")
            }
            #expect(scene.issuer.logIns.redemptions.isEmpty)
        }
    }

    @Test func aTokenThatIsNotThisLogInsIsRefused() async throws {
        try await LogInScene.run { scene in
            let seconds = Int(scene.now.milliseconds / 1_000)
            let wrong: [([String: JSONPart?], AccessError.Code)] = [
                (["nonce": .text("another")], .wrongNonce), (["nonce": nil], .wrongNonce),
                (["nonce": .text("")], .wrongNonce),
                (["aud": .text("zhenglian")], .wrongAudience), (["aud": .text("client-2")], .wrongAudience),
                (["aud": .list(["client-1", "client-2"])], .wrongAudience), (["aud": .list([])], .wrongAudience),
                (["aud": nil], .claimMissing), (["azp": .text("client-2")], .wrongAudience),
                (["iss": .text("https://evil.example")], .unknownIssuer), (["iss": nil], .unknownIssuer),
                (["exp": .number(seconds - 61)], .tokenExpired), (["exp": nil], .claimMissing),
                (["iat": nil], .claimMissing), (["iat": .number(seconds + 90)], .tokenNotYetValid),
                (["iat": .number(seconds - 90)], .wrongNonce),
                (["sub": nil], .claimMissing), (["sub": .text("")], .malformedToken),
                (["sub": .text("person-2")], .personUnknown), (["sub": .text("client-1")], .personUnknown),
            ]
            for (claims, expected) in wrong {
                let found = try await scene.code(claims)
                #expect(found == expected, "\(claims)")
            }
            let alone = try await scene.code()
            #expect(alone == nil)
            let named = try await scene.code(["aud": .list(["client-1"]), "azp": .text("client-1")])
            #expect(named == nil)
        }
    }

    @Test func aTokenThatThePlatformHasNotSignedSoIsRefused() async throws {
        try await LogInScene.run { scene in
            for name in ["none", "HS256", "None"] {
                #expect(try await scene.code(header: ["alg": .text(name)]) == .algorithmNotAllowed)
            }
            let other = TestIssuer.SigningKey.es256(P256.Signing.PrivateKey())
            #expect(try await scene.code(key: other) == .wrongSignature)
            #expect(try await scene.code(header: ["typ": .text("at+jwt")]) == .malformedToken, "an access token")
            let trip = try await scene.leave()
            let body = try scene.token(for: trip).split(separator: ".")[1]
            let head = TestIssuer.base64(Array(#"{"alg":"none","kid":"key-1"}"#.utf8))
            scene.grant("\(head).\(body).", for: trip)
            #expect(
                await accessCode { () async throws(AccessError) in try await scene.comeBack(trip) }
                    == .algorithmNotAllowed)
        }
    }

    @Test func aCodeIsRedeemedWithItsOwnProofKeyAlone() async throws {
        try await LogInScene.run { scene in
            let trip = try await scene.leave()
            let other = try await scene.leave()
            // The code of one log-in, put into another one's answer.
            scene.grant(try scene.token(for: trip), for: trip)
            #expect(
                await accessCode { () async throws(AccessError) in try await scene.comeBack(other) }
                    == .platformAnswerInvalid)
            let form = try #require(scene.issuer.logIns.redemptions.first)
            #expect((43...128).contains(form["code_verifier"]?.count ?? 0))
            #expect(form["redirect_uri"] == "\(LogInScene.console)/login/platform/callback")
        }
    }

    @Test func whatTheTokenEndpointAnswersIsBoundedAndRead() async throws {
        try await LogInScene.run { scene in
            for (mode, expected) in [
                (TestIssuer.Mode.failing, AccessError.Code.platformUnavailable), (.oversized, .platformUnavailable),
                (.garbage, .platformAnswerInvalid), (.redirecting, .platformAnswerInvalid),
            ] {
                scene.issuer.logIns.answerCodes(mode)
                let found = try await scene.code()
                #expect(found == expected, "\(mode)")
            }
            scene.issuer.logIns.answerCodes(.keys)
            for body in ["{}", "[]", "", #"{"id_token":7,"token_type":"Bearer"}"#, #"{"token_type":"Bearer"}"#] {
                scene.issuer.logIns.refuseCodes(.ok, body)
                let found = try await scene.code()
                #expect(found == .platformAnswerInvalid, "\(body)")
            }
            scene.issuer.logIns.refuseCodes(.badRequest, #"{"error":"invalid_grant"}"#)
            let refused = try await scene.code()
            #expect(refused == .platformAnswerInvalid)
            scene.issuer.logIns.refuseCodes(.tooManyRequests, "")
            let busy = try await scene.code()
            #expect(busy == .platformUnavailable)
        }
    }

    @Test func aTokenEndpointThatTricklesIsGivenUp() async throws {
        try await LogInScene.run { scene in
            scene.issuer.logIns.answerCodes(.trickling)
            let begin = ContinuousClock.now
            let found = try await scene.code()
            #expect(found == .platformUnavailable)
            #expect(ContinuousClock.now - begin < AccessLimits.redemptionTimeout * 3)
        }
    }

    @Test func nobodyIsSentToAPlatformThatCannotLetThemIn() async throws {
        try await LogInScene.run { scene in
            let client = try scene.access.applications()
            func code() async -> AccessError.Code? {
                await accessCode { () async throws(AccessError) in try await scene.leave() }
            }
            try await client.suspend(scene.access.reference())
            #expect(await code() == .applicationSuspended)
            try await client.end(scene.access.reference())
            #expect(await code() == .applicationUnknown)
            try await client.end(
                PlatformReference(department: scene.access.department, issuer: scene.issuer.address))
            #expect(await code() == .unknownIssuer)
            #expect(scene.issuer.logIns.configurationCount == 0, "a platform that is not trusted is not asked")
        }
    }

    @Test func whoLogsOutGoesToThePlatformToo() async throws {
        try await LogInScene.run { scene in
            let console = LogInScene.encoded("\(LogInScene.console)/").replacingOccurrences(of: "%2E", with: ".")
            #expect(
                await scene.logIn.logOutAddress()
                    == "\(scene.issuer.address)/out?client_id=client-1&post_logout_redirect_uri=\(console)")
        }
        try await LogInScene.run { scene in
            scene.issuer.logIns.say(["end_session_endpoint": nil])
            #expect(await scene.logIn.logOutAddress() == nil)
        }
    }
}
