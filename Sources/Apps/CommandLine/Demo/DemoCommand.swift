import ArgumentParser
import Foundation
import Identity
import LocalConsortium
import UnixSignals

struct DemoCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "A whole consortium on this machine: found it, use it, break it, mend it; then it goes on running.",
        discussion: """
            Four departments (or as many as --departments says), each with a node of its own as a process. Every step
            says what it does, and the commands that do it by hand: they are the ones that it runs. Ctrl-C ends the
            nodes; the directory stays.

            Examples: zhenglian demo
                      zhenglian demo --once --json
            """
    )

    @Option(help: "How many departments, 1 to 10; at least 4 survive the loss of one.")
    var departments = 4

    @Option(help: "The consortium's crypto suite: p256, or sm (国密; TLS stays with P-256).")
    var suite: CryptoSuiteIdentifier = .p256

    @Flag(help: "End after the last step.")
    var once = false

    @Option(help: "A new or empty directory for everything; by default one under the system's temporary directory.")
    var directory: String?

    @Option(help: "The directory with licences.csv, broken.csv and files; by default the project's Demo.")
    var input: String?

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...ConsortiumPlan.maximumDepartmentCount).contains(departments) else {
            throw ValidationError("--departments is 1 to \(ConsortiumPlan.maximumDepartmentCount)")
        }
    }

    func run(_ console: Console) async throws {
        let input = try DemoInput.find(input)
        let plan = ConsortiumPlan(
            suite: suite.rawValue, departments: ConsortiumPlan.departments(departments), servesHTTP: true)
        let folder = try folder()
        let story = DemoStory(
            plan: plan, folder: folder, input: input, executable: try Self.executable(), console: console)
        // From here on a signal ends the story, and with it every process that it has started.
        let signals = await UnixSignalsSequence(trapping: [.sigint, .sigterm, .sighup])
        let ending = await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                for await _ in signals { return .interrupted }
                return .interrupted
            }
            group.addTask { await tell(story, console) }
            let first = await group.next() ?? .interrupted
            group.cancelAll()
            // Whichever was second is waited for: nothing of the story goes on while its nodes are being ended.
            await group.waitForAll()
            return first
        }
        await story.end()
        try conclude(ending, of: story, console)
    }

    private enum Ending: Sendable {
        case told
        case failed
        case interrupted
    }

    private func tell(_ story: DemoStory, _ console: Console) async -> Ending {
        guard await story.tell() else { return .failed }
        guard !once else { return .told }
        do {
            try console.present(story.report)
            story.invite()
            // Until a signal comes.
            while true { try await ContinuousClock().sleep(for: .seconds(3_600)) }
        } catch {
            return .told
        }
    }

    private func conclude(_ ending: Ending, of story: DemoStory, _ console: Console) throws {
        let report = story.report
        let isWhole = report.holds
        if once || !isWhole { try console.present(report) }
        console.note(
            Phrase("the nodes have ended; everything is in \(report.directory)", "节点已停止；全部数据在 \(report.directory)"))
        guard isWhole else {
            throw ending == .interrupted ? ExitStatus.unreachable.code : ExitStatus.refused.code
        }
    }

    private func folder() throws -> ConsortiumFolder {
        guard let directory else { return try ConsortiumFolder.temporary(named: "zhenglian-demo") }
        return try ConsortiumFolder(creating: directory)
    }

    private static func executable() throws -> Executable {
        guard let path = Bundle.main.executablePath else {
            throw CommandFailure(
                .unreachable, Phrase("this program does not know where it is", "程序无法得知自身所在的路径"))
        }
        return Executable(path: path)
    }
}
