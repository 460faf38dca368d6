import Foundation
import LocalConsortium

/// Says what the demonstration does, and runs the commands that it shows.
struct DemoNarrator: Sendable {
    let console: Console
    let executable: Executable

    /// A step begins.
    func heading(_ phrase: Phrase) {
        console.note(Phrase("\n● \(phrase.english)", "\n● \(phrase.chinese)"))
    }

    /// What came of something.
    func result(_ phrase: Phrase) {
        console.note(Phrase("  → \(phrase.english)", "  → \(phrase.chinese)"))
    }

    /// A command as a person types it, of this program.
    func show(_ arguments: [String]) {
        show(shell: ([Self.programName] + arguments).map(Self.quoted).joined(separator: " "))
    }

    /// A command of the shell.
    func show(shell command: String) {
        console.note(Phrase("  $ \(command)", "  $ \(command)"))
    }

    /// Shows a command and runs it, with `--json` for its answer.
    /// - Parameter status: how it has to end.
    /// - Throws: ``DemoFailure`` where it ends otherwise, or its answer is none.
    func run<Answer: Decodable>(
        _ arguments: [String], shownAs shown: [String]? = nil, expecting status: Int32 = 0, as _: Answer.Type
    ) async throws -> Answer {
        if let shown { show(shell: shown.joined(separator: " ")) } else { show(arguments) }
        return try await answer(arguments, expecting: status)
    }

    /// Runs a command that was shown.
    func answer<Answer: Decodable>(_ arguments: [String], expecting status: Int32 = 0) async throws -> Answer {
        let result = try await executable.run(arguments + ["--json", "--language", console.language.rawValue])
        guard result.status == status else {
            throw DemoFailure("status \(status) was expected, not \(result.ending): \(result.errors)")
        }
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
        } catch {
            throw DemoFailure("the answer cannot be read: \(error): \(result.output.prefix(500))")
        }
    }

    /// The program as its caller wrote it.
    static var programName: String { CommandLine.arguments.first ?? "zhenglian" }

    /// An argument as a shell takes it.
    static func quoted(_ argument: String) -> String {
        let isPlain = argument.unicodeScalars.allSatisfy { scalar in
            CharacterSet.alphanumerics.contains(scalar) || "-_./:=,@%+".unicodeScalars.contains(scalar)
        }
        guard argument.isEmpty || !isPlain else { return argument }
        return "'\(argument.replacing("'", with: "'\\''"))'"
    }
}
