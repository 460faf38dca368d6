import ArgumentParser
import Foundation

/// What a command has to say in the end: one object for machines, lines for people.
protocol Presentable: Encodable {
    func lines(in language: Language) -> [String]
}

/// The options that every command has.
struct ConsoleOptions: ParsableArguments {
    @Flag(help: "One JSON object on standard output instead of text.")
    var json = false

    @Option(help: "zh or en; by default the locale's.")
    var language: Language = .ofLocale()
}

/// Speaks to whoever called the command.
struct Console: Sendable {
    let isJSON: Bool
    let language: Language

    /// Presents the command's result on standard output.
    func present(_ result: some Presentable) throws {
        guard isJSON else {
            for line in result.lines(in: language) {
                Terminal.standardOutput(line)
            }
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Terminal.standardOutput(String(decoding: try encoder.encode(result), as: UTF8.self))
    }

    /// Says something along the way, on standard error.
    func note(_ phrase: Phrase) {
        Terminal.standardError(phrase.text(in: language))
    }
}

/// A command of this tool: it runs with a console, and what it throws becomes a sentence and an exit status.
protocol ZhenglianCommand: AsyncParsableCommand {
    var options: ConsoleOptions { get }
    func run(_ console: Console) async throws
}

extension ZhenglianCommand {
    mutating func run() async throws {
        let console = Console(isJSON: options.json, language: options.language)
        do {
            try await run(console)
        } catch let exit as ExitCode {
            throw exit
        } catch {
            let failure = CommandFailure(error)
            console.note(failure.phrase)
            if console.isJSON {
                try console.present(FailureReport(failure, language: console.language))
            }
            throw failure.status.code
        }
    }
}

private struct FailureReport: Presentable {
    struct Failure: Encodable {
        let status: Int32
        let message: String
    }

    let error: Failure

    init(_ failure: CommandFailure, language: Language) {
        error = Failure(status: failure.status.rawValue, message: failure.phrase.text(in: language))
    }

    func lines(in language: Language) -> [String] { [error.message] }
}
