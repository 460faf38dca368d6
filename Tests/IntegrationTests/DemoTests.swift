import Foundation
import LocalConsortium
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension IntegrationTests {
    @Suite("The demonstration")
    struct DemoTests {
        private struct Report: Decodable {
            struct Step: Decodable {
                let name: String
                let ok: Bool
                let seconds: Double
                let detail: String
            }

            struct Omission: Decodable {
                let name: String
            }

            let directory: String
            let receipts: String
            let steps: [Step]
            let omitted: [Omission]
            let holds: Bool
        }

        private static let input = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "Demo")

        @Test(.timeLimit(.minutes(6)), arguments: [(1, "p256"), (4, "p256"), (4, "sm")])
        func everyStepHolds(departments: Int, suite: String) async throws {
            let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
            defer { try? folder.remove() }
            let result = try await LocalRun.program().run(
                [
                    "demo", "--once", "--json", "--departments", "\(departments)", "--directory", folder.path,
                    "--input", Self.input.path, "--suite", suite,
                ],
                limit: .seconds(330)
            )
            #expect(result.status == 0, "\(result.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
            #expect(report.holds)
            for step in report.steps {
                #expect(step.ok, "\(step.name): \(step.detail)")
            }
            let alone = [
                "found", "start", "pseudonyms", "import", "issue", "verify", "tamper", "broken-rows", "receipts",
            ]
            let uses = ["vault", "authorise", "agent", "use", "denied", "present", "revoke", "trace"]
            let cases = [
                "open", "register", "inbox", "correct", "complete", "announce", "object", "window", "deregister",
            ]
            let together =
                alone.dropLast() + ["foreign"] + uses + ["define", "kill", "return"] + cases + ["receipts"]
            #expect(report.steps.map(\.name) == (departments == 1 ? alone : Array(together)))
            #expect(report.omitted.map(\.name) == (departments == 1 ? ["foreign", "use", "kill", "one-things"] : []))
            #expect(try FileManager.default.contentsOfDirectory(atPath: report.receipts).count > 10)
        }

        @Test func interruptingItEndsItsNodes() async throws {
            let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
            defer { try? folder.remove() }
            let log = "\(folder.path).log"
            defer { try? FileManager.default.removeItem(atPath: log) }
            let demo = try LocalRun.program().start(
                [
                    "demo", "--departments", "1", "--directory", folder.path, "--input", Self.input.path,
                    "--language", "en",
                ],
                log: log
            )
            // Once the import has begun, the node is up.
            while demo.ending == nil, !LogTail.lines(of: log, count: 100).contains(where: { $0.contains("● Import") }) {
                try await ContinuousClock().sleep(for: .milliseconds(20))
            }
            demo.send(signal: SIGINT)
            let ending = await demo.waitForEnd(within: .seconds(30), clock: .continuous)
            #expect(ending == .exited(3), "\(LogTail.lines(of: log, count: 20))")
            let text = try String(
                contentsOfFile: folder.configuration(ofNodeOf: "market"), encoding: .utf8)
            let digits = try #require(text.firstMatch(of: /"port" : (\d+)/)?.output.1)
            #expect(LoopbackPorts.isFree(try #require(Int(digits))), "the node still listens")
        }

        @Test func aFolderWithSomethingInItIsLeftAlone() async throws {
            let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
            defer { try? folder.remove() }
            try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.genesis))
            let result = try await LocalRun.program().run(
                ["demo", "--once", "--directory", folder.path, "--input", Self.input.path])
            #expect(result.status == 2)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["genesis.der"])
        }
    }
}
