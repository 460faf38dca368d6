import Foundation
import LocalConsortium
import Testing

extension IntegrationTests {
    /// Mistakes that people make when they set nodes up: each is told, and none does harm.
    @Suite("Nodes that must not start")
    struct NodeStartTests {
        @Test func aSecondNodeOnTheSameDirectoryOrPortIsRefused() async throws {
            try await LocalRun.with(departments: 1) { run in
                let market = run.departments[0]
                try await run.nodes.startAll()

                let again = try await run.command(run.consortium.runCommand(of: market))
                #expect(again.status == 3)
                #expect(again.errors.contains("another process runs a node on"))

                let other = "\(run.folder.path)/other"
                let elsewhere = try await run.command([
                    "node", "init", "--genesis", run.folder.genesis, "--directory", other,
                    "--identity", run.folder.identity(ofNodeOf: market.name),
                    "--listen", run.consortium.address(of: market),
                ])
                #expect(elsewhere.status == 0)
                let port = try await run.command(["node", "run", "--configuration", "\(other)/node.json"])
                #expect(port.status == 3)
                #expect(port.errors.contains("is in use"), "\(port.errors)")

                // Whoever was there first has not noticed.
                #expect(try await run.nodes.status(of: market) != nil)
                #expect(await run.nodes.stop(market) == .exited(0))
            }
        }

        @Test func theDataOfAnotherConsortiumIsNotTouched() async throws {
            try await LocalRun.with(departments: 1, named: "first") { first in
                try await LocalRun.with(departments: 1, named: "second") { second in
                    let market = second.departments[0]
                    let path = second.folder.configuration(ofNodeOf: market.name)
                    let text = try String(contentsOfFile: path, encoding: .utf8)
                    let own = second.folder.data(ofNodeOf: market.name)
                    let foreign = first.folder.data(ofNodeOf: market.name)
                    #expect(text.contains(own))
                    try text.replacing(own, with: foreign).write(toFile: path, atomically: true, encoding: .utf8)

                    let result = try await second.command(second.consortium.runCommand(of: market))
                    #expect(result.status == 3)
                    #expect(result.errors.contains("holds the data of consortium"), "\(result.errors)")
                }
                try await first.nodes.startAll()
            }
        }

        @Test func aSecondProcessWithANodesIdentityEndsAndTheNetworkGoesOn() async throws {
            try await LocalRun.with(departments: 4) { run in
                let market = run.departments[0]
                try await run.nodes.startAll()
                let twin = "\(run.folder.path)/twin"
                let port = try LoopbackPorts.free(1)[0]
                let founded = try await run.command([
                    "node", "init", "--genesis", run.folder.genesis, "--directory", twin,
                    "--identity", run.folder.identity(ofNodeOf: market.name), "--listen", "127.0.0.1:\(port)",
                ])
                #expect(founded.status == 0)
                let result = try await run.command(["node", "run", "--configuration", "\(twin)/node.json"])
                #expect(result.status == 1, "\(result.ending): \(result.errors)")
                #expect(result.errors.contains("another process speaks as market/validator/node"), "\(result.errors)")
                _ = try await run.nodes.waitUntilAgreed(run.departments)
            }
        }

        @Test func onlyTheIdentityOfANodeMakesOne() async throws {
            try await LocalRun.with(departments: 1) { run in
                let market = run.departments[0]
                let result = try await run.command([
                    "node", "init", "--genesis", run.folder.genesis, "--directory", "\(run.folder.path)/other",
                    "--identity", run.folder.client(of: market.name), "--listen", "127.0.0.1:20000",
                ])
                #expect(result.status != 0)
                #expect(result.errors.contains("is no node"), "\(result.errors)")
            }
        }

        @Test func aConfigurationThatNobodyMadeIsWrongUse() async throws {
            let program = try LocalRun.program()
            let missing = try await program.run(["node", "run", "--configuration", "/nowhere/node.json"])
            #expect(missing.status == 2)
            let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
            defer { try? folder.remove() }
            let path = "\(folder.path)/node.json"
            try #"{"genesis": "genesis.der", "lissten": {"port": 1}}"#.write(
                toFile: path, atomically: true, encoding: .utf8)
            let misspelt = try await program.run(["node", "run", "--configuration", path])
            #expect(misspelt.status == 2)
            #expect(misspelt.errors.contains("lissten"), "\(misspelt.errors)")
        }
    }
}
