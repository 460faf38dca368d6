import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program `zhenglian` itself, whose commands are run as a person would run them.
package struct Executable: Sendable {
    /// What a command has said, and how it ended.
    package struct Result: Sendable {
        package let ending: ChildProcess.Ending
        package let output: String
        package let errors: String

        /// The exit status; `nil` where a signal ended it.
        package var status: Int32? {
            if case .exited(let status) = ending { return status }
            return nil
        }
    }

    package let path: String
    private let environment: [String: String]

    /// - Parameter environment: what commands inherit. Settings of Zhenglian itself (`ZHENGLIAN_…`) are left out: they
    ///   are meant for the caller's own node and client, and would be taken for every one that is started here.
    package init(path: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.path = path
        self.environment = environment.filter { !$0.key.hasPrefix("ZHENGLIAN_") }
    }

    /// Starts a command whose output, of both kinds, is appended to a file.
    /// - Throws: ``LocalConsortiumError`` with code `cannotStart`.
    package func start(_ arguments: [String], log: String) throws(LocalConsortiumError) -> ChildProcess {
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw LocalConsortiumError(.cannotStart, "\(log) cannot be written: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        return try ChildProcess(path, arguments: arguments, environment: environment, output: file, errors: file)
    }

    /// Runs a command to its end.
    ///
    /// Where it takes longer than `limit`, or the task is cancelled, it is ended by SIGKILL, which the result shows.
    /// - Throws: ``LocalConsortiumError`` with code `cannotStart`.
    package func run(
        _ arguments: [String],
        limit: Duration = .seconds(120),
        clock: some Clock<Duration> = .continuous
    ) async throws(LocalConsortiumError) -> Result {
        let output = try Self.scratchFile()
        let errors = try Self.scratchFile()
        let child = try ChildProcess(
            path, arguments: arguments, environment: environment, output: output, errors: errors)
        let ending = await child.waitForEnd(within: limit, clock: clock)
        return Result(ending: ending, output: try Self.contents(of: output), errors: try Self.contents(of: errors))
    }

    /// A file that has no name any more and so goes with the last who has it open, whatever happens.
    private static func scratchFile() throws(LocalConsortiumError) -> FileHandle {
        let pattern = FileManager.default.temporaryDirectory.appending(path: "zhenglian-XXXXXX").path
        var path = Array(pattern.utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw LocalConsortiumError(
                .cannotStart, "no file can be made as \(pattern): \(String(cString: strerror(errno)))")
        }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func contents(of file: FileHandle) throws(LocalConsortiumError) -> String {
        do {
            try file.seek(toOffset: 0)
            return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        } catch {
            throw LocalConsortiumError(.commandFailed, "a command's output cannot be read back: \(error)")
        }
    }
}
