import ArgumentParser
import DepartmentSimulation
import Formats
import Identity
import Logging
import Nodes
import UnixSignals

/// Simulated business systems of departments, for the demonstration and trials.
@main
struct ZhenglianDepartments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zhenglian-departments",
        abstract: "Act as the business systems of departments in one-things (模拟各部门业务系统).",
        discussion: """
            Exit status: 0 done · 1 refused · 2 wrong use · 3 could not go on.

            Example: zhenglian-departments run --genesis genesis.der --identity clients/tax --state state \
                         --log log.jsonl
            """,
        subcommands: [RunDepartments.self, OpenCases.self]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let exit as ExitCode {
            Self.exit(withError: exit)
        } catch {
            let isUse = error is ValidationError || (error as? SimulationError)?.code == .wrongInput
            let isClean = exitCode(for: error).isSuccess
            if isClean || exitCode(for: error) == .validationFailure { Self.exit(withError: error) }
            Terminal.error("zhenglian-departments: \(error)")
            Self.exit(withError: ExitCode(isUse ? 2 : error is TransactionRejected ? 1 : 3))
        }
    }
}

/// What every command needs.
struct CommonOptions: ParsableArguments {
    @Option(help: "The consortium's genesis file.")
    var genesis: String

    @Option(help: "The seed: the same one does the same.")
    var seed: UInt64 = 1

    func connection(_ identity: String) throws -> DepartmentConnection {
        let genesis = try GenesisFile.read(genesis)
        let identities = try IdentityDirectory(identity).loadAll(suite: genesis.suite)
        return try DepartmentConnection(
            genesis: genesis, identities: identities,
            logger: Logger(label: "departments", factory: { _ in SwiftLogNoOpLogHandler() }))
    }
}

/// A role, as definitions name it.
struct RoleName: ExpressibleByArgument {
    let label: Label

    init?(argument: String) {
        guard let label = Label(argument) else { return nil }
        self.label = label
    }
}
