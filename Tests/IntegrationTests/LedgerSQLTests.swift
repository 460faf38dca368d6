import Formats
import Foundation
import Identity
import LoadGeneration
import LocalConsortium
import Nodes
import Testing

extension IntegrationTests {
    @Suite("Questions in SQL")
    struct LedgerSQLTests {
        private struct Report: Decodable {
            let asOfHeight: UInt64
            let columns: [String]
            let rows: [[String]]
            let truncated: Bool
        }

        @Test(.timeLimit(.minutes(2)))
        func theReadModelOfARunningAndOfAStoppedNodeAnswers() async throws {
            try await LocalRun.with(departments: 1) { run in
                try await run.nodes.startAll()
                let data = run.folder.data(ofNodeOf: run.departments[0].name)
                let issued = try await issue(3, by: run)
                let sql = "SELECT identifier, status FROM catalogue ORDER BY identifier"
                let report = try await Self.report(of: sql, data: data, in: run, from: issued.height)
                #expect(report.columns == ["identifier", "status"])
                #expect(report.rows.map { $0[1] } == ["01", "01", "01"])
                #expect(!report.truncated)

                let table = try await run.command(["ledger", "sql", "--data", data, sql, "--rows", "2"])
                #expect(table.status == 0)
                #expect(table.output.hasPrefix("identifier"))
                #expect(table.output.contains("as of height"))
                #expect(table.output.contains("there are more rows"))
                let counted = try await run.command([
                    "ledger", "sql", "--data", data, "--csv", "SELECT status, count(*) AS n, 'a,b' AS t FROM catalogue",
                ])
                #expect(counted.output == "status,n,t\n01,3,\"a,b\"\n")
                #expect(counted.errors.contains("as of height"))

                #expect(await run.nodes.stop(run.departments[0]) == .exited(0))
                let later = try await Self.report(of: sql, data: data, in: run, from: issued.height)
                #expect(later.rows == report.rows)
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func whatMayNotBeAskedIsRefusedWithItsStatus() async throws {
            try await LocalRun.with(departments: 1) { run in
                try await run.nodes.startAll()
                let data = run.folder.data(ofNodeOf: run.departments[0].name)
                let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
                let cases: [(arguments: [String], status: Int32, words: String)] = [
                    (["--data", data, "DELETE FROM blocks"], 1, "queryNotPermitted"),
                    (["--data", data, "ATTACH '\(data)/ledger.sqlite' AS other"], 1, "queryNotPermitted"),
                    (["--data", data, "SELECT nothing_known FROM blocks"], 2, "wrongQuery"),
                    (["--data", data, "--seconds", "1", endless], 3, "timeLimitExceeded"),
                    (["--data", "\(data)/none", "SELECT 1"], 2, "no read model"),
                    (["--data", data, "--rows", "0", "SELECT 1"], 2, "--rows"),
                    (["--data", data, "--csv", "--json", "SELECT 1"], 2, "--csv"),
                ]
                for (arguments, status, words) in cases {
                    let result = try await run.command(["ledger", "sql"] + arguments)
                    #expect(result.status == status, "\(arguments): \(result.errors)")
                    #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
                }
                // The node has not noticed.
                #expect(try await run.nodes.status(of: run.departments[0]) != nil)
            }
        }

        /// Has licences issued in one transaction.
        private func issue(_ count: Int, by run: LocalRun) async throws -> Outcome {
            let identity = try run.identity(at: run.folder.client(of: run.departments[0].name))
            let client = try run.client(as: identity)
            let records = try LoadRecords(
                genesis: client.genesis, department: identity.member.department, byteCount: nil, run: 1)
            let calls = try (0..<count).map { try records.call(client: 0, sequence: $0) }
            let outcome = try await Submitter(client: client, identity: identity).submit(calls)
            await client.close()
            return outcome
        }

        /// Asks until the model has come to a height: it follows at its own pace.
        private static func report(
            of sql: String, data: String, in run: LocalRun, from height: Height
        ) async throws -> Report {
            var last: Report?
            for _ in 0..<100 {
                let result = try await run.command(["ledger", "sql", "--data", data, "--json", sql])
                try #require(result.status == 0, "\(result.errors)")
                let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
                last = report
                if report.asOfHeight >= height.rawValue { return report }
            }
            return try #require(last, "the model was asked")
        }
    }
}
