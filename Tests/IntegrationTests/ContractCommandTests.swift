import Foundation
import LocalConsortium
import Testing

extension IntegrationTests {
    /// Departments decide about a version of a contract by the commands that administrators type.
    @Suite("Contracts from the command line")
    struct ContractCommandTests {
        private struct Standing: Decodable {
            let proposal: String
            let needed: Int
            let isDecided: Bool
            let firstHeight: UInt64
        }

        private struct Contracts: Decodable {
            struct Activation: Decodable {
                let version: Int
                let firstHeight: UInt64
            }

            struct Contract: Decodable {
                let name: String
                let inForce: Activation?
                let planned: Activation?
            }

            struct Proposal: Decodable { let digest: String }

            struct Decision: Decodable { let approvals: [String] }

            struct Missing: Decodable {
                let contract: String
                let version: Int
                let height: UInt64
            }

            let contracts: [Contract]
            let proposals: [Proposal]
            let decisions: [Decision]
            let missing: [Missing]
        }

        private struct Diagnosis: Decodable {
            struct Finding: Decodable { let code: String }

            let findings: [Finding]
        }

        private func options(_ run: LocalRun, _ department: Int) -> [String] {
            [
                "--node", run.consortium.address(of: run.departments[department]), "--genesis", run.folder.genesis,
                "--identity", "\(run.folder.path)/administrators/\(run.departments[department].name)",
            ]
        }

        private func ask<Answer: Decodable>(
            _ run: LocalRun, _ department: Int, _ words: [String], as _: Answer.Type = Answer.self, status: Int32 = 0
        ) async throws -> Answer {
            let result = try await run.command(words + options(run, department) + ["--json"])
            #expect(result.status == status, "\(words): \(result.errors)")
            return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
        }

        @Test func aVersionIsPlannedShownWhereItLacksAndCancelled() async throws {
            try await LocalRun.with(departments: 3) { run in
                try await run.nodes.startAll()
                for department in run.departments {
                    try await run.executable.mustSucceed(
                        run.consortium.issueCommand(
                            of: department, role: "administrator", name: "admin",
                            directory: "\(run.folder.path)/administrators/\(department.name)"))
                }
                let (contracts, propose) = (["consortium", "contracts"], ["propose", "catalogue", "--version", "2"])
                let before = try await ask(run, 0, contracts + ["show"], as: Contracts.self)
                #expect(before.contracts.first { $0.name == "catalogue" }?.inForce?.version == 1)

                // What the program at hand does not have is a slip, until somebody says that it is none.
                let slip = try await run.command(contracts + propose + options(run, 0))
                #expect(slip.status == 1 && slip.errors.contains("update it first"), "\(slip.errors)")
                let near = contracts + propose + ["--accept-unknown-version", "--height", "5"]
                let refused = try await run.command(near + options(run, 0))
                #expect(refused.status == 1 && refused.errors.contains("wrongNotice"), "\(refused.errors)")

                let proposed: Standing = try await ask(run, 0, contracts + propose + ["--accept-unknown-version"])
                #expect(proposed.needed == 2 && !proposed.isDecided)
                let open = try await ask(run, 1, contracts + ["show"], as: Contracts.self)
                #expect(open.proposals.map(\.digest) == [proposed.proposal])
                let approve = contracts + ["approve", proposed.proposal]
                let careful = try await run.command(approve + options(run, 1))
                #expect(careful.status == 1 && careful.errors.contains("update it first"), "\(careful.errors)")
                let decided: Standing = try await ask(run, 1, approve + ["--accept-unknown-version"])
                #expect(decided.isDecided && decided.firstHeight == proposed.firstHeight)

                let planned = try await ask(run, 1, contracts + ["show"], as: Contracts.self)
                let catalogue = planned.contracts.first { $0.name == "catalogue" }
                #expect(catalogue?.planned?.firstHeight == proposed.firstHeight && catalogue?.inForce?.version == 1)
                #expect(planned.missing.map(\.height) == [proposed.firstHeight])
                let status = try await run.executable.run(
                    ["node", "status", "--language", "zh"] + options(run, 1), limit: .seconds(60))
                #expect(status.output.contains("本节点的程序没有合约 'catalogue' 的第 2 版"), "\(status.output)")
                let diagnosis: Diagnosis = try await ask(run, 1, ["node", "doctor"], status: 1)
                let codes = diagnosis.findings.map(\.code)
                #expect(codes.contains("contractVersionMissing") && codes.contains("contractVersionMissingAtQuorum"))

                let cancel: Standing = try await ask(run, 2, contracts + ["cancel", "catalogue"])
                let cancelled: Standing = try await ask(run, 0, contracts + ["approve", cancel.proposal])
                #expect(!cancel.isDecided && cancelled.isDecided)
                let after = try await ask(run, 0, contracts + ["show"], as: Contracts.self)
                #expect(after.missing.isEmpty && after.decisions.count == 2 && after.proposals.isEmpty)
                #expect(after.contracts.allSatisfy { $0.planned == nil })
                let nothing = try await run.command(contracts + ["cancel", "catalogue"] + options(run, 0))
                #expect(nothing.status == 1 && nothing.errors.contains("no version of 'catalogue' is planned"))
            }
        }
    }
}
