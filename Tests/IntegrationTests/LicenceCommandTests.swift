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

            let records: [Record]
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

        @Test func ownersModifyAndTakeOverLicences() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                let owner = run.consortium.clientOptions(as: run.departments[0], at: run.departments[0])
                try await modify(run, owner)
                try await transferIn(run, owner)
            }
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
    }
}
