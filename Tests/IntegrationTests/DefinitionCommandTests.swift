import Foundation
import Licences
import LocalConsortium
import Testing

extension IntegrationTests {
    /// How departments agree on what a one-thing is, by the commands that they type, on nodes that run.
    @Suite("Definitions of one-things from the command line")
    struct DefinitionCommandTests {
        private struct Checked: Decodable {
            let digest: String
        }

        private struct Matter: Decodable {
            struct Version: Decodable {
                let version: Int
                let digest: String
            }

            struct Proposal: Decodable {
                let definition: Checked
                let approvals: [String]
                let missing: [String]
                let needed: Int
            }

            let versions: [Version]
            let proposal: Proposal?
        }

        private struct Difference: Decodable {
            struct Content: Decodable {
                struct Access: Decodable {
                    let role: String?
                    let department: String?
                    let item: String
                }

                struct Change: Decodable {
                    let place: String
                    let new: String?
                }

                let newAccess: [Access]
                let changes: [Change]
            }

            let difference: Content
        }

        private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        private let file = root.appending(path: "Definitions/simple-deregistration.json").path
        private let national = root.appending(path: "Definitions/simple-deregistration-national.json").path
        private let words = ["onething", "define"]
        private let shorter = ["--limit", "objections.answer=30 seconds", "--limit", "objections.amber=20 seconds"]

        private func decode<Value: Decodable>(
            _ type: Value.Type, _ run: LocalRun, _ words: [String]
        ) async throws -> Value {
            let result = try await run.command(words + ["--json"])
            #expect(result.status == 0, "\(words): \(result.errors)")
            return try JSONDecoder().decode(Value.self, from: Data(result.output.utf8))
        }

        private func administrator(_ run: LocalRun, _ department: Int) -> [String] {
            [
                "--node", run.consortium.address(of: run.departments[department]), "--genesis", run.folder.genesis,
                "--identity", "\(run.folder.path)/administrators/\(run.departments[department].name)",
            ]
        }

        @Test func departmentsAgreeOnWhatTheyHaveSeen() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await checkFiles(run)
                try await run.nodes.startAll()
                for department in run.departments {
                    try await run.executable.mustSucceed(
                        run.consortium.issueCommand(
                            of: department, role: "administrator", name: "admin",
                            directory: "\(run.folder.path)/administrators/\(department.name)"))
                }
                let adopted = try await adopt(run)
                try await show(run, adopted)
                try await compare(run)
            }
        }

        /// Without any node.
        private func checkFiles(_ run: LocalRun) async throws {
            let whole = try await decode(Checked.self, run, words + ["check", file])
            let short = try await decode(Checked.self, run, words + ["check", file] + shorter)
            #expect(whole.digest != short.digest)
            let wrong = try await run.command(words + ["check", file, "--department", "nobody=tax"])
            #expect(wrong.status == 1 && wrong.errors.contains("there is no 'nobody'"), "\(wrong.errors)")
            let late = try await run.command(words + ["check", file, "--limit", "objections.amber=21 calendarDays"])
            #expect(late.status == 1 && late.errors.contains("steps.objections.limits.amber"), "\(late.errors)")
            let chinese = try await run.executable.run(
                words + ["check", file, "--limit", "objections.amber=21 calendarDays", "--language", "zh"],
                limit: .seconds(60))
            #expect(chinese.errors.contains("临期提醒须早于办理期限"), "\(chinese.errors)")
            let typed = "\(run.folder.path)/typed.json"
            let text = try String(contentsOf: URL(filePath: file), encoding: .utf8)
            try Data(text.replacing("\"amber\"", with: "\"ambre\"").utf8).write(to: URL(filePath: typed))
            let unread = try await run.command(words + ["check", typed])
            #expect(unread.status == 2 && unread.errors.contains("steps.precheck.limits.ambre"), "\(unread.errors)")
        }

        private func adopt(_ run: LocalRun) async throws -> String {
            let client = run.consortium.clientOptions(as: run.departments[0], at: run.departments[0])
            let refused = try await run.command(words + ["propose", file] + shorter + client)
            #expect(refused.status == 1 && refused.errors.contains("administrators"), "\(refused.errors)")
            let proposed = try await decode(
                Matter.self, run, words + ["propose", file] + shorter + administrator(run, 0))
            let proposal = try #require(proposed.proposal)
            #expect(proposed.versions.isEmpty && proposal.needed == 3)
            #expect(proposal.approvals == [run.departments[0].name] && proposal.missing.count == 3)
            let digest = proposal.definition.digest
            let approve = words + ["approve", "simple-deregistration"]
            let unseen = try await run.command(
                approve + [String(repeating: "0", count: 64)] + administrator(run, 1))
            #expect(unseen.status == 1 && unseen.errors.contains("another definition"), "\(unseen.errors)")
            for department in 1...2 {
                let approved = try await decode(
                    Matter.self, run, approve + [digest] + administrator(run, department))
                // More than half, and not yet all that take part.
                #expect(approved.versions.isEmpty && approved.proposal?.missing.count == 3 - department)
            }
            let adopted = try await decode(Matter.self, run, approve + [digest] + administrator(run, 3))
            #expect(adopted.versions.map(\.version) == [1] && adopted.proposal == nil)
            return digest
        }

        private func show(_ run: LocalRun, _ digest: String) async throws {
            let options = administrator(run, 3)
            let export = "\(run.folder.path)/next.json"
            let shown = try await run.command(
                words + ["show", "simple-deregistration", "--version", "1", "--export", export] + options)
            #expect(shown.status == 0 && shown.output.contains(digest), "\(shown.errors)")
            let missing = try await run.command(words + ["show", "simple-deregistration", "--version", "2"] + options)
            #expect(missing.status == 1 && missing.errors.contains("no version 2"), "\(missing.errors)")
            let listed = try await run.command(words + ["list"] + options)
            #expect(
                listed.status == 0 && listed.output.contains("simple-deregistration  version 1 from height"),
                "\(listed.output)")
            let unknown = try await run.command(words + ["show", "newborn"] + options)
            #expect(unknown.status == 1 && unknown.errors.contains("no matter newborn"), "\(unknown.errors)")
            // What is exported is the next version, and could be proposed as it is.
            let exported = try String(contentsOf: URL(filePath: export), encoding: .utf8)
            #expect(exported.contains("\"version\" : 2"))
            #expect(try await run.command(words + ["check", export]).status == 0)
            let stale = try await run.command(words + ["propose", file] + options)
            #expect(stale.status == 1 && stale.errors.contains("is version 2"), "\(stale.errors)")
        }

        private func compare(_ run: LocalRun) async throws {
            let options = administrator(run, 1)
            let difference = words + ["difference", "simple-deregistration"]
            let nothing = try await run.command(difference + options)
            #expect(nothing.status == 1 && nothing.errors.contains("is proposed"), "\(nothing.errors)")
            let lifted = try await decode(Difference.self, run, difference + [national] + options)
            #expect(lifted.difference.newAccess.isEmpty)
            #expect(lifted.difference.changes.contains { $0.place == "steps.objections.window.lift" })
            // The registrar's data for the tax authority.
            let moved = ["--department", "registrar=tax"]
            _ = try await decode(Matter.self, run, words + ["propose", national] + moved + administrator(run, 0))
            let access = try await decode(Difference.self, run, difference + options).difference.newAccess
            #expect(access.allSatisfy { $0.role == "registrar" && $0.department == "tax" })
            #expect(access.map(\.item).contains("investors"))
            let code = try OneThingCode("20261122-00000001-3").text
            let tried = try await run.command(words + ["try", national, "--case", code] + options)
            #expect(tried.status == 1 && tried.errors.contains("there is no case"), "\(tried.errors)")
            let told = try await run.command(difference + options)
            #expect(
                told.output.contains("! role registrar (tax) would newly get investors (All investors)"),
                "\(told.output)")
        }
    }
}
