/// The rules of the project's style that the formatter and the compiler do not know.
///
/// A new rule is one more element here, with code that it must catch; an exception is a line in `style.exceptions`.
enum StyleRules {
    /// The largest number of columns in a line.
    static let columnLimit = 120
    /// The largest number of lines in a file.
    static let fileLineLimit = 500
    /// The largest number of lines in a function.
    static let functionLineLimit = 70

    static let all = safety + concurrency + determinism + tests + shape

    private static let safety = [
        StyleRule(
            "force-try",
            instead: "throw, or handle the error",
            because: "it ends the node at the first input that nobody thought of",
            caught: ["try!", "let value = try! read()"],
            passed: ["try? read()", "try !isValid(value)", "let text = \"try!\"", "// try! nothing"]
        ) { source in
            source.occurrences(of: "try!").filter { source.tokens[$0 + 1].isAttached }.map { source.tokens[$0].line }
        },
        StyleRule(
            "force-cast",
            banned: ["as!"],
            instead: "write 'as?' with a guard",
            because: "it ends the node where a type changes",
            passed: ["value as? Int"]
        ),
        StyleRule(
            "fatal-error",
            banned: ["fatalError(", "assert(", "assertionFailure("],
            instead: "throw; for an invariant of our own state, precondition or preconditionFailure with the proof",
            because: "assertions stay on in release, and a peer's input is no invariant",
            passed: ["preconditionFailure(\"why\")", "precondition(count > 0)"]
        ),
        StyleRule(
            "swallowed-error",
            in: StyleRule.sources,
            banned: ["catch {}", "_ = try?"],
            instead: "handle, log or throw the error",
            because: "nobody can find at night what nothing has recorded",
            passed: ["catch { throw error }", "let value = try? read()"]
        ),
        StyleRule(
            "unfinished",
            instead: "finish it, or leave it out",
            because: "what is not done is said in the documentation, not in the code",
            caught: ["// TODO: check the bound", "/* FIXME */", "/// XXX", "let a = 1  // a HACK"],
            passed: ["let text = \"TODO\"", "// what TODOs are"]
        ) { source in
            let words: Set<Substring> = ["TODO", "FIXME", "XXX", "HACK"]
            return source.comments.indices.filter { index in
                let comment = source.comments[index]
                guard comment.utf8.contains(where: { $0 != UInt8(ascii: " ") }) else { return false }
                return comment.split { !$0.isLetter }.contains { words.contains($0) }
            }.map { $0 + 1 }
        },
        StyleRule(
            "format-ignore",
            instead: "write it so that the formatter agrees",
            because: "it switches off the ban on force unwrapping too",
            caught: ["// swift-format-ignore", "// swift-format-ignore: NeverForceUnwrap"]
        ) { source in
            source.comments.indices.filter { source.comments[$0].contains("swift-format-ignore") }.map { $0 + 1 }
        },
        StyleRule(
            "print",
            in: ["Sources/ClusterTransport", "Sources/Consensus", "Sources/Ledger", "Sources/Nodes"],
            instead: "log with swift-log, or return the text",
            because: "standard output belongs to the commands",
            caught: ["print(1)", "debugPrint(value)", "dump(value)"],
            passed: ["document.print()", "func print() {}"]
        ) { source in
            ["print(", "debugPrint(", "dump("].flatMap { source.occurrences(of: $0) }
                .filter { ![".", "func"].contains(source.token($0 - 1)) }
                .map { source.tokens[$0].line }
        },
        StyleRule(
            "umbrella-import",
            banned: ["import NIO\n", "import Collections\n", "@_exported import"],
            instead: "import the modules that are used",
            because: "a file's imports say what it depends on",
            passed: ["import NIOCore", "import OrderedCollections"]
        ),
    ]

    private static let concurrency = [
        StyleRule(
            "unchecked-sendable",
            banned: ["@unchecked Sendable", "nonisolated(unsafe)"],
            instead: "use an actor, a value, or Synchronization.Mutex",
            because: "the compiler no longer proves that there is no race"
        ),
        StyleRule(
            "own-lock",
            banned: [
                "DispatchQueue", "DispatchSemaphore(", "NIOLock(", "NSLock(", "NSRecursiveLock(", "pthread_mutex_t",
            ],
            instead: "use Synchronization.Mutex or an actor",
            because: "a Mutex is tied to what it guards"
        ),
        StyleRule(
            "public-future",
            instead: "make it async",
            because: "EventLoopFuture ties every caller to NIO",
            caught: [
                "public func call() -> EventLoopFuture<Int> { future }",
                "package init(\n    _ promise: EventLoopPromise<Void>\n) {}",
            ],
            passed: ["func call() -> EventLoopFuture<Int> { future }", "private let promise: EventLoopPromise<Void>"]
        ) { source in
            ["EventLoopFuture", "EventLoopPromise"].flatMap { source.occurrences(of: $0) }
                .filter { StyleMeasures.isInPublicDeclaration($0, in: source) }
                .map { source.tokens[$0].line }
        },
        StyleRule(
            "unstructured-task",
            instead: "use a task group, async let, or a service of the ServiceGroup",
            because: "nobody waits for it, cancels it or hears of its error",
            caught: ["func run() {\n    Task { await work() }\n}", "_ = Task { }", "Task.detached { }"],
            passed: ["let task = Task { await work() }", "group.addTask { await work() }"]
        ) { source in
            let dropped = source.occurrences(of: "_ = Task")
            let statements = ["Task {", "Task.detached", "Task(priority"].flatMap { source.occurrences(of: $0) }
                .filter { source.isFirstOfLine($0) }
            return (dropped + statements).map { source.tokens[$0].line }
        },
        StyleRule(
            "blocking-sleep",
            banned: ["Thread.sleep", "usleep(", "nanosleep("],
            instead: "wait on a clock that is handed in",
            because: "it holds one of the few threads of the pool"
        ),
    ]

    private static let determinism = [
        StyleRule(
            "task-sleep",
            banned: ["Task.sleep"],
            instead: "sleep on the clock that is handed in",
            because: "a test cannot move the machine's time",
            passed: ["try await clock.sleep(for: delay)"]
        ),
        StyleRule(
            "wall-clock",
            banned: ["Date()", "Date.now", "DispatchTime.now", "clock_gettime("],
            instead: "take the time as an argument, or from the clock that is handed in",
            because: "the same input has to give the same result tomorrow",
            passed: ["Date(timeIntervalSince1970: 0)"]
        ),
        StyleRule(
            "unseeded-randomness",
            instead: "hand a seeded generator in ('using:')",
            because: "a failure that cannot be replayed cannot be repaired",
            caught: [
                "Int.random(in: 0..<3)", "values.shuffled()", "values.randomElement()", "SystemRandomNumberGenerator()",
            ],
            passed: ["Int.random(in: 0..<3, using: &generator)", "values.shuffled(using: &generator)"]
        ) { source in
            let calls = [".random(", ".shuffled(", ".shuffle(", ".randomElement("]
                .flatMap { source.occurrences(of: $0) }
                .filter { call in
                    let arguments = (call + 2)...source.closingBracket(of: call + 2)
                    return !arguments.contains { source.token($0) == "using" }
                }
            return (calls + source.occurrences(of: "SystemRandomNumberGenerator")).map { source.tokens[$0].line }
        },
        StyleRule(
            "floating-point",
            in: StyleRule.replicated,
            instead: "use integers in a stated unit",
            because: "rounding differs between machines",
            caught: ["let share: Double = 0", "Float(3)", "let rate = 0.5"],
            passed: [
                "let part = pair.0", "let part = pair.0.1", "values.sort { $0.0 < $1.0 }", "let version = \"0.5\"",
            ]
        ) { source in
            let types = ["Double", "Float", "Float16", "CGFloat"].flatMap { source.occurrences(of: $0) }
            return (types + StyleMeasures.decimalLiterals(in: source)).map { source.tokens[$0].line }
        },
        StyleRule(
            "seeded-hash",
            in: StyleRule.sources,
            banned: [".hashValue"],
            instead: "use a Digest",
            because: "Swift seeds its hashes anew in every process"
        ),
    ]

    private static let tests = [
        StyleRule(
            "xctest",
            banned: ["import XCTest"],
            instead: "import Testing",
            because: "one runner, one set of words"
        ),
        StyleRule(
            "testable-import",
            banned: ["@testable"],
            instead: "test through the interface, or make it 'package'",
            because: "walls that tests may climb are not walls"
        ),
        StyleRule(
            "disabled-test",
            in: ["Tests"],
            banned: [".disabled(", "withKnownIssue"],
            instead: "repair the test or what it tests",
            because: "a test that does not run proves nothing"
        ),
    ]

    private static let shape = [
        StyleRule(
            "long-line",
            instead: "at most \(columnLimit) columns",
            because: "two files fit side by side",
            caught: [String(repeating: "a", count: columnLimit + 1)],
            passed: [String(repeating: "证", count: columnLimit)]
        ) { source in
            source.lines.indices.filter { index in
                source.lines[index].utf8.count > columnLimit && source.lines[index].count > columnLimit
            }.map { $0 + 1 }
        },
        StyleRule(
            "long-file",
            instead: "at most \(fileLineLimit) lines: split it by what the parts do",
            because: "one file is read in one sitting",
            caught: [String(repeating: "\n", count: fileLineLimit + 1)],
            passed: [String(repeating: "\n", count: fileLineLimit)]
        ) { source in
            // The text ends in a line break, behind which there is one more element, empty.
            source.lines.count - 1 > fileLineLimit ? [fileLineLimit + 1] : []
        },
        StyleRule(
            "long-function",
            instead: "at most \(functionLineLimit) lines: give the parts names",
            because: "a function that does not fit a screen is not checked as a whole",
            caught: ["func long() {" + String(repeating: "\n", count: functionLineLimit) + "}"],
            passed: ["func short() {" + String(repeating: "\n", count: functionLineLimit - 1) + "}"]
        ) { source in
            SwiftFunction.all(in: source).filter { $0.lineCount > functionLineLimit }.map(\.line)
        },
        StyleRule(
            "undocumented",
            in: StyleRule.sources,
            instead: "say in '///' what it is, in which unit, what it throws",
            because: "what is public at the top of a file is where a reader begins",
            caught: ["public struct Vote {}", "// no documentation\npublic func count() {}"],
            passed: [
                "/// A vote.\npublic struct Vote {\n    public var view = 0\n}",
                "/// A vote.\n@available(macOS 15, *)\npublic struct Vote {}",
                "public import Foundation", "struct Vote {}", "public extension Vote {}",
            ]
        ) { source in
            StyleMeasures.undocumentedDeclarations(in: source)
        },
        StyleRule(
            "dead-file",
            in: StyleRule.sources,
            instead: "give it a declaration or delete it",
            because: "a file without one is what a move has left behind",
            caught: ["import Logging", "// moved"],
            passed: ["struct Vote {}", "extension Vote {}", "@main struct Command {}"]
        ) { source in
            StyleMeasures.isScaffold(source.path) || StyleMeasures.declares(source) ? [] : [1]
        },
    ]
}
