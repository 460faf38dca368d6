import Foundation
import LocalConsortium
import Testing

extension IntegrationTests {
    /// A department says who may call over HTTP, by the commands that its administrator types.
    @Suite("Who calls over HTTP, from the command line")
    struct GatewayCommandTests {
        private struct Applications: Decodable {
            struct Application: Decodable {
                let name: String
                let status: String
                let entitlements: [String]
                let requestsPerMinute: Int
                let requestsPerDay: Int?
                let lastDay: String
                let client: String?
                let member: String?
            }

            let applications: [Application]
        }

        private struct People: Decodable {
            struct Person: Decodable {
                let subject: String
                let entitlements: [String]
                let endedAt: Int64?
            }

            let people: [Person]
        }

        private struct Platforms: Decodable {
            struct Platform: Decodable {
                let issuer: String
                let algorithms: [String]
                let endedAt: Int64?
            }

            let platforms: [Platform]
        }

        private struct Accounts: Decodable {
            struct Account: Decodable { let name: String }

            let accounts: [Account]
        }

        private static let issuer = "https://id.example.gov.cn"

        private func options(_ run: LocalRun, _ role: String = "administrators") -> [String] {
            [
                "--node", run.consortium.address(of: run.departments[0]), "--genesis", run.folder.genesis,
                "--identity", "\(run.folder.path)/\(role)",
            ]
        }

        /// Runs a command with a line on its standard input.
        private func command(
            _ run: LocalRun, _ words: [String], input: String
        ) async throws -> Executable.Result {
            let script = #"line=$1; shift; printf '%s\n' "$line" | "$@""#
            return try await Executable(path: "/bin/sh").run(
                ["-c", script, "sh", input, run.executable.path] + words + ["--language", "en"], limit: .seconds(60))
        }

        private func decoded<Answer: Decodable>(_ result: Executable.Result, _: Answer.Type) throws -> Answer {
            #expect(result.status == 0, "\(result.errors)")
            return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
        }

        private func succeed(_ run: LocalRun, _ words: [String]) async throws -> String {
            let result = try await run.command(["gateway"] + words + options(run))
            #expect(result.status == 0, "\(words): \(result.errors)")
            return result.output
        }

        private func refused(_ run: LocalRun, _ words: [String], _ why: String, status: Int32 = 1) async throws {
            let result = try await run.command(["gateway"] + words + options(run))
            #expect(result.status == status && result.errors.contains(why), "\(words): \(result.errors)")
        }

        private func applications(_ run: LocalRun) async throws -> [Applications.Application] {
            let result = try await run.command(["gateway", "applications", "list", "--json"] + options(run))
            return try decoded(result, Applications.self).applications
        }

        @Test func aDepartmentRegistersChangesAndEnds() async throws {
            try await LocalRun.with(departments: 3) { run in
                try await run.nodes.startAll()
                for role in ["administrator", "client"] {
                    try await run.executable.mustSucceed(
                        run.consortium.issueCommand(
                            of: run.departments[0], role: role, name: "desk",
                            directory: "\(run.folder.path)/\(role)s"))
                }
                try await tryApplications(run)
                try await tryPeople(run)
            }
        }

        private func tryApplications(_ run: LocalRun) async throws {
            let terms = [
                "--display-name", "综合窗口", "--until", "20991231", "--entitlement", "licences:read", "--entitlement",
                "uses:write", "--per-minute", "600", "--per-day", "1000", "--issuer", Self.issuer, "--client", "c-1",
            ]
            let register = ["applications", "register", "counter"] + terms
            try await refused(run, register, "trusts no identity platform")
            _ = try await succeed(
                run,
                [
                    "platforms", "register", Self.issuer, "--audience", "zhenglian", "--key-set",
                    Self.issuer + "/jwks", "--algorithm", "ES256", "--algorithm", "EdDSA",
                ])
            let client = try await run.command(["gateway"] + register + options(run, "clients"))
            #expect(client.status == 1 && client.errors.contains("notPermitted"), "\(client.errors)")
            #expect(try await succeed(run, register).contains("counter is registered"))
            try await refused(run, register, "alreadyRegistered")
            try await refused(run, register + ["--per-minute", "0"], "a quota is 1 to", status: 2)
            try await refused(run, ["applications", "suspend", "nobody"], "notFound")

            _ = try await succeed(run, ["applications", "change", "counter", "--per-day", "0", "--member", "window"])
            let changed = try #require(try await applications(run).first)
            #expect(changed.requestsPerMinute == 600 && changed.requestsPerDay == nil && changed.client == "c-1")
            #expect(changed.member == "\(run.departments[0].name)/client/window")
            #expect(changed.entitlements == ["licences:read", "uses:write"] && changed.lastDay == "20991231")
            let both = ["applications", "change", "counter", "--without-client", "--without-member"]
            try await refused(run, both, "by a token, by a certificate")
            _ = try await succeed(run, ["applications", "change", "counter", "--without-client"])
            #expect(try await applications(run).first?.client == nil)
            for (act, status) in [("suspend", "suspended"), ("resume", "active"), ("end", "ended")] {
                _ = try await succeed(run, ["applications", act, "counter"])
                #expect(try await applications(run).first?.status == status)
            }
            let table = try await run.executable.run(
                ["gateway", "applications", "list", "--language", "zh"] + options(run), limit: .seconds(60))
            #expect(table.output.contains("综合窗口") && table.output.contains("已注销"), "\(table.output)")
        }

        private func tryPeople(_ run: LocalRun) async throws {
            let salt = "\(run.folder.path)/subjects.salt"
            let made = try await run.command(["gateway", "people", "salt", salt])
            #expect(made.status == 0, "\(made.errors)")
            let again = try await run.command(["gateway", "people", "salt", salt])
            #expect(again.status == 2 && again.errors.contains("is there already"))
            let register =
                [
                    "gateway", "people", "register", "--issuer", Self.issuer, "--salt", salt, "--entitlement",
                    "traces:read", "--until", "20991231",
                ] + options(run)
            let registered = try await command(run, register, input: "650102199001011239")
            #expect(registered.status == 0, "\(registered.errors)")
            let list = ["gateway", "people", "list", "--json"] + options(run)
            let person = try #require(try decoded(try await run.command(list), People.self).people.first)
            #expect(person.entitlements == ["traces:read"] && person.endedAt == nil)
            #expect(!registered.output.contains("650102199001011239"))
            _ = try await succeed(
                run, ["people", "end", "--issuer", Self.issuer, "--digest", person.subject])
            #expect(try decoded(try await run.command(list), People.self).people.first?.endedAt != nil)

            _ = try await succeed(run, ["platforms", "end", Self.issuer])
            let platforms = try decoded(
                try await run.command(["gateway", "platforms", "list", "--json"] + options(run)), Platforms.self)
            #expect(platforms.platforms.map(\.algorithms) == [["ES256", "EdDSA"]])
            #expect(platforms.platforms.first?.endedAt != nil)
        }

        @Test func accountsAreKeptInAFileOfTheirOwn() async throws {
            let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
            defer { try? folder.remove() }
            let program = try LocalRun.program()
            let file = "\(folder.path)/accounts.json"
            func run(_ words: [String], input: String = "") async throws -> Executable.Result {
                let script = #"line=$1; shift; printf '%s\n' "$line" | "$@""#
                return try await Executable(path: "/bin/sh").run(
                    ["-c", script, "sh", input, program.path, "gateway", "accounts"] + words
                        + ["--file", file, "--json", "--language", "en"], limit: .seconds(60))
            }
            #expect(try await run(["list"]).status == 2)
            let short = try await run(["add", "li"], input: "short")
            #expect(short.status == 2 && short.errors.contains("12 characters"), "\(short.errors)")
            let added = try await run(
                ["add", "li", "--entitlement", "gateway:administer"], input: "correct horse battery")
            #expect(try decoded(added, Accounts.self).accounts.map(\.name) == ["li"])
            let text = try String(contentsOfFile: file, encoding: .utf8)
            #expect(!text.contains("horse") && text.contains("gateway:administer"))
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
            #expect(try await run(["remove", "wang"]).status == 1)
            #expect(try decoded(try await run(["remove", "li"]), Accounts.self).accounts.isEmpty)
            #expect(try await run(["add", "li", "--entitlement", "everything"], input: "x").status == 2)
        }
    }
}
