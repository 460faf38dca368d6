import ClusterTransport
import Identity
import Testing

/// Who is not let in, and how both sides learn it: over real TLS with real certificates.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: IdentityError.Code
        /// Whether the refused side is told; a stranger is not.
        let isTold: Bool
        let make: @Sendable (Consortium) throws -> RawCredential
    }

    static let cases: [Case] = [
        Case(testDescription: "self-signed", code: .selfSigned, isTold: false) {
            try CertificateForge(consortium: $0).selfSigned()
        },
        Case(testDescription: "expired", code: .expired, isTold: true) {
            let past = Consortium.year.lowerBound...Consortium.now.advanced(by: .seconds(-1))
            return RawCredential(try $0.identity("health/client/forger", validity: past))
        },
        Case(testDescription: "not yet valid", code: .notYetValid, isTold: true) {
            let future = Consortium.now.advanced(by: .seconds(1))...Consortium.year.upperBound
            return RawCredential(try $0.identity("health/client/forger", validity: future))
        },
        Case(testDescription: "wrong usage", code: .wrongUsage, isTold: false) {
            try CertificateForge(consortium: $0).withoutClientAuthentication()
        },
        Case(testDescription: "unknown anchor", code: .unknownAuthority, isTold: false) {
            try CertificateForge(consortium: $0).signedByAnImpostor()
        },
        Case(testDescription: "wrong department", code: .wrongDepartment, isTold: false) {
            try CertificateForge(consortium: $0).signedByAnotherDepartment()
        },
        Case(testDescription: "wrong consortium", code: .wrongConsortium, isTold: false) {
            try CertificateForge(consortium: $0).forAnotherConsortium()
        },
    ]

    @Test(arguments: cases) func nodeRefusesTheCaller(refused: Case) async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let events = pair.server.peerEvents()
            let credential = try refused.make(consortium)
            let outcome = try await RawPeer.connect(
                to: pair.address,
                as: credential,
                sending: [HostileFrameTests.hello]
            )
            #expect(outcome.refusal?.identityCode == (refused.isTold ? refused.code.rawValue : nil))
            #expect(outcome.failed != refused.isTold)
            let event = try await firstEvent(of: events) { _ in true }
            #expect(event == .refused(PeerRefusal(member: nil, code: .refused, identityCode: refused.code)))
        }
    }

    @Test(arguments: cases) func callerRefusesTheNode(refused: Case) async throws {
        try await withConsortium { consortium in
            let server = try await RawServer.listen(as: try refused.make(consortium))
            let client = try consortium.system("market/client/desk")
            let member = try #require(MemberName("health/client/forger"))
            client.setAddress(server.address, of: member)
            let echo = try Echo.resolve(id: ActorAddress(member: member, actor: "echo"), using: client)
            let error = await failure { _ = try await echo.echo(Note()) }
            #expect(error?.code == .refused)
            #expect(error?.identityCode == refused.code)
            await server.close()
        }
    }

    @Test func callerWithoutCertificateIsRefused() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let events = pair.server.peerEvents()
            let outcome = try await RawPeer.connect(to: pair.address, as: nil, sending: [HostileFrameTests.hello])
            #expect(outcome.failed)
            #expect(outcome.frames.isEmpty)
            let event = try await firstEvent(of: events) { _ in true }
            #expect(event == .refused(PeerRefusal(member: nil, code: .refused, identityCode: nil)))
        }
    }

    @Test func callerWithAnotherApplicationProtocolIsRefused() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let identity = RawCredential(try consortium.identity("health/client/desk"))
            let outcome = try await RawPeer.connect(
                to: pair.address,
                as: identity,
                applicationProtocol: "h2",
                sending: [HostileFrameTests.hello]
            )
            #expect(outcome.refusal?.code == "unsupportedVersion" || outcome.failed)
        }
    }

    @Test func revokedCallerLearnsIt() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let identity = try consortium.identity("health/client/thief")
            pair.server.update(revocations: try consortium.revocations(of: identity.certificate))
            let thief = try consortium.system(identity)
            thief.setAddress(pair.address, of: pair.server.member)
            let echo = try Echo.resolve(id: pair.hosted.id, using: thief)
            let error = await failure { _ = try await echo.echo(Note()) }
            #expect(error?.code == .refused)
            #expect(error?.identityCode == .revoked)
            #expect(error?.message.contains("market/validator/node") == true)
        }
    }

    @Test func strangerLearnsThatItsCertificateWasRefused() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let elsewhere = try Consortium(name: "shangfu")
            let stranger = try consortium.system(elsewhere.identity("health/client/stranger"))
            stranger.setAddress(pair.address, of: pair.server.member)
            let echo = try Echo.resolve(id: pair.hosted.id, using: stranger)
            #expect(await failure { _ = try await echo.echo(Note()) }?.code == .refused)
        }
    }

    @Test func revokedNodeIsRefusedByTheCaller() async throws {
        try await withConsortium { consortium in
            let identity = try consortium.identity("market/validator/node")
            let server = try consortium.system(identity)
            let client = try consortium.system("health/client/desk")
            client.update(revocations: try consortium.revocations(of: identity.certificate))
            client.setAddress(try await server.listen(on: Consortium.loopback), of: server.member)
            let echo = try Echo.resolve(id: ActorAddress(member: server.member, actor: "echo"), using: client)
            #expect(await failure { _ = try await echo.echo(Note()) }?.identityCode == .revoked)
        }
    }

    @Test func anotherMemberAtTheAddressIsRefused() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let expected = try #require(MemberName("market/validator/other"))
            pair.client.setAddress(pair.address, of: expected)
            let echo = try Echo.resolve(id: ActorAddress(member: expected, actor: "echo"), using: pair.client)
            #expect(await failure { _ = try await echo.echo(Note()) }?.identityCode == .wrongMember)
        }
    }

    @Test func anotherConsortiumOfTheSameNameIsRefused() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let client = try consortium.system(
                consortium.identity("health/client/desk"),
                realm: consortium.suite.digest(of: [1])
            )
            client.setAddress(pair.address, of: pair.server.member)
            let echo = try Echo.resolve(id: pair.hosted.id, using: client)
            let error = await failure { _ = try await echo.echo(Note()) }
            #expect(error?.code == .wrongRealm)
            #expect(error?.message.contains("another consortium with the same name") == true)
        }
    }
}
