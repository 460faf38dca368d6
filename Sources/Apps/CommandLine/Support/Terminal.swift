import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Standard output for results, standard error for everything said along the way.
enum Terminal {
    static func standardOutput(_ text: String) {
        write(text + "\n", to: .standardOutput)
    }

    static func standardError(_ text: String, terminator: String = "\n") {
        write(text + terminator, to: .standardError)
    }

    private static func write(_ text: String, to file: FileHandle) {
        do {
            try file.write(contentsOf: Data(text.utf8))
        } catch {
            // Whoever was to read has gone, as in a pipe to `head`: there is nobody left to tell.
            exit(ExitStatus.unreachable.rawValue)
        }
    }

    static var standardErrorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
