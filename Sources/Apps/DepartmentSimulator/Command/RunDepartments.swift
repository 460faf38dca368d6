import ArgumentParser
import DepartmentSimulation
import Identity
import Nodes
import UnixSignals

struct RunDepartments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Do what departments have to do, until SIGTERM (办理各部门待办，直至收到 SIGTERM).",
        discussion: """
            Rates are of a thousand: --returning 50 gives back one handoff in twenty. A process that was killed goes \
            on where it was when it is started again with the same seed.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "The directory with certificate and key of a department's client; repeat for more departments.")
    var identity: [String]

    @Option(help: "A role that is played, as definitions name it; repeat for more. All by default.")
    var role: [RoleName] = []

    @Option(help: "Where is kept how far each department's notices are read.")
    var state: String

    @Option(help: "Where every act, notice and refusal is told, a JSON object on each line; it is appended to.")
    var log: String

    @Option(help: "Shortest time that something takes, in milliseconds.")
    var shortest = 200

    @Option(help: "Longest time that something takes, in milliseconds.")
    var longest = 2_000

    @Option(help: "Handoffs that are given back (退回).")
    var returning = 0

    @Option(help: "Handoffs for which the applicant is asked (要求补正).")
    var asking = 0

    @Option(help: "Handoffs that are suspended (中止).")
    var suspending = 0

    @Option(help: "Answers that lead to a step before (退回上一环节).")
    var goingBack = 0

    @Option(help: "Answers that end the case (不予办理).")
    var refusing = 0

    @Option(help: "Departments that object in a window (异议).")
    var objecting = 0

    @Option(help: "Departments that leave a window's question without an answer (不答复).")
    var silent = 0

    @Option(help: "FROM:FOR in seconds from the start: a time in which nothing is read or done.")
    var outage: Outage?

    @Option(help: "Questions and acts under way at once, for each department.")
    var concurrency = 64

    func validate() throws {
        guard !identity.isEmpty else { throw ValidationError("give --identity for each department") }
        guard (1...1_000).contains(concurrency) else { throw ValidationError("--concurrency is 1 to 1000") }
        guard (0...3_600_000).contains(shortest), (shortest...3_600_000).contains(longest), behaviour.isPossible else {
            throw ValidationError(
                "times are 0 to 3600000, the shortest first; rates are 0 to 1000, and not more than 1000 together")
        }
    }

    private var behaviour: DepartmentBehaviour {
        var behaviour = DepartmentBehaviour()
        behaviour.delays = shortest...max(shortest, longest)
        (behaviour.returning, behaviour.asking, behaviour.suspending) = (returning, asking, suspending)
        (behaviour.goingBack, behaviour.refusing) = (goingBack, refusing)
        (behaviour.objecting, behaviour.silent) = (objecting, silent)
        return behaviour
    }

    func run() async throws {
        let log = try SimulationLog(path: log)
        let seed = SimulationSeed(common.seed)
        var limits = DepartmentDeskLimits()
        limits.concurrency = concurrency
        try ProtectedFile.createDirectory(state)
        var connections: [DepartmentConnection] = []
        var desks: [DepartmentDesk] = []
        for path in identity {
            let connection = try common.connection(path)
            connections.append(connection)
            let decisions = DepartmentDecisions(
                connection.department, roles: role.isEmpty ? nil : Set(role.map(\.label)), seed: seed,
                behaviour: behaviour)
            desks.append(
                DepartmentDesk(
                    connection, decisions, seed: seed, directory: state, outage: outage?.range, log: log,
                    limits: limits))
        }
        let signals = await UnixSignalsSequence(trapping: [.sigterm, .sigint])
        let (working, all) = (desks, connections)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in signals { return } }
                for desk in working { group.addTask { try await desk.run() } }
                // The signal, or the first that cannot go on, ends all.
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            for connection in all { await connection.close() }
            throw error
        }
        for connection in all { await connection.close() }
    }
}

/// `10:20`: from the tenth second on, for twenty.
struct Outage: ExpressibleByArgument {
    let range: Range<Duration>

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let from = parts[0], let length = parts[1], (0...86_400).contains(from),
            (1...86_400).contains(length)
        else { return nil }
        range = .seconds(from) ..< .seconds(from + length)
    }
}
