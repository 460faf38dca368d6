import ArgumentParser
import DepartmentSimulation
import Foundation
import Nodes

struct OpenCases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Open cases from a file, as the department that leads their matters (按文件批量受理办件).",
        discussion: """
            A line of the file is a JSON object: key, matter, options, items and papers (name and text), and for a \
            case about a licence its type, holderName and number; the licence is issued first. The same file and seed \
            open nothing twice.
            """
    )

    @Argument(help: "The file of cases.")
    var file: String

    @OptionGroup var common: CommonOptions

    @Option(help: "The directory with certificate and key of the department's client.")
    var identity: String

    @Option(help: "Where every opened case is told, a JSON object on each line; it is appended to.")
    var log: String

    func run() async throws {
        let connection = try common.connection(identity)
        let intake = CaseIntake(connection, seed: SimulationSeed(common.seed), log: try SimulationLog(path: log))
        do {
            Terminal.output("\(try await intake.open(path: file))")
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }
}

/// Lines for whoever called.
enum Terminal {
    static func output(_ line: String) { write(line, to: .standardOutput) }
    static func error(_ line: String) { write(line, to: .standardError) }

    private static func write(_ line: String, to handle: FileHandle) {
        // Where nobody reads any more there is nobody to tell.
        try? handle.write(contentsOf: Data("\(line)\n".utf8))
    }
}
