import Foundation
import LocalConsortium
import Testing

extension IntegrationTests {
    /// `zhenglian node doctor`, with the node running, without a peer, and not at all.
    @Suite("The doctor")
    struct NodeDoctorTests {
        private struct Report: Decodable {
            struct Finding: Decodable {
                let code: String
                let severity: String
            }

            struct Health: Decodable {
                let member: String
                let quorum: Int
            }

            let findings: [Finding]
            let health: Health?
        }

        private func examine(
            _ run: LocalRun, _ node: ConsortiumPlan.Department, as identity: String
        ) async throws -> (status: Int32?, report: Report?, errors: String) {
            let result = try await run.command([
                "node", "doctor", "--json", "--node", run.consortium.address(of: node), "--genesis",
                run.folder.genesis, "--identity", identity,
            ])
            let report = try? JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
            return (result.status, report, result.errors)
        }

        @Test func whatIsWrongIsSaidToThoseWhoMayKnow() async throws {
            try await LocalRun.with(departments: 2) { run in
                let (market, tax) = (run.departments[0], run.departments[1])
                let operators = "\(run.folder.path)/operators"
                try await run.executable.mustSucceed(
                    run.consortium.issueCommand(
                        of: market, role: "administrator", name: "operator", directory: operators))
                try await run.nodes.startAll()
                _ = try await run.nodes.waitUntilAgreed(run.departments)

                // Connections come a moment after the nodes.
                var healthy = try await examine(run, market, as: operators)
                for _ in 0..<50 where healthy.status != 0 {
                    healthy = try await examine(run, market, as: operators)
                }
                #expect(healthy.status == 0, "\(healthy)")
                #expect(healthy.report?.health?.quorum == 2)
                #expect(healthy.report?.findings.allSatisfy { $0.severity == "notice" } == true, "\(healthy)")

                let client = try await examine(run, market, as: run.folder.client(of: market.name))
                #expect(client.status == 3)
                #expect(client.report == nil)

                await run.nodes.kill(tax)
                var codes: [String] = []
                for _ in 0..<50 where !codes.contains("noQuorum") {
                    codes = try await examine(run, market, as: operators).report?.findings.map(\.code) ?? []
                }
                #expect(codes.contains("noQuorum"))

                await run.nodes.kill(market)
                #expect(try await examine(run, market, as: operators).status == 3)
                let stopped = try await run.command([
                    "node", "doctor", "--json", "--data", run.folder.data(ofNodeOf: market.name), "--genesis",
                    run.folder.genesis, "--identity", run.folder.identity(ofNodeOf: market.name),
                ])
                #expect(stopped.status == 0, "\(stopped.output) \(stopped.errors)")
                let wrong = try await run.command([
                    "node", "doctor", "--json", "--data", run.folder.data(ofNodeOf: market.name), "--genesis",
                    run.folder.genesis, "--identity", "\(run.folder.path)/nobody",
                ])
                #expect(wrong.status == 1)
                #expect(wrong.output.contains("identityUnusable"))
            }
        }
    }
}
