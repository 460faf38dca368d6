import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Licences
import LoadGeneration
import LocalConsortium
import Nodes
import Testing

extension IntegrationTests {
    /// `kill -9` at instants that nobody has chosen, while the program writes: what is left holds, and goes on.
    ///
    /// `ZHENGLIAN_TEST_KILLS` says how often each kind of work is killed; `ZHENGLIAN_TEST_SEED` which instants.
    @Suite("Killed at work")
    struct LedgerKillTests {
        private static func setting(_ name: String, _ fallback: UInt64) -> UInt64 {
            ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) ?? fallback
        }

        private static let kills = Int(setting("ZHENGLIAN_TEST_KILLS", 4))
        private static let seed = setting("ZHENGLIAN_TEST_SEED", 11)

        /// How long a command takes that nobody kills.
        private func duration(_ program: Executable, _ arguments: [String]) async throws -> Duration {
            let start = ContinuousClock.now
            let result = try await program.run(arguments)
            #expect(result.status == 0, "\(result.errors)")
            return ContinuousClock.now - start
        }

        /// Runs a command and kills it at some instant of the time that it takes.
        private func kill(
            _ program: Executable,
            _ arguments: [String],
            within duration: Duration,
            _ generator: inout SeededGenerator
        ) async throws -> Executable.Result {
            let share = Int.random(in: 5...110, using: &generator)
            return try await program.run(arguments, limit: duration * share / 100)
        }

        private func expectSound(
            _ data: String,
            _ folder: LedgerFolder,
            _ program: Executable,
            _ comment: String
        ) async throws {
            let result = try await program.run([
                "ledger", "verify", "--data", data, "--genesis", folder.genesis, "--json", "--language", "en",
            ])
            #expect(result.status == 0, "\(comment): \(result.output) \(result.errors)")
            #expect(result.output.contains("\(folder.chain.results.stateRoot)"), "\(comment): the same head")
        }

        @Test(.timeLimit(.minutes(30)))
        func pruningThatIsKilledGoesOn() async throws {
            let program = try LocalRun.program()
            let folder = try await LedgerFolder(blocks: 120)
            func arguments(_ data: String) -> [String] {
                [
                    "ledger", "prune", "--data", data, "--genesis", folder.genesis, "--keep-heights", "10",
                    "--keep-department", "department-3",
                ]
            }
            let measured = folder.directory.path("measured")
            try folder.copy(to: measured)
            let duration = try await duration(program, arguments(measured))
            var generator = SeededGenerator(seed: Self.seed)
            var killed = 0
            for round in 0..<Self.kills {
                let data = folder.directory.path("prune-\(round)")
                try folder.copy(to: data)
                let result = try await kill(program, arguments(data), within: duration, &generator)
                if result.status == nil { killed += 1 }
                let comment = "seed \(Self.seed), round \(round)"
                try await expectSound(data, folder, program, comment)
                #expect(try await program.run(arguments(data)).status == 0, "\(comment)")
                try await expectSound(data, folder, program, comment)
                try FileManager.default.removeItem(atPath: data)
            }
            #expect(killed > 0, "seed \(Self.seed): no run was killed")
        }

        @Test(.timeLimit(.minutes(30)))
        func backupsAndSnapshotsThatAreKilledAreWholeOrNotThere() async throws {
            let program = try LocalRun.program()
            let folder = try await LedgerFolder(blocks: 120)
            for command in ["backup", "snapshot"] {
                func arguments(_ output: String) -> [String] {
                    ["ledger", command, "--data", folder.data, "--genesis", folder.genesis, "--to", output]
                }
                let duration = try await duration(program, arguments(folder.directory.path("measured-\(command)")))
                var generator = SeededGenerator(seed: Self.seed)
                for round in 0..<Self.kills {
                    let output = folder.directory.path("\(command)-\(round)")
                    let result = try await kill(program, arguments(output), within: duration, &generator)
                    let comment = "\(command), seed \(Self.seed), round \(round)"
                    try await expectSound(folder.data, folder, program, comment)
                    if !FileManager.default.fileExists(atPath: output) {
                        #expect(result.status == nil, "\(comment): \(result.errors)")
                        #expect(try await program.run(arguments(output)).status == 0, "\(comment): again")
                    }
                    if command == "backup" {
                        let verified = try await program.run([
                            "ledger", "verify", "--file", output, "--genesis", folder.genesis,
                        ])
                        #expect(verified.status == 0, "\(comment): \(verified.output)")
                    } else {
                        try expectWhole(output, folder, comment)
                    }
                    try FileManager.default.removeItem(atPath: output)
                }
            }
        }

        private func expectWhole(_ snapshot: String, _ folder: LedgerFolder, _ comment: String) throws {
            let manifest = try SnapshotManifest(
                derBytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(snapshot)/manifest.der"))),
                limit: SnapshotLimits.manifestBytes)
            let path = folder.directory.path("built.sqlite")
            let builder = try SnapshotBuilder(
                path: path, genesis: folder.consortium.genesis, manifest: manifest)
            while let (part, index) = builder.next {
                let name = "\(snapshot)/\(part.rawValue)-\("\(1_000_000 + index)".dropFirst()).der"
                try builder.add([UInt8](Data(contentsOf: URL(fileURLWithPath: name))))
            }
            try builder.finish()
            let report = try LedgerVerification(genesis: folder.consortium.genesis).verify(path)
            #expect(report.stateRoot == manifest.sealingHeader.executed.stateRoot, "\(comment)")
            try FileManager.default.removeItem(atPath: path)
        }

        @Test(.timeLimit(.minutes(30)))
        func restoringThatIsKilledIsDoneAgain() async throws {
            let program = try LocalRun.program()
            let folder = try await LedgerFolder(blocks: 120)
            let backup = folder.directory.path("backup")
            _ = try await duration(
                program, ["ledger", "backup", "--data", folder.data, "--genesis", folder.genesis, "--to", backup])
            func arguments(_ data: String) -> [String] {
                ["ledger", "restore", backup, "--data", data, "--genesis", folder.genesis]
            }
            let duration = try await duration(program, arguments(folder.directory.path("measured")))
            var generator = SeededGenerator(seed: Self.seed)
            for round in 0..<Self.kills {
                let data = folder.directory.path("restore-\(round)")
                let result = try await kill(program, arguments(data), within: duration, &generator)
                let comment = "seed \(Self.seed), round \(round)"
                if !FileManager.default.fileExists(atPath: "\(data)/ledger.sqlite") {
                    #expect(result.status == nil, "\(comment): \(result.errors)")
                    let again = try await program.run(arguments(data))
                    #expect(again.status == 0, "\(comment): \(again.errors)")
                }
                try await expectSound(data, folder, program, comment)
                try FileManager.default.removeItem(atPath: data)
            }
        }

        @Test(.timeLimit(.minutes(30)))
        func aMigrationThatIsKilledIsDoneOrNotBegun() async throws {
            let program = try LocalRun.program()
            let folder = try await LedgerFolder(blocks: 60)
            let queue = try DatabaseQueue(path: folder.ledgerPath)
            try queue.inDatabase { database in
                try database.execute(
                    sql: """
                        DROP TABLE pruning_horizon; DROP TABLE snapshot_origin; DROP TABLE snapshot_leaves;
                        DROP TABLE epoch_changes;
                        DELETE FROM grdb_migrations WHERE identifier IN ('3', '4'); PRAGMA user_version = 2;
                        """)
            }
            try queue.close()
            // Pruning that keeps everything opens the ledger as a node does, and with that migrates it.
            func arguments(_ data: String) -> [String] {
                [
                    "ledger", "prune", "--data", data, "--genesis", folder.genesis, "--keep-heights", "100000",
                    "--keep-department", "department-0",
                ]
            }
            let measured = folder.directory.path("measured")
            try folder.copy(to: measured)
            let duration = try await duration(program, arguments(measured))
            var generator = SeededGenerator(seed: Self.seed)
            for round in 0..<Self.kills {
                let data = folder.directory.path("migrate-\(round)")
                try folder.copy(to: data)
                _ = try await kill(program, arguments(data), within: duration, &generator)
                let comment = "seed \(Self.seed), round \(round)"
                let again = try await program.run(arguments(data))
                #expect(again.status == 0, "\(comment): \(again.errors)")
                try await expectSound(data, folder, program, comment)
                try FileManager.default.removeItem(atPath: data)
            }
        }

        /// Nodes that are killed while transactions come in: each ledger holds by itself, and in the end all are one.
        @Test(.timeLimit(.minutes(30)))
        func nodesThatAreKilledWhileTheyImportHaveSoundLedgers() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                let identity = try run.identity(at: run.folder.client(of: run.departments[0].name))
                let records = try LoadRecords(
                    genesis: try run.genesis, department: identity.member.department, byteCount: nil, run: 1)
                var generator = SeededGenerator(seed: Self.seed)
                let client = try run.client(as: identity)
                let submitter = Submitter(client: client, identity: identity)
                try await submitter.submit([records.call(client: 0, sequence: 0)])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await load(submitter, records) }
                    for round in 0..<Self.kills {
                        let victim = run.departments[Int.random(in: 1..<4, using: &generator)]
                        try await ContinuousClock().sleep(
                            for: .milliseconds(Int.random(in: 20...800, using: &generator)))
                        await run.nodes.kill(victim)
                        let result = try await run.command([
                            "ledger", "verify", "--data", run.folder.data(ofNodeOf: victim.name),
                            "--genesis", run.folder.genesis, "--json",
                        ])
                        #expect(result.status == 0, "round \(round), seed \(Self.seed): \(result.output)")
                        try await run.nodes.start(victim)
                        _ = try await run.nodes.waitUntilUp(victim)
                    }
                    group.cancelAll()
                }
                await client.close()
                _ = try await run.nodes.waitUntilAgreed(run.departments)
            }
        }

        /// Submits one transaction after the other, from the second on, until the task is cancelled.
        private func load(_ submitter: Submitter, _ records: LoadRecords) async throws {
            var sequence = 1
            do {
                while !Task.isCancelled {
                    try await submitter.submit([records.call(client: 0, sequence: sequence)])
                    sequence += 1
                }
            } catch {
                // What is under way when the test has killed enough is of no interest.
                guard Task.isCancelled else { throw error }
            }
        }
    }
}
