import Foundation

/// A machine as the scripts see it: the programs on its PATH, the headers of its libraries, and a folder to work in.
final class Machine {
    static let allHeaders = ["sqlite3.h", "openssl/evp.h"]

    /// Where the machine's own things are, and where its commands run.
    let folder: URL

    /// - Parameters:
    ///   - programs: what is on the PATH, by name, each the text of a shell script.
    ///   - headers: what the C compiler finds.
    init(programs: [String: String], headers: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "zhenglian-\(UUID().uuidString)")
        for header in headers {
            try write("", to: "include/\(header)")
        }
        // What every Linux has, in the few words that the scripts need of it.
        let given = ["uname": "echo Linux", "env": "shift\nexec \"$@\""]
        for (name, text) in programs.merging(given, uniquingKeysWith: { own, _ in own }) {
            try write("#!/bin/sh\n\(text)\n", to: "bin/\(name)", isProgram: true)
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// A compiler that says that it is `version`.
    static func swift(_ version: String) -> String {
        "echo 'Swift version \(version) (swift-\(version)-RELEASE)'; echo 'Target: x86_64-unknown-linux-gnu'"
    }

    /// Writes a file below the machine's folder.
    func write(_ text: String, to path: String, isProgram: Bool = false) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
        if isProgram {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
    }

    /// Copies a program of the checkout to the same place below the machine's folder.
    func copy(_ path: String) throws {
        try write(try Repository.text(of: path), to: path, isProgram: true)
    }

    /// Runs the checkout's `scripts/prepare` with nothing on the PATH but this machine's programs.
    func prepare() throws -> Command.Result {
        try run("/bin/sh", [Repository.root.appending(path: "scripts/prepare").path], systemPath: "")
    }

    /// Runs a copy of `scripts/prepare --python` that makes its environment below this machine's folder.
    func preparePython() throws -> Command.Result {
        for script in ["scripts/prepare", "scripts/python"] { try copy(script) }
        return try run("/bin/sh", [folder.appending(path: "scripts/prepare").path, "--python"], systemPath: "")
    }

    /// Runs a program in the machine's folder.
    /// - Parameter systemPath: what comes after the machine's own programs on the PATH.
    func run(
        _ program: String,
        _ arguments: [String],
        systemPath: String = ":/usr/bin:/bin"
    ) throws -> Command.Result {
        try Command.run(
            program,
            arguments,
            in: folder,
            environment: [
                "PATH": folder.appending(path: "bin").path + systemPath,
                "LOG": folder.appending(path: "log").path,
                "PREPARE_INCLUDE_DIRECTORIES": folder.appending(path: "include").path,
                "PREPARE_FONT_DIRECTORIES": folder.appending(path: "fonts").path,
            ]
        )
    }

    /// What the programs have written into their log, line by line.
    func log() throws -> [Substring] {
        try String(contentsOf: folder.appending(path: "log"), encoding: .utf8).split(separator: "\n")
    }
}
