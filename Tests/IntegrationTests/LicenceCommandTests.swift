import Foundation
import Licences
import LocalConsortium
import Testing

extension IntegrationTests {
    /// What an owner does to a licence, and departments to the tables that they vote on, by the commands that they
    /// type, on nodes that run.
    @Suite("Licences and tables from the command line")
    struct LicenceCommandTests {
        private struct State: Decodable {
            struct Record: Decodable {
                let identifier: String
                let operation: String
                let revision: Int
                let locator: String?
                let related: String?
            }

            let codesVersion: Int
            let records: [Record]
        }

        private struct Table: Decodable {
            struct Proposal: Decodable {
                let digest: String
                let approvals: [String]
                let needed: Int
            }

            let version: Int
            let proposal: Proposal?
        }

        private func identifier(_ serial: String, code: String = "11650000MB1A0001XQ") throws -> String {
            LicenceIdentifier(
                typeCode: try LicenceTypeCode("11100000MB0143028R001"), issuerCode: try UnifiedSocialCreditCode(code),
                serial: try LicenceSerial(serial), version: try LicenceVersion("001")
            ).text
        }

        private func decode<Value: Decodable>(
            _ type: Value.Type, _ run: LocalRun, _ words: [String], _ options: [String]
        ) async throws -> Value {
            let result = try await run.command(words + options + ["--json"])
            #expect(result.status == 0, "\(words): \(result.errors)")
            return try JSONDecoder().decode(Value.self, from: Data(result.output.utf8))
        }

        private func state(_ run: LocalRun, _ identifier: String, _ options: [String]) async throws -> State {
            try await decode(State.self, run, ["licence", "show", "--identifier", identifier], options)
        }

        /// The words that bring a licence on the ledger.
        private func writing(_ run: LocalRun, _ identifier: String) throws -> [String] {
            let file = "\(run.folder.path)/deed.pdf"
            try Data("deed of \(identifier)".utf8).write(to: URL(filePath: file))
            return [
                "--identifier", identifier, "--file", file, "--type-name", "营业执照", "--holder-name", "示范有限公司",
                "--holder-code", "91659944MA27M6B03D", "--issuer-name", "示范区市场监督管理局", "--issued-on", "20220612",
                "--region", "653000", "--salts", "\(run.folder.path)/salts",
            ]
        }

        @Test func ownersModifyAndTakeOverLicencesAndDepartmentsVoteOnTables() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                let owner = run.consortium.clientOptions(as: run.departments[0], at: run.departments[0])
                try await modify(run, owner)
                try await transferIn(run, owner)
                for (index, department) in run.departments.enumerated() {
                    try await run.executable.mustSucceed(
                        run.consortium.issueCommand(
                            of: department, role: "administrator", name: "admin",
                            directory: administrator(run, index)))
                }
                try await vote(run, on: ["licence", "codes"], from: "\"暂扣\"", to: "\"扣留\"", refusedTo: owner)
                try await vote(
                    run, on: ["use", "rules"], from: "\"ticketSeconds\" : 300", to: "\"ticketSeconds\" : 120",
                    refusedTo: owner)
                #expect(try await state(run, try identifier("A1"), owner).codesVersion == 2)
                try await calendar(run, owner)
            }
        }

        private func calendar(_ run: LocalRun, _ owner: [String]) async throws {
            let words = ["onething", "calendar", "end", "2", "--unit", "workingDays", "--from"]
            let early = try await run.command(words + ["29991230"] + owner)
            #expect(early.status == 1 && early.errors.contains("the calendar has no year 2999"), "\(early.errors)")
            // The 28th is a Saturday, and worked; the 30th is a Monday off.
            let year = """
                {"year": 2999, "basis": "通知", "holidays": ["29991230"], "workingWeekendDays": ["29991228"]}
                """
            try await vote(
                run, on: ["onething", "calendar"], from: "\"years\" : [", to: "\"years\" : [ \(year)", refusedTo: owner)
            let end = try await run.command(words + ["29991227"] + owner)
            #expect(end.status == 0 && end.output.contains("to the end of 29991231"), "\(end.errors)\(end.output)")
        }

        private func modify(_ run: LocalRun, _ owner: [String]) async throws {
            let licence = try identifier("A1")
            let issued = try await run.command(["licence", "issue"] + writing(run, licence) + owner)
            #expect(issued.status == 0, "\(issued.errors)")
            let words = ["licence", "modify", "--identifier", licence, "--basis", "库房迁移通知第3号"]
            let modified = try await run.command(words + ["--locator", "vault:2"] + owner)
            #expect(modified.status == 0 && modified.output.contains("modified"), "\(modified.errors)")
            let record = try #require(try await state(run, licence, owner).records.first)
            #expect(record.locator == "vault:2" && record.revision == 2 && record.operation == "14 修改")
            let late = try await run.command(words + ["--no-locator", "--revision", "1"] + owner)
            #expect(late.status == 1 && late.errors.contains("revision 2"))
            let neighbour = run.consortium.clientOptions(as: run.departments[1], at: run.departments[1])
            let foreign = try await run.command(words + ["--no-locator"] + neighbour)
            #expect(foreign.status == 1 && foreign.errors.contains("may not write about it"))
            let removed = try await run.command(words + ["--no-locator", "--revision", "2"] + owner)
            #expect(removed.status == 0, "\(removed.errors)")
            #expect(try await state(run, licence, owner).records.first?.locator == nil)
        }

        private func transferIn(_ run: LocalRun, _ owner: [String]) async throws {
            let origin = try identifier("E1", code: "11100000MB0143028R")
            let licence = try identifier("N1")
            let words = try ["licence", "transfer-in", "--from", origin] + writing(run, licence) + owner
            for _ in 0..<2 {
                let result = try await run.command(words)
                #expect(result.status == 0 && result.output.contains("transferred in"), "\(result.errors)")
            }
            let record = try #require(try await state(run, licence, owner).records.first)
            #expect(record.operation == "08 转入" && record.related == origin && record.revision == 1)
            // One that this ledger has comes here only when it was transferred out.
            let here = try ["licence", "transfer-in", "--from", identifier("A1")] + writing(run, identifier("N2"))
            let refused = try await run.command(here + owner)
            #expect(refused.status == 1 && refused.errors.contains("not being transferred out"))
        }

        private func administrator(_ run: LocalRun, _ department: Int) -> String {
            "\(run.folder.path)/administrators/\(run.departments[department].name)"
        }

        /// A table goes from an export over a proposal and three approvals of four departments into force.
        private func vote(
            _ run: LocalRun, on table: [String], from old: String, to new: String, refusedTo client: [String]
        ) async throws {
            func options(_ department: Int) -> [String] {
                [
                    "--node", run.consortium.address(of: run.departments[department]), "--genesis", run.folder.genesis,
                    "--identity", administrator(run, department),
                ]
            }
            let file = "\(run.folder.path)/\(table.joined(separator: "-")).json"
            let before = try await decode(Table.self, run, table + ["show", "--export", file], options(0))
            #expect(before.version == 1 && before.proposal == nil)
            let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
            #expect(text.contains(old))
            try Data(text.replacing(old, with: new).utf8).write(to: URL(filePath: file))
            let refused = try await run.command(table + ["propose", file] + client)
            #expect(refused.status == 1 && refused.errors.contains("administrators"))
            let proposed = try await decode(Table.self, run, table + ["propose", file], options(0))
            let proposal = try #require(proposed.proposal)
            #expect(proposal.needed == 3 && proposal.approvals == [run.departments[0].name])
            let unseen = String(repeating: "0", count: 64)
            #expect(try await run.command(table + ["approve", unseen] + options(1)).status == 1)
            let approved = try await decode(Table.self, run, table + ["approve", proposal.digest], options(1))
            #expect(approved.version == 1 && approved.proposal?.approvals.count == 2)
            let adopted = try await decode(Table.self, run, table + ["approve", proposal.digest], options(2))
            #expect(adopted.version == 2 && adopted.proposal == nil)
            let shown = try await run.command(table + ["show"] + options(3))
            #expect(shown.status == 0 && shown.output.contains("in force: version 2"))
            let stale = try await run.command(table + ["propose", file] + options(0))
            #expect(stale.status == 1 && stale.errors.contains("after version 2"))
            try Data("{}".utf8).write(to: URL(filePath: file))
            #expect(try await run.command(table + ["propose", file] + options(0)).status == 2)
        }
    }
}
