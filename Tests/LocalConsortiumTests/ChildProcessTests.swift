import Foundation
import LocalConsortium
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("Child processes", .serialized)
struct ChildProcessTests {
    private let shell = Executable(path: "/bin/sh", environment: ["ZHENGLIAN_NODE": "not for children", "NAME": "证链"])

    private func start(_ script: String) throws -> ChildProcess {
        try shell.start(["-c", script], log: "/dev/null")
    }

    @Test func aCommandsOutputErrorsAndStatusAreHandedBack() async throws {
        let result = try await shell.run(["-c", "echo out; echo err >&2; exit 7"])
        #expect(result.status == 7)
        #expect(result.output == "out\n")
        #expect(result.errors == "err\n")
    }

    @Test func outputLargerThanAnyPipeIsHandedBackWhole() async throws {
        let result = try await shell.run(["-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo done >&2"])
        #expect(result.output.utf8.count == 3_000_001)
        #expect(result.errors == "done\n")
    }

    @Test func commandsDoNotInheritTheCallersOwnSettings() async throws {
        let result = try await shell.run(["-c", "echo \"$NAME:$ZHENGLIAN_NODE\""])
        #expect(result.output == "证链:\n")
    }

    @Test func everyWaiterHearsOfTheEndAlsoOnceItHasCome() async throws {
        let child = try start("exit 3")
        async let first = child.waitForEnd()
        async let second = child.waitForEnd()
        #expect(await [first, second] == [.exited(3), .exited(3)])
        #expect(await child.waitForEnd() == .exited(3))
        #expect(child.ending == .exited(3))
    }

    @Test func aKilledProcessIsToldFromOneThatHasEnded() async throws {
        let child = try start("exec sleep 60")
        #expect(child.ending == nil)
        child.send(signal: SIGKILL)
        #expect(await child.waitForEnd() == .signalled(SIGKILL))
    }

    @Test func aProcessThatEndsWhenAskedIsNotKilled() async throws {
        let child = try start("trap 'exit 0' TERM; echo ready > /dev/null; while :; do sleep 0.05; done")
        // Until the trap is set, the signal ends the shell itself: both are an end without SIGKILL.
        #expect(await child.stop(within: .seconds(20), clock: .continuous) != .signalled(SIGKILL))
    }

    @Test func aProcessThatDoesNotEndWhenAskedIsKilled() async throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "zhenglian-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: log) }
        let child = try shell.start(
            ["-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"], log: log.path)
        while LogTail.lines(of: log.path, count: 1) != ["ready"] { await Task.yield() }
        #expect(await child.stop(within: .milliseconds(50), clock: .continuous) == .signalled(SIGKILL))
    }

    @Test func aCommandThatTakesTooLongIsKilled() async throws {
        let result = try await shell.run(["-c", "exec sleep 60"], limit: .milliseconds(50))
        #expect(result.ending == .signalled(SIGKILL))
        #expect(result.status == nil)
    }

    @Test func cancellingTheTaskEndsItsCommand() async throws {
        let task = Task { [shell] in try await shell.run(["-c", "exec sleep 60"]) }
        task.cancel()
        #expect(try await task.value.ending == .signalled(SIGKILL))
    }

    @Test func manyAtOnceAreAllReaped() async throws {
        let children = try (0..<40).map { try start("exit \($0)") }
        for (number, child) in children.enumerated() {
            #expect(await child.waitForEnd() == .exited(Int32(number)))
        }
        // A zombie would still have its number.
        for child in children {
            #expect(kill(child.identifier, 0) == -1 && errno == ESRCH)
        }
    }

    @Test func aProgramThatIsNotThereIsAnError() async throws {
        let nothing = Executable(path: "/nowhere/zhenglian")
        await #expect(throws: LocalConsortiumError(.cannotStart, "")) { try await nothing.run(["demo"]) }
    }
}
