import Foundation
import LedgerTestKit
import Licences
import LocalConsortium
import Testing

extension IntegrationTests {
    /// Uses of a licence between real nodes: an agent shows it, and a node dies while it releases.
    @Suite("Uses of a licence between nodes")
    struct LicenceUseTests {
        private struct Released: Decodable {
            struct Field: Decodable {
                let name: String
                let value: String
            }

            let fields: [Field]
            let delivered: String
        }

        private struct Presented: Decodable {
            let agrees: Bool
        }

        private struct Failure: Decodable {
            struct Error: Decodable {
                let message: String
            }

            let error: Error
        }

        private struct Decision: Decodable {
            let decision: String
            let outcome: String
        }

        private struct Trace: Decodable {
            struct Event: Decodable {
                let event: String
                let decision: String?
                let delivered: String?
            }

            let events: [Event]
        }

        @Test(.timeLimit(.minutes(5)))
        func anAgentShowsALicenceAsLongAsTheGrantLives() async throws {
            try await LocalRun.with(departments: 2) { run in
                try await run.nodes.startAll()
                let use = try await LicenceUseRun(run)
                let written: LicenceUseRun.Written = try await use.answer(
                    [
                        "authorise", "grant", "--holder", use.holder.pseudonym, "--agent", use.agent.pseudonym,
                        "--licence", use.licence, "--action", "present", "--purpose", LicenceUseRun.purpose, "--field",
                        LicenceUseRun.field, "--holder-key", use.holder.key,
                    ] + use.asOwner)
                let grant = try #require(written.identifier)

                let released = try await present(use, grant: grant)
                #expect(released.fields.map(\.name) == [LicenceUseRun.field])

                let _: LicenceUseRun.Written = try await use.answer(
                    ["authorise", "withdraw", "--grant", grant, "--holder-key", use.holder.key] + use.asOwner)
                let refused: Failure = try await use.answer(showing(use, grant: grant, code: "late"), status: 1)
                #expect(refused.error.message.contains("grant"), "\(refused.error.message)")
            }
        }

        private struct Resolved: Decodable {
            let holderCode: String?
            let candidates: Int
        }

        private struct HolderTrace: Decodable {
            struct Event: Decodable {
                let event: String
                let department: String
                let purpose: String?
                let basis: String?
            }

            let events: [Event]
        }

        /// Nobody learns whose a pseudonym is without a record of it, whether a candidate was right or not.
        @Test(.timeLimit(.minutes(5)))
        func whoResolvesAPseudonymStandsInTheHoldersTrace() async throws {
            try await LocalRun.with(departments: 2) { run in
                try await run.nodes.startAll()
                let use = try await LicenceUseRun(run)
                let number = "91659944MA27M6B03D"
                let list = "\(run.folder.path)/candidates.txt"
                func resolve(_ candidates: [String], status: Int32) async throws -> Resolved {
                    try Data((candidates.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: list))
                    return try await use.answer(
                        [
                            "holder", "resolve", use.holder.pseudonym, "--keys", "\(run.folder.path)/pseudonyms.json",
                            "--candidates", list, "--basis", "查询通知书〔2026〕8号", "--purpose", "INSPECTION",
                            "--application", "audit",
                        ] + use.asCounter, status: status)
                }
                #expect(try await resolve(["001,\(number)"], status: 1).holderCode == nil)
                let holder = try use.holderCode
                let found = try await resolve(["001,\(number)", "\(holder.type),\(holder.text)"], status: 0)
                #expect(found.holderCode == holder.text && found.candidates == 2)
                let trace: HolderTrace = try await use.answer(
                    ["trace", "--holder", use.holder.pseudonym] + use.asOwner)
                #expect(trace.events.map(\.event) == ["resolution", "resolution"])
                #expect(trace.events.allSatisfy { $0.department == use.counter.name && $0.purpose == "INSPECTION" })
                #expect(trace.events.allSatisfy { $0.basis == "查询通知书〔2026〕8号" })
            }
        }

        private struct TakenDown: Decodable {
            let wasTakenDownBefore: Bool
            let vault: String
            let destroyed: [String]
            let destroyedBefore: [String]
            let saltsDeleted: Int?
        }

        /// One command: the tombstone on the ledger, and nothing private left in the node's vault and the issuer's
        /// salts.
        @Test(.timeLimit(.minutes(5)))
        func takingDownDestroysWhatTheOwnersNodeHolds() async throws {
            try await LocalRun.with(departments: 2) { run in
                try await run.nodes.startAll()
                let use = try await LicenceUseRun(run)
                let words =
                    ["licence", "take-down", "--identifier", use.licence, "--basis", "个人信息保护法第四十七条"] + use.asOwner
                let salts = ["--salts", "\(run.folder.path)/salts"]
                let first: TakenDown = try await use.answer(words + salts)
                #expect(first.destroyed == [use.licence] && first.vault == "destroyed")
                #expect(first.saltsDeleted == 1 && !first.wasTakenDownBefore)
                let again: TakenDown = try await use.answer(words)
                #expect(again.wasTakenDownBefore && again.destroyed.isEmpty)
                #expect(again.destroyedBefore == [use.licence] && again.saltsDeleted == nil)
                let checked = try await run.executable.run(
                    ["vault", "check", "--vault", run.folder.vault(ofNodeOf: use.owner.name)] + use.asOwner,
                    limit: .seconds(60))
                #expect(checked.status == 0, "\(checked.output) \(checked.errors)")
            }
        }

        /// The ledger has the tombstone, and the owner's node is away: what is left to do is said, and done later.
        @Test(.timeLimit(.minutes(5)))
        func whatCouldNotBeDestroyedIsDestroyedByALaterRun() async throws {
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                let use = try await LicenceUseRun(run)
                let elsewhere = run.consortium.clientOptions(as: use.owner, at: use.counter)
                let words = ["licence", "take-down", "--identifier", use.licence, "--basis", "个人信息保护法第四十七条"]
                await run.nodes.kill(use.owner)
                let first: TakenDown = try await use.answer(words + elsewhere, status: 3)
                #expect(first.vault == "failed" && first.destroyed.isEmpty && !first.wasTakenDownBefore)
                let vault = ["--vault", run.folder.vault(ofNodeOf: use.owner.name)]
                let local: TakenDown = try await use.answer(words + vault + elsewhere)
                #expect(local.wasTakenDownBefore && local.destroyed == [use.licence])
                try await run.nodes.start(use.owner)
                _ = try await run.nodes.waitUntilUp(use.owner)
                let last: TakenDown = try await use.answer(words + elsewhere)
                #expect(last.destroyed.isEmpty && last.destroyedBefore == [use.licence])
            }
        }

        private func showing(_ use: LicenceUseRun, grant: String, code: String) -> [String] {
            [
                "use", "present", "--licence", use.licence, "--purpose", LicenceUseRun.purpose, "--field",
                LicenceUseRun.field, "--device-key", use.agent.key, "--agent", grant, "--agree", use.counter.name,
                "--code", path(of: code, use),
            ] + use.asOwner
        }

        private func path(of code: String, _ use: LicenceUseRun) -> String { "\(use.run.folder.path)/\(code).code" }

        /// The agent shows, the counter scans.
        private func present(_ use: LicenceUseRun, grant: String) async throws -> Released {
            async let shown: Presented = use.answer(showing(use, grant: grant, code: "live"))
            let clock = ContinuousClock()
            let deadline = clock.now.advanced(by: .seconds(60))
            while !FileManager.default.fileExists(atPath: path(of: "live", use)), clock.now < deadline {
                try await clock.sleep(for: .milliseconds(50))
            }
            let released: Released = try await use.answer(
                [
                    "use", "scan", path(of: "live", use), "--application", LicenceUseRun.application, "--purpose",
                    LicenceUseRun.purpose,
                ] + use.asCounter)
            #expect(try await shown.agrees)
            return released
        }

        /// `kill -9` of the owner's node at instants of a release that nobody has chosen. `ZHENGLIAN_TEST_KILLS` says
        /// how often, `ZHENGLIAN_TEST_SEED` which instants.
        @Test(.timeLimit(.minutes(15)))
        func aTicketGetsOneReleaseThoughTheOwnersNodeDies() async throws {
            let environment = ProcessInfo.processInfo.environment
            let seed = environment["ZHENGLIAN_TEST_SEED"].flatMap(UInt64.init) ?? 11
            let kills = environment["ZHENGLIAN_TEST_KILLS"].flatMap(Int.init) ?? 3
            var generator = SeededGenerator(seed: seed)
            try await LocalRun.with(departments: 4) { run in
                try await run.nodes.startAll()
                let use = try await LicenceUseRun(run)
                let basis = try await declareBasis(use)
                let clock = ContinuousClock()
                let undisturbed = try await decide(use, basis: basis, round: 0)
                let start = clock.now
                var delivered = [undisturbed.decision: try await release(use, undisturbed)]
                let duration = clock.now - start
                for round in 1...kills {
                    let ticket = try await decide(use, basis: basis, round: round)
                    let instant = duration * Int.random(in: 20...100, using: &generator) / 100
                    async let interrupted = run.executable.run(ticket.arguments, limit: .seconds(60))
                    try await clock.sleep(for: instant)
                    await run.nodes.kill(use.owner)
                    let first = try await interrupted
                    try await run.nodes.start(use.owner)
                    _ = try await run.nodes.waitUntilUp(use.owner)
                    let comment = "seed \(seed), round \(round)"
                    #expect([0, 3].contains(first.status), "\(comment): nothing that says no: \(first.errors)")
                    let came = try await release(use, ticket)
                    #expect(try await release(use, ticket) == came, "\(comment): again")
                    if first.status == 0 {
                        let answer = try JSONDecoder().decode(Released.self, from: Data(first.output.utf8))
                        #expect(answer.delivered == came, "\(comment): what came before the node died")
                    }
                    delivered[ticket.decision] = came
                }
                try await expectOneRecord(of: delivered, use)
            }
        }

        private struct Ticket {
            let decision: String
            /// The command that fetches the release.
            let arguments: [String]
        }

        private func declareBasis(_ use: LicenceUseRun) async throws -> String {
            let written: LicenceUseRun.Written = try await use.answer(
                [
                    "authorise", "basis", "--department", use.counter.name, "--reference", "示例条例第一条", "--licence",
                    use.licence, "--action", "query", "--purpose", LicenceUseRun.purpose, "--field",
                    LicenceUseRun.field,
                ] + use.asOwner)
            return try #require(written.identifier)
        }

        private func decide(_ use: LicenceUseRun, basis: String, round: Int) async throws -> Ticket {
            let key = "\(use.run.folder.path)/release-\(round).key"
            let _: LicenceUseRun.Anything = try await use.answer(
                ["use", "key", "--out", key, "--genesis", use.run.folder.genesis])
            let decision: Decision = try await use.answer(
                [
                    "use", "request", "--licence", use.licence, "--application", LicenceUseRun.application, "--purpose",
                    LicenceUseRun.purpose, "--action", "query", "--field", LicenceUseRun.field, "--basis", basis,
                    "--recipient-key", key,
                ] + use.asCounter)
            #expect(decision.outcome == "allowed")
            return Ticket(
                decision: decision.decision,
                arguments: ["use", "release", "--decision", decision.decision, "--key", key] + use.asCounter
                    + ["--json"])
        }

        /// The digest of what came.
        private func release(_ use: LicenceUseRun, _ ticket: Ticket) async throws -> String {
            let released: Released = try await use.answer(ticket.arguments.dropLast())
            #expect(released.fields.map(\.name) == [LicenceUseRun.field])
            return released.delivered
        }

        /// Every ticket has one release in the licence's trace.
        private func expectOneRecord(of delivered: [String: String], _ use: LicenceUseRun) async throws {
            #expect(Set(delivered.values).count == delivered.count, "each ticket has a release of its own")
            let trace: Trace = try await use.answer(["trace", "--licence", use.licence] + use.asOwner)
            let releases = trace.events.filter { $0.event == "release" }
            #expect(releases.count == delivered.count)
            for release in releases { #expect(delivered[release.decision ?? ""] == release.delivered) }
        }
    }
}
