import Formats
import Foundation
import Identity
import LocalConsortium
import Nodes
import OneThings
import Testing

extension IntegrationTests {
    /// A case between two departments' nodes, by the commands that their people type.
    @Suite("Commands of one-things")
    struct OneThingCommandTests {
        private struct Opened: Decodable {
            let code: String
        }

        private struct Inbox: Decodable {
            struct Handoff: Decodable {
                let code: String
                let step: String
                let duty: String
                let urgency: String
            }

            let handoffs: [Handoff]
        }

        private struct Progress: Decodable {
            struct Step: Decodable {
                let name: String
                let status: String
            }

            let status: String
            let values: [String: String]
            let steps: [Step]
        }

        private struct Timeline: Decodable {
            struct Handoff: Decodable {
                let step: String
                let department: String
                let isLate: Bool
                let endedAt: String?
            }

            let handoffs: [Handoff]
        }

        private struct Destroyed: Decodable {
            let destroyed: Int
        }

        private struct Followed: Decodable {
            let cursor: UInt64
            let event: String
        }

        @Test(.timeLimit(.minutes(5)))
        func aCaseGoesFromTheLeadToAnotherDepartmentAndIsArchived() async throws {
            try await LocalRun.with(departments: 2) { run in
                try await run.nodes.startAll()
                try await adopt(try definition(run), run)
                let code = try await open(run)
                try await act(run, 0, [code, "register", "answer", "--answer", "done", "--value", "code=91650000MA1"])
                try await handle(code, run)
                try await tellHowItWent(code, run)
                for last in [["rate", code, "--grade", "5"], ["archive", code]] {
                    _ = try await run.executable.mustSucceed(["onething"] + last + options(run, 0))
                }
                let destroyed: Destroyed = try await answer(
                    [
                        "destroy", code, "--basis", "档案管理办法", "--vault",
                        run.folder.vault(ofNodeOf: run.departments[0].name),
                    ] + options(run, 0), run)
                #expect(destroyed.destroyed == 1)
            }
        }

        /// The other department finds it in its inbox, fetches what it needs, and answers.
        private func handle(_ code: String, _ run: LocalRun) async throws {
            let inbox: Inbox = try await answer(["handoffs"] + options(run, 1), run)
            #expect(inbox.handoffs.map(\.code) == [code])
            #expect(inbox.handoffs.first?.step == "seal")
            #expect(inbox.handoffs.first?.duty == "handle")
            #expect(inbox.handoffs.first?.urgency == "green")
            try await act(run, 1, [code, "seal", "acknowledge"])
            let out = "\(run.folder.path)/fetched"
            _ = try await run.executable.mustSucceed(
                ["onething", "fetch", code, "seal", "--out", out] + options(run, 1))
            let data = try JSONDecoder().decode(
                [String: String].self, from: try Data(contentsOf: URL(fileURLWithPath: "\(out)/items.json")))
            #expect(data == ["company": "示例有限公司"])
            #expect(try String(contentsOfFile: "\(out)/articles", encoding: .utf8) == "articles of association")
            // What the step does not need is not given, whoever asks.
            let refused = try await run.command(
                ["onething", "fetch", code, "seal", "--item", "phone", "--out", "\(out)-2"] + options(run, 1))
            #expect(refused.status == 1 && refused.errors.contains("does not need"))
            try await act(run, 1, [code, "seal", "answer", "--answer", "done"])
            let empty: Inbox = try await answer(["handoffs"] + options(run, 1), run)
            #expect(empty.handoffs.isEmpty)
        }

        private func tellHowItWent(_ code: String, _ run: LocalRun) async throws {
            let progress: Progress = try await answer(["show", code] + options(run, 1), run)
            #expect(progress.status == "completed")
            #expect(progress.values == ["code": "91650000MA1"])
            #expect(progress.steps.map(\.status) == ["settled", "settled"])
            let timeline: Timeline = try await answer(["timeline", code] + options(run, 1), run)
            #expect(timeline.handoffs.map(\.department) == run.departments.map(\.name))
            #expect(timeline.handoffs.allSatisfy { !$0.isLate && $0.endedAt != nil })
            let followed = try await run.executable.mustSucceed(
                ["onething", "follow", "--from", "0", "--once"] + options(run, 1))
            let lines = try followed.output.split(separator: "\n").map {
                try JSONDecoder().decode(Followed.self, from: Data($0.utf8))
            }
            #expect(lines.map(\.event) == ["pushed", "acknowledged", "released", "answered", "completed"])
            #expect(lines.map(\.cursor) == [1, 2, 3, 4, 5])
        }

        // MARK: Commands

        private func options(_ run: LocalRun, _ department: Int) -> [String] {
            run.consortium.clientOptions(as: run.departments[department], at: run.departments[department])
        }

        private func act(_ run: LocalRun, _ department: Int, _ arguments: [String]) async throws {
            _ = try await run.executable.mustSucceed(["onething", "act"] + arguments + options(run, department))
        }

        private func answer<Answer: Decodable>(_ arguments: [String], _ run: LocalRun) async throws -> Answer {
            let result = try await run.executable.mustSucceed(["onething"] + arguments + ["--json"])
            return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
        }

        private func open(_ run: LocalRun) async throws -> String {
            let articles = "\(run.folder.path)/articles.txt"
            try Data("articles of association".utf8).write(to: URL(fileURLWithPath: articles))
            let items = "\(run.folder.path)/items.json"
            try Data(#"{"company": "示例有限公司", "phone": "0991-0000000"}"#.utf8).write(to: URL(fileURLWithPath: items))
            let opened: Opened = try await answer(
                [
                    "open", "opening", "--subject", "P1-" + String(repeating: "01", count: 32), "--items", items,
                    "--paper",
                    "articles=\(articles)",
                ] + options(run, 0), run)
            return opened.code
        }

        // MARK: The matter

        private func label(_ text: String) throws -> Label { try #require(Label(text)) }

        private func definition(_ run: LocalRun) throws -> OneThingDefinition {
            let title = BilingualTitle("事项", "matter")
            let limits = StepLimits(acknowledge: try TimeLimit(10, .minutes), answer: try TimeLimit(1, .hours))
            let done = StepAnswer(try label("done"), title)
            let roles = [try label("lead"), try label("seal")]
            let (company, articles, phone) = (try label("company"), try label("articles"), try label("phone"))
            return OneThingDefinition(
                matter: try label("opening"), version: 1, title: title, basis: "rule", lead: roles[0],
                subject: .holder,
                roles: try zip(roles, run.departments).map { DefinitionRole($0, try label($1.name), title) },
                fields: [
                    DefinitionField(company, title, for: roles), DefinitionField(phone, title, for: [roles[0]]),
                    DefinitionField(try label("code"), title, isOnLedger: true),
                ],
                materials: [DefinitionMaterial(articles, title, contains: [company])],
                intake: [IntakeItem(company), IntakeItem(phone), IntakeItem(articles)],
                steps: [
                    StepDefinition(
                        try label("register"), title, role: roles[0], needs: [company, phone, articles],
                        returns: [try label("code")], answers: [done], limits: limits),
                    StepDefinition(
                        roles[1], title, role: roles[1], after: [try label("register")], needs: [company, articles],
                        answers: [done], limits: limits),
                ])
        }

        /// Has both departments adopt the definition, and lets the notice pass.
        private func adopt(_ definition: OneThingDefinition, _ run: LocalRun) async throws {
            let digest = try run.genesis.suite.digest(of: definition.derBytes)
            var calls = [(DefinitionsContract.Method.propose, ProposeDefinition(definition).derBytes)]
            calls.append(
                (DefinitionsContract.Method.approve, ApproveDefinition(digest, of: definition.matter).derBytes))
            for (department, call) in zip(run.departments, calls) {
                let directory = "\(run.folder.path)/administrators/\(department.name)"
                _ = try await run.executable.mustSucceed(
                    run.consortium.issueCommand(
                        of: department, role: "administrator", name: "admin", directory: directory))
                let client = try run.client(as: try run.identity(at: directory))
                try await Submitter(client: client, identity: try run.identity(at: directory)).submit([
                    Call(contract: DefinitionsContract.contractName, method: call.0, arguments: call.1)
                ])
                await client.close()
            }
            try await passNotice(run)
        }

        /// A chain that nobody uses rests: blocks come with transactions, here some that settle nothing.
        private func passNotice(_ run: LocalRun) async throws {
            let identity = try run.identity(at: run.folder.client(of: run.departments[0].name))
            let client = try run.client(as: identity)
            let submitter = Submitter(client: client, identity: identity)
            for _ in 0..<DefinitionsContract.notice {
                try await submitter.submit([
                    Call(
                        contract: CasesContract.contractName, method: CasesContract.Method.settle,
                        arguments: SettleCases([]).derBytes)
                ])
            }
            await client.close()
        }
    }
}
