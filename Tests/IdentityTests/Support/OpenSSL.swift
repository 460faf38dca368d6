import Foundation
import Testing

/// The program `openssl` in a folder of its own, which is gone when the value is.
final class OpenSSL {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "zhenglian-openssl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            Issue.record("\(folder.path) is left behind: \(error)")
        }
    }

    /// Writes a file for the program to read, or reads one that it has written.
    subscript(file: String) -> String? {
        get {
            try? String(contentsOf: folder.appending(path: file), encoding: .utf8)
        }
        set {
            do {
                try Data((newValue ?? "").utf8).write(to: folder.appending(path: file))
            } catch {
                Issue.record("\(file) cannot be written: \(error)")
            }
        }
    }

    /// Writes a file that is no text.
    func write(_ bytes: [UInt8], to file: String) throws {
        try Data(bytes).write(to: folder.appending(path: file))
    }

    /// Reads a file that is no text.
    func bytes(of file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: file)))
    }

    /// Runs `openssl` and hands back its exit status and what it said on both outputs.
    func run(_ arguments: String...) throws -> (status: Int32, output: String) { try run(arguments) }

    /// Runs `openssl` and hands back its exit status and what it said on both outputs.
    func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let output = folder.appending(path: "output")
        // A file, not a pipe: a pipe that nobody empties stops the program.
        try Data().write(to: output)
        let handle = try FileHandle(forWritingTo: output)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        try #require(
            process.terminationStatus != 127,
            "there is no 'openssl' on the PATH, and the tests need one: run scripts/prepare --python"
        )
        return (process.terminationStatus, String(decoding: try Data(contentsOf: output), as: UTF8.self))
    }
}
