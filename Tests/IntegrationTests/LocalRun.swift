import Foundation
import LocalConsortium
import Testing

/// A consortium of its own for one test: its processes end, and its folder goes, however the test ends.
struct LocalRun {
    let consortium: FoundedConsortium
    let nodes: ConsortiumNodes

    var folder: ConsortiumFolder { consortium.folder }
    var executable: Executable { consortium.executable }
    var departments: [ConsortiumPlan.Department] { consortium.plan.departments }

    /// Founds a consortium and has `body` use it.
    static func with(
        departments count: Int,
        named name: String = "test",
        suite: String = "p256",
        _ body: (LocalRun) async throws -> Void
    ) async throws {
        let folder = try ConsortiumFolder.temporary(named: "zhenglian-test")
        defer { try? folder.remove() }
        let consortium = try await FoundedConsortium(
            ConsortiumPlan(name: name, suite: suite, departments: ConsortiumPlan.departments(count)),
            in: folder,
            executable: try program()
        )
        let run = LocalRun(consortium: consortium, nodes: ConsortiumNodes(consortium))
        do {
            try await body(run)
        } catch {
            await run.nodes.stopAll()
            run.recordLogs()
            throw error
        }
        await run.nodes.stopAll()
    }

    /// Runs a command, in English.
    func command(_ arguments: [String], limit: Duration = .seconds(60)) async throws -> Executable.Result {
        try await executable.run(arguments + ["--language", "en"], limit: limit)
    }

    /// The folder is gone when somebody reads the failure.
    private func recordLogs() {
        for department in departments {
            let lines = LogTail.lines(of: folder.log(ofNodeOf: department.name), count: 10)
            Issue.record("the end of the log of \(department.name):\n\(lines.joined(separator: "\n"))")
        }
    }

    /// The program, which is built beside the tests.
    static func program() throws -> Executable {
        let bundles = Bundle.allBundles.map(\.bundleURL) + [Bundle.main.executableURL].compactMap { $0 }
        let candidates = bundles.map { $0.deletingLastPathComponent().appending(path: "zhenglian").path }
        let path = candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
        return Executable(path: try #require(path, "zhenglian is not in any of \(candidates)"))
    }
}
