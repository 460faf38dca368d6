import ClusterTransport
import Formats
import Foundation
import Identity
import LedgerTestKit
import Nodes
import ServiceLifecycle
import Testing

extension NodeRuntimeTests {
    /// What keeps a node from starting, and that it leaves nothing behind.
    @Suite struct StartTests {
        @Test func aDataDirectoryHasOneNode() async throws {
            try await TestNetwork.with { network in
                try await network.start([0])
                let error = await thrown(FileError.self) { try await network.node(0).run() }
                #expect(error?.code == .inUse)
                #expect(try await network.statuses([0]).count == 1)
            }
        }

        @Test func theDataOfAnotherConsortiumIsNotTouched() async throws {
            try await TestNetwork.with { network in
                try await TestNetwork.with(consortium: "other") { other in
                    var configuration = try await network.configuration(0)
                    configuration.dataPath = try await other.configuration(0).dataPath
                    let node = TestNetwork.node(configuration)
                    let error = await thrown(FileError.self) { try await node.run() }
                    #expect(error?.code == .unreadable)
                    #expect(error?.message.contains("consortium") == true)
                    // Neither the error nor the lock is left behind.
                    try await other.start([0])
                }
            }
        }

        @Test func aPortThatIsTakenIsNamedAndTheNodeStartsWhenItIsFree() async throws {
            try await TestNetwork.with { network in
                try await network.start([0])
                var configuration = try await network.configuration(1)
                configuration.listen = network.endpoint(0)
                let node = TestNetwork.node(configuration)
                let error = await thrown(ClusterError.self) { try await node.run() }
                #expect(error?.code == .addressInUse)
                try await network.start([1])
            }
        }

        @Test func whoIsNoNodeDoesNotStartOne() async throws {
            try await TestNetwork.with { network in
                let path = network.directory.path("stranger")
                try network.issue("civil/client/second", to: path, by: 0)
                var configuration = try await network.configuration(0)
                configuration.identityPath = path
                let node = TestNetwork.node(configuration)
                let error = await thrown(NodeStartError.self) { try await node.run() }
                #expect(error?.message.contains("civil/client/second") == true)
            }
        }

        @Test func anotherKeyOfAValidatorDoesNotStartANode() async throws {
            try await TestNetwork.with { network in
                let path = network.directory.path("renewed")
                try network.issue("civil/validator/node", to: path, by: 0)
                var configuration = try await network.configuration(0)
                configuration.identityPath = path
                let node = TestNetwork.node(configuration)
                let error = await thrown(NodeStartError.self) { try await node.run() }
                #expect(error?.message.contains("key") == true)
            }
        }

        @Test func ofTwoNodesWithOneIdentityTheSecondStops() async throws {
            try await TestNetwork.with { network in
                try await network.start()
                var configuration = try await network.configuration(0)
                configuration.dataPath = network.directory.path("second")
                let port = try #require(try FreePorts.find(1).first)
                configuration.listen = NodeConfiguration.Endpoint(host: "127.0.0.1", port: port)
                let second = RunningNode(TestNetwork.node(configuration))
                try await eventually(within: .seconds(40), "the second node stops") { second.failure != nil }
                #expect(second.failure is NodeStartError)
                let outcome = try await network.submitter().submit([NotesContract.call("put", "a", [1])])
                try await network.agreement(from: outcome.height)
            }
        }

        @Test func aNodeEndsWithGracefulShutdown() async throws {
            try await TestNetwork.with { network in
                let node = try await network.node(0)
                let group = ServiceGroup(services: [node], logger: TestNetwork.logger)
                async let end: Void = group.run()
                let client = try network.client(at: [0])
                try await eventually("the node answers") { (try? await client.status()) != nil }
                await group.triggerGracefulShutdown()
                try await end
                try await network.start([0])
            }
        }
    }
}
