import Foundation

/// Runs programs and hands back what they said.
enum Command {
    /// How a program ended.
    struct Result: Sendable {
        let status: Int32
        let standardOutput: String
        let standardError: String

        /// The lines of standard error.
        var errorLines: [Substring] { standardError.split(separator: "\n") }
    }

    /// Runs the program at `path` to its end, without standard input.
    /// - Parameter environment: in place of this process's own; `nil` keeps it.
    static func run(
        _ path: String,
        _ arguments: [String],
        in folder: URL,
        environment: [String: String]? = nil
    ) throws -> Result {
        // Files, not pipes: a pipe that nobody empties stops the program.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "zhenglian-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let output = scratch.appending(path: "output")
        let errors = scratch.appending(path: "errors")
        try Data().write(to: output)
        try Data().write(to: errors)

        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        if let environment { process.environment = environment }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            standardOutput: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            standardError: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }
}

/// A program that did not do what the test needs.
struct CommandError: Error, CustomStringConvertible {
    let message: String

    var description: String { message }
}
