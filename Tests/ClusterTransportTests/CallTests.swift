import ClusterTransport
import Identity
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CallTests {
    @Test func callReturnsWhatTheMethodReturns() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let note = Note(number: -5, bytes: [UInt8](repeating: 0xAB, count: 1000))
            #expect(try await pair.echo.echo(note) == note)
            #expect(try await pair.echo.sum() == 0)
            try await pair.echo.reset()
        }
    }

    @Test func methodLearnsWhoCalls() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            #expect(try await pair.echo.caller() == "health/client/desk")
            #expect(try await pair.hosted.caller() == "nobody")
        }
    }

    @Test func declaredErrorArrivesAsItself() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            await #expect(throws: EchoError(reason: "full")) { try await pair.echo.fail("full") }
        }
    }

    @Test func undeclaredErrorArrivesAsAnIncidentWithoutItsText() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let error = await failure { _ = try await pair.echo.fail("") }
            #expect(error?.code == .remoteFailure)
            #expect(error?.incident != nil)
            #expect(error?.description.contains("password") == false)
        }
    }

    @Test func methodOutsideTheTableIsClosed() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            #expect(await failure { _ = try await pair.echo.unlisted(Note()) }?.code == .unknownMethod)
        }
    }

    @Test func roleThatMayNotCallIsRefused() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            #expect(await failure { _ = try await pair.echo.administer(Note()) }?.code == .notAllowed)
        }
    }

    @Test func actorThatIsNotHostedIsRefused() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let nobody = try Echo.resolve(
                id: ActorAddress(member: pair.server.member, actor: "nobody"),
                using: pair.client
            )
            #expect(await failure { _ = try await nobody.echo(Note()) }?.code == .unknownActor)
            #expect(throws: ClusterError(.unknownActor, "")) {
                _ = try Echo.resolve(id: nobody.id, using: pair.server)
            }
        }
    }
}
