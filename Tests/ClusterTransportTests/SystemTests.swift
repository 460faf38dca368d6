import ClusterTransport
import Distributed
import Identity
import Testing

/// Starting, hosting, stopping.
@Suite(.timeLimit(.minutes(1)))
struct SystemTests {
    @Test func portInUseIsNamedWithWhatToDo() async throws {
        try await withConsortium { consortium in
            let first = try consortium.system("market/validator/node")
            let second = try consortium.system("health/validator/node")
            let address = try await first.listen(on: Consortium.loopback)
            let error = await failure { try await second.listen(on: address) }
            #expect(error?.code == .addressInUse)
            #expect(error?.message.contains("port \(address.port)") == true)
        }
    }

    @Test func addressThatIsNotThisMachinesIsAnError() async throws {
        try await withConsortium { consortium in
            let system = try consortium.system("market/validator/node")
            let error = await failure { try await system.listen(on: NodeAddress(host: "192.0.2.1", port: 0)) }
            #expect(error?.code == .cannotListen)
        }
    }

    @Test func nameIsGivenOnce() async throws {
        try await withConsortium { consortium in
            let system = try consortium.system("market/validator/node")
            try system.host("echo") { Echo(actorSystem: system) }
            #expect(throws: ClusterError(.nameInUse, "")) { try system.host("echo") { Echo(actorSystem: system) } }
            system.release("echo")
            try system.host("echo") { Echo(actorSystem: system) }
        }
    }

    @Test func hostedActorLivesUntilShutdown() async throws {
        try await withConsortium { consortium in
            let system = try consortium.system("market/validator/node")
            weak let weakEcho = try system.host("echo") { Echo(actorSystem: system) }
            #expect(weakEcho != nil)
            await system.shutDown()
            #expect(weakEcho == nil)
            #expect(throws: ClusterError(.shutDown, "")) { try system.host("echo") { Echo(actorSystem: system) } }
        }
    }

    @Test func shutdownAnswersWhatIsUnderWayAndTakesNothingNew() async throws {
        try await withConsortium { consortium in
            var limits = TransportLimits.testing
            limits.drainTimeout = .seconds(20)
            let pair = try await EchoPair(in: consortium, limits: limits)
            let task = Task { try await pair.echo.hang(Note(number: 1)) }
            _ = await pair.hosted.inside { await $0.reached(1) }
            async let stopped: Void = pair.server.shutDown()
            try await pair.hosted.open()
            #expect(try await task.value == 1)
            await stopped
            #expect(await failure { _ = try await pair.echo.echo(Note()) }?.code == .unreachable)
        }
    }

    @Test func shutdownFailsWhatTheNodeWaitsFor() async throws {
        try await withConsortium { consortium in
            let pair = try await EchoPair(in: consortium)
            let task = Task { try await pair.echo.hang(Note(number: 1)) }
            _ = await pair.hosted.inside { await $0.reached(1) }
            await pair.client.shutDown()
            await #expect(throws: ClusterError(.shutDown, "")) { try await task.value }
            #expect(await failure { _ = try await pair.echo.echo(Note()) }?.code == .shutDown)
        }
    }

    @Test(arguments: [
        ("127.0.0.1:7100", "127.0.0.1", 7100), ("node.example:1", "node.example", 1), ("[::1]:443", "::1", 443),
    ])
    func addressesAreRead(text: String, host: String, port: UInt16) throws {
        let address = try #require(NodeAddress(text))
        #expect(address == NodeAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: ["", ":1", "host", "host:", "host:65536", "::1:443", "[]:1", "host:-1"])
    func whatIsNoAddressIsRefused(text: String) { #expect(NodeAddress(text) == nil) }

    @Test(arguments: ["", "Gateway", "a b", "名", String(repeating: "a", count: 65)])
    func whatIsNoActorNameIsRefused(text: String) { #expect(ActorName(text) == nil) }
}
