import Formats
import Foundation
import Identity
import Licences
import LoadGeneration
import LocalConsortium
import Nodes
import Testing

extension IntegrationTests {
    /// A node's ledger is lost and comes back: from a backup that is compared with the others, and from a snapshot.
    @Suite("Ledgers that come back")
    struct LedgerRestoreTests {
        /// Submits some transactions, and gives the height that the last is at.
        private func load(_ run: LocalRun, _ numbers: Range<Int>) async throws -> Height {
            let market = run.departments[0]
            let identity = try run.identity(at: run.folder.client(of: market.name))
            let records = try LoadRecords(
                genesis: try run.genesis, department: identity.member.department, byteCount: nil, run: 1)
            let client = try run.client(as: identity)
            let submitter = Submitter(client: client, identity: identity)
            var height = Height.zero
            do {
                for number in numbers {
                    height = try await submitter.submit([records.call(client: 0, sequence: number)]).height
                }
            } catch {
                await client.close()
                throw error
            }
            await client.close()
            return height
        }

        private func command(_ run: LocalRun, _ arguments: [String]) async throws -> Executable.Result {
            try await run.command(arguments + ["--genesis", run.folder.genesis])
        }

        @Test(.timeLimit(.minutes(4)))
        func aBackupOfARunningNodeIsRestoredComparedAndTakesPartAgain() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                _ = try await load(run, 0..<20)
                let lost = run.departments[3]
                let data = run.folder.data(ofNodeOf: lost.name)
                let backup = "\(run.folder.path)/backup"
                let copied = try await command(run, ["ledger", "backup", "--data", data, "--to", backup])
                #expect(copied.status == 0, "\(copied.errors)")
                _ = try await load(run, 20..<30)
                await run.nodes.kill(lost)
                let other = try await command(run, ["ledger", "restore", backup, "--data", data])
                #expect(other.status == 2, "what is there is not overwritten: \(other.errors)")
                try FileManager.default.removeItem(atPath: data)

                let market = run.departments[0]
                let options = run.consortium.clientOptions(as: market, at: market)
                let restored = try await run.command(["ledger", "restore", backup, "--data", data] + options)
                #expect(restored.status == 0, "\(restored.errors)")
                #expect(restored.output.contains("states the same results"), "\(restored.output)")
                #expect(!restored.output.contains("not compared"))

                try await run.nodes.start(lost)
                let height = try await load(run, 30..<40)
                _ = try await run.nodes.waitUntilAgreed(run.departments, atLeast: height)
                for department in run.departments {
                    #expect(await run.nodes.stop(department) == .exited(0))
                    let verified = try await command(
                        run, ["ledger", "verify", "--data", run.folder.data(ofNodeOf: department.name)])
                    #expect(verified.status == 0, "\(department.name): \(verified.output)")
                }
            }
        }

        @Test(.timeLimit(.minutes(4)))
        func aNodeThatIsKilledWhileItJoinsBySnapshotJoinsInTheEnd() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                _ = try await load(run, 0..<40)
                let lost = run.departments[3]
                let data = run.folder.data(ofNodeOf: lost.name)
                await run.nodes.kill(lost)
                try FileManager.default.removeItem(atPath: data)
                let configuration = run.folder.configuration(ofNodeOf: lost.name)
                let text = try String(contentsOfFile: configuration, encoding: .utf8)
                try text.replacing("{", with: #"{ "join": "always","#, maxReplacements: 1)
                    .write(toFile: configuration, atomically: true, encoding: .utf8)
                let start = run.consortium.runCommand(of: lost)
                for milliseconds in [100, 250, 400, 600, 900] {
                    _ = try await run.executable.run(start, limit: .milliseconds(milliseconds))
                    guard FileManager.default.fileExists(atPath: "\(data)/ledger.sqlite") else { continue }
                    let verified = try await command(run, ["ledger", "verify", "--data", data, "--json"])
                    #expect(verified.status == 0, "after \(milliseconds) ms: \(verified.output)")
                }
                // What the attempts have fetched may stay; where one has come through, it is done once more.
                for name in ["ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
                    let path = "\(data)/\(name)"
                    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
                }
                try await run.nodes.start(lost)
                let height = try await load(run, 40..<50)
                _ = try await run.nodes.waitUntilAgreed(run.departments, atLeast: height)
                #expect(await run.nodes.stop(lost) == .exited(0))
                let verified = try await command(run, ["ledger", "verify", "--data", data, "--json"])
                #expect(verified.status == 0, "\(verified.output)")
                #expect(!verified.output.contains("\"snapshotHeight\" : 0"), "\(verified.output)")
            }
        }
    }
}
