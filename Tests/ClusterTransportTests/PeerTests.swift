import ClusterTransport
import Identity
import Testing

/// How peers come and go: loss, death, return, rotation, revocation, doubles.
@Suite(.timeLimit(.minutes(1)))
struct PeerTests {
    @Test func restartedPeerIsReachedAgain() async throws {
        try await withConsortium { consortium in
            let identity = try consortium.identity("market/validator/node")
            let client = try consortium.system("health/validator/node")
            let events = client.peerEvents()
            let first = try consortium.system(identity)
            let address = try await first.listen(on: Consortium.loopback)
            try first.host("echo") { Echo(actorSystem: first) }
            client.setAddress(address, of: first.member)
            try client.keepConnected(to: [first.member])
            #expect(try await firstEvent(of: events) { _ in true } == .reachable(first.member))
            #expect(client.connectedMembers == [first.member])
            await first.shutDown()
            #expect(try await firstEvent(of: events) { _ in true } == .unreachable(first.member))

            let second = try consortium.system(identity)
            try second.host("echo") { Echo(actorSystem: second) }
            client.setAddress(try await second.listen(on: Consortium.loopback), of: second.member)
            #expect(try await firstEvent(of: events) { _ in true } == .reachable(second.member))
            let echo = try Echo.resolve(id: ActorAddress(member: second.member, actor: "echo"), using: client)
            #expect(try await echo.echo(Note(number: 3)).number == 3)
        }
    }

    @Test func cutConnectionFailsItsCallsAndIsMadeAgain() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let wire = try await Wire.lay(to: pair.address)
            pair.client.setAddress(wire.address, of: pair.server.member)
            let task = Task { try await pair.echo.hang(Note(number: 1)) }
            _ = await pair.hosted.inside { await $0.reached(1) }
            await wire.cut()
            await #expect(throws: ClusterError(.unreachable, "")) { try await task.value }
            // The callee gives the call up with the connection.
            _ = await pair.hosted.inside { await $0.reached(2) }
            #expect(try await pair.echo.echo(Note(number: 2)).number == 2)
            await wire.remove()
        }
    }

    @Test func deadPeerIsNoticed() async throws {
        var limits = TransportLimits.testing
        limits.heartbeatInterval = .milliseconds(100)
        limits.silenceTimeout = .milliseconds(800)
        try await withConsortium { [limits] consortium in
            let pair = try await EchoPair(in: consortium, limits: limits)
            let wire = try await Wire.lay(to: pair.address)
            pair.client.setAddress(wire.address, of: pair.server.member)
            let events = pair.client.peerEvents()
            let task = Task { try await pair.echo.hang(Note(number: 1)) }
            #expect(try await firstEvent(of: events) { _ in true } == .reachable(pair.server.member))
            _ = await pair.hosted.inside { await $0.reached(1) }
            wire.freeze()
            let start = ContinuousClock.now
            #expect(try await firstEvent(of: events) { _ in true } == .unreachable(pair.server.member))
            #expect(ContinuousClock.now - start < .seconds(5))
            await #expect(throws: ClusterError(.unreachable, "")) { try await task.value }
            await wire.remove()
        }
    }

    @Test func peerThatNobodyAnswersForIsUnreachable() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let member = try #require(MemberName("market/validator/gone"))
            let echo = try Echo.resolve(id: ActorAddress(member: member, actor: "echo"), using: pair.client)
            #expect(await failure { _ = try await echo.echo(Note()) }?.code == .unreachable)
            // A port where nobody listens: the one of a node that has stopped.
            let stopped = try consortium.system("market/observer/stopped")
            let address = try await stopped.listen(on: Consortium.loopback)
            await stopped.shutDown()
            pair.client.setAddress(address, of: member)
            #expect(await failure { _ = try await echo.echo(Note()) }?.code == .unreachable)
        }
    }

    @Test func revocationClosesLiveConnectionsAtOnce() async throws {
        try await withConsortium { consortium in
            let server = try consortium.system("market/validator/node")
            let hosted = try server.host("echo") { Echo(actorSystem: server) }
            let identity = try consortium.identity("health/client/desk")
            let client = try consortium.system(identity)
            client.setAddress(try await server.listen(on: Consortium.loopback), of: server.member)
            let echo = try Echo.resolve(id: hosted.id, using: client)
            let task = Task { try await echo.hang(Note(number: 1)) }
            _ = await hosted.inside { await $0.reached(1) }
            server.update(revocations: try consortium.revocations(of: identity.certificate))
            let error = await failure { _ = try await task.value }
            #expect(error?.code == .refused)
            #expect(error?.identityCode == .revoked)
            #expect(await failure { _ = try await echo.echo(Note()) }?.identityCode == .revoked)
        }
    }

    @Test func certificateThatExpiresDuringTheConnectionEndsIt() async throws {
        var limits = TransportLimits.testing
        limits.heartbeatInterval = .milliseconds(50)
        try await withConsortium { [limits] consortium in
            let server = try consortium.system("market/validator/node", limits: limits)
            let hosted = try server.host("echo") { Echo(actorSystem: server) }
            let hour = Consortium.now.advanced(by: .seconds(3600))
            let identity = try consortium.identity("health/client/desk", validity: Consortium.now...hour)
            let client = try consortium.system(identity)
            client.setAddress(try await server.listen(on: Consortium.loopback), of: server.member)
            let echo = try Echo.resolve(id: hosted.id, using: client)
            let task = Task { try await echo.hang(Note(number: 1)) }
            _ = await hosted.inside { await $0.reached(1) }
            consortium.setTime(hour.advanced(by: .seconds(1)))
            #expect(await failure { _ = try await task.value }?.identityCode == .expired)
        }
    }

    @Test func newCertificateIsUsedForNewConnectionsWhileOldCallsEnd() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let task = Task { try await pair.echo.hang(Note(number: 1)) }
            _ = await pair.hosted.inside { await $0.reached(1) }
            try pair.client.update(identity: try consortium.identity("health/client/desk"))
            try pair.server.update(identity: try consortium.identity("market/validator/node"))
            // The old certificates may be revoked now: calls on new connections do not notice.
            #expect(try await pair.echo.echo(Note(number: 2)).number == 2)
            try await pair.hosted.open()
            #expect(try await task.value == 1)
        }
    }

    @Test func certificateOfAnotherMemberIsNotTakenOver() async throws {
        try await withConsortium { consortium in
            let system = try consortium.system("market/validator/node")
            let other = try consortium.identity("market/validator/other")
            #expect(throws: IdentityError(.wrongMember, "")) { try system.update(identity: other) }
        }
    }

    @Test func secondProcessOfOneValidatorIsRefusedUntilTheFirstHasStopped() async throws {
        var limits = TransportLimits.testing
        limits.silenceTimeout = .milliseconds(1200)
        limits.heartbeatInterval = .milliseconds(200)
        try await withConsortium { [limits] consortium in
            let server = try consortium.system("market/validator/node", limits: limits)
            let hosted = try server.host("echo") { Echo(actorSystem: server) }
            let address = try await server.listen(on: Consortium.loopback)
            let identity = try consortium.identity("health/validator/node")
            let first = try consortium.system(identity, limits: limits)
            first.setAddress(address, of: server.member)
            let firstEcho = try Echo.resolve(id: hosted.id, using: first)
            #expect(try await firstEcho.echo(Note(number: 1)).number == 1)

            let second = try consortium.system(identity, limits: limits)
            second.setAddress(address, of: server.member)
            let events = second.peerEvents()
            let secondEcho = try Echo.resolve(id: hosted.id, using: second)
            let error = await failure { _ = try await secondEcho.echo(Note(number: 2)) }
            #expect(error?.code == .identityInUse)
            #expect(error?.message.contains("stop one of the two") == true)
            try second.keepConnected(to: [server.member])
            let event = try await firstEvent(of: events) {
                if case .identityInUse = $0 { true } else { false }
            }
            #expect(event == .identityInUse(accordingTo: server.member))
            await first.shutDown()
            _ = try await firstEvent(of: events) { $0 == .reachable(server.member) }
            #expect(try await secondEcho.echo(Note(number: 3)).number == 3)
        }
    }

    @Test func clientsMayRunManyProcesses() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let identity = try consortium.identity("health/client/desk")
            for number in 0..<3 {
                let client = try consortium.system(identity)
                client.setAddress(pair.address, of: pair.server.member)
                let echo = try Echo.resolve(id: pair.hosted.id, using: client)
                #expect(try await echo.echo(Note(number: number)).number == number)
            }
            #expect(pair.server.callingMembers == [try #require(MemberName("health/client/desk"))])
        }
    }
}
