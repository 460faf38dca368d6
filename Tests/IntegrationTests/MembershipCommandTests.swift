import Foundation
import LocalConsortium
import Testing

extension IntegrationTests {
    /// Members change by the commands that administrators type, while the nodes run.
    @Suite("Members from the command line")
    struct MembershipCommandTests {
        private struct Members: Decodable {
            struct Term: Decodable {
                struct Node: Decodable { let member: String }

                let epoch: UInt64
                let quorum: Int
                let validators: [Node]
            }

            struct Proposal: Decodable {
                let number: UInt64
                let operations: [String]
                let approvals: [String]
            }

            let current: Term
            let announced: Term?
            let proposals: [Proposal]
        }

        private struct Standing: Decodable {
            let proposal: UInt64
            let needed: Int
            let epoch: UInt64?
            let firstHeight: UInt64?
        }

        private func identity(_ run: LocalRun, _ department: Int) -> String {
            "\(run.folder.path)/administrators/\(run.departments[department].name)"
        }

        private func options(_ run: LocalRun, _ department: Int) -> [String] {
            [
                "--node", run.consortium.address(of: run.departments[department]), "--genesis", run.folder.genesis,
                "--identity", identity(run, department),
            ]
        }

        private func standing(_ run: LocalRun, _ department: Int, _ words: [String]) async throws -> Standing {
            let result = try await run.command(words + options(run, department) + ["--json"])
            #expect(result.status == 0, "\(words): \(result.errors)")
            return try JSONDecoder().decode(Standing.self, from: Data(result.output.utf8))
        }

        private func members(_ run: LocalRun) async throws -> Members {
            let result = try await run.command(["consortium", "members"] + options(run, 0) + ["--json"])
            #expect(result.status == 0, "\(result.errors)")
            return try JSONDecoder().decode(Members.self, from: Data(result.output.utf8))
        }

        /// Asks until an epoch is in force; an idle chain gets there by itself.
        private func wait(_ run: LocalRun, for epoch: UInt64) async throws -> Members {
            for _ in 0..<200 {
                let found = try await members(run)
                if found.current.epoch >= epoch { return found }
            }
            return try await members(run)
        }

        @Test func aNodeJoinsByApprovalsAndLeavesAgain() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                for (index, department) in run.departments.enumerated() {
                    try await run.executable.mustSucceed(
                        run.consortium.issueCommand(
                            of: department, role: "administrator", name: "admin", directory: identity(run, index)))
                }
                let second = "\(run.folder.path)/second"
                try await run.executable.mustSucceed(
                    run.consortium.issueCommand(
                        of: run.departments[0], role: "validator", name: "second", directory: second))
                let before = try await members(run)
                #expect(before.current.epoch == 0 && before.current.validators.count == 4)

                let join = [
                    "node", "join", "--certificate", "\(second)/certificate.pem", "--host", "127.0.0.1", "--port", "1",
                ]
                let mistaken = try await run.command(join + ["--observer"] + options(run, 0))
                #expect(mistaken.status == 2 && mistaken.errors.contains("leave --observer out"))
                let proposed = try await standing(run, 0, join)
                #expect(proposed.needed == 3 && proposed.epoch == nil)
                let open = try await members(run)
                #expect(open.proposals.map(\.number) == [proposed.proposal])
                #expect(open.proposals.first?.approvals == [run.departments[0].name])
                try await refusals(run)
                try await follow(run)

                let number = "\(proposed.proposal)"
                _ = try await standing(run, 1, ["consortium", "approve", number])
                let decided = try await standing(run, 2, ["consortium", "approve", number])
                #expect(decided.epoch == 1 && decided.firstHeight != nil)
                let joined = try await wait(run, for: 1)
                #expect(joined.current.epoch == 1 && joined.current.quorum == 4)
                #expect(joined.current.validators.map(\.member).last == "market/validator/second")

                // The four that run are a quorum of five, and go on.
                let left = try await standing(run, 0, ["node", "leave", "market/validator/second"])
                #expect(left.epoch == 2)
                let after = try await wait(run, for: 2)
                #expect(after.current.epoch == 2 && after.current.validators.count == 4)
                let evidence = try await run.command(["consortium", "evidence"] + options(run, 3))
                #expect(evidence.status == 0 && evidence.output.contains("no misconduct"))
                try await follow(run)
                try await verify(run)
            }
        }

        /// Follows the chain by headers alone, from epoch to epoch.
        private func follow(_ run: LocalRun) async throws {
            let followed = try await run.command(
                ["consortium", "follow", "--file", "\(run.folder.path)/chain.trusted"] + options(run, 2))
            #expect(followed.status == 0, "\(followed.errors)")
        }

        /// Checks a node's whole ledger offline, and executes it again.
        private func verify(_ run: LocalRun) async throws {
            let department = run.departments[3]
            #expect(await run.nodes.stop(department) == .exited(0))
            let verified = try await run.command([
                "ledger", "verify", "--data", run.folder.data(ofNodeOf: department.name), "--genesis",
                run.folder.genesis, "--replay",
            ])
            #expect(verified.status == 0, "\(verified.errors)")
        }

        /// What the contract refuses is told in both languages, with status 1.
        private func refusals(_ run: LocalRun) async throws {
            let unknown = try await run.command(["consortium", "approve", "99"] + options(run, 1))
            #expect(unknown.status == 1 && unknown.errors.contains("there is no open proposal 99"))
            let chinese = try await run.executable.run(
                ["node", "leave", "\(run.departments[1].name)/validator/node", "--language", "zh"] + options(run, 1),
                limit: .seconds(60))
            #expect(chinese.status == 1 && chinese.errors.contains("不再容忍任何故障"), "\(chinese.errors)")
            let foreign = try await run.command(["consortium", "withdraw", "1"] + options(run, 1))
            #expect(foreign.status == 1 && foreign.errors.contains("only it withdraws it"))
            let nobody = try await run.command(["consortium", "approve", "0"] + options(run, 1))
            #expect(nobody.status == 2)
        }
    }
}
