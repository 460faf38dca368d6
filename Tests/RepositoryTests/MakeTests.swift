import Testing

/// `make` and `.ci/run` with a compiler and a `make` of our own, so that what is checked is what the scripts add.
@Suite("make and .ci/run", .serialized)
struct MakeTests {
    /// A compiler that talks on standard output, as the real one does.
    private static let swift = "case $1 in --version) \(Machine.swift("6.3.1")) ;; *) echo 'Building…' ;; esac"

    private func machine(make: String) throws -> Machine {
        let machine = try Machine(programs: ["make": make])
        try machine.copy(".ci/run")
        return machine
    }

    @Test func demoHasNothingButTheProgramsOwnWordsOnStandardOutput() throws {
        let machine = try Machine(programs: ["swift": Self.swift], headers: Machine.allHeaders)
        for path in ["Makefile", "scripts/prepare", "scripts/python"] {
            try machine.copy(path)
        }
        try machine.write(
            "#!/bin/sh\necho \"$@\" >> \"$LOG\"\necho '{\"steps\":[]}'\n",
            to: ".build/release/zhenglian",
            isProgram: true
        )
        let result = try machine.run("/usr/bin/env", ["make", "demo", "DEMO_ARGS=--once --json"])
        #expect(result.status == 0)
        #expect(result.standardOutput == "{\"steps\":[]}\n")
        #expect(result.standardError.contains("Building…"))
        #expect(try machine.log() == ["demo --once --json"])
    }

    @Test func helpNamesEveryTarget() throws {
        let result = try Command.run("/usr/bin/env", ["make"], in: Repository.root)
        #expect(result.status == 0)
        for target in ["demo", "test", "lint", "format", "bench", "fuzz", "simulate", "simulate-many", "clean"] {
            #expect(result.standardOutput.contains("make \(target) "))
        }
    }

    /// Beside thousands of open files, Foundation's `Process.run` may crash: see the Makefile.
    @Test func suitesThatStartProcessesRunByThemselves() throws {
        let result = try Command.run(
            "/usr/bin/env",
            ["make", "--silent", "--eval=timed: ; @echo '$(TIMED_TESTS)'", "timed"],
            in: Repository.root
        )
        let timed = Set(result.standardOutput.split { $0 == "|" || $0.isNewline })
        let starting = Repository.sources(in: ["Tests"]).filter { source in
            ["= Process()", "ChildProcess(", "import LocalConsortium"].contains { !source.occurrences(of: $0).isEmpty }
        }
        #expect(starting.contains { $0.path.hasSuffix("/Command.swift") })
        for source in starting {
            let target = source.path.split(separator: "/")[1]
            #expect(timed.contains(target), "\(source.path) starts processes: \(target) belongs to TIMED_TESTS")
        }
    }

    @Test func theBuildMachinesLastLineHasTheRunnersCounts() throws {
        let run = "echo '✔ Test run with 12 tests in 3 suites passed after 0.1 seconds.'"
        let python = "echo 'Python checks: 2 passed, 0 failed.'"
        let alone = try machine(make: run)
        #expect(try alone.run("/bin/bash", [".ci/run"]).standardOutput.hasSuffix("\nci: 12 tests passed\n"))
        let both = try machine(make: "\(run)\n\(python)").run("/bin/bash", [".ci/run"])
        #expect(both.status == 0)
        #expect(
            both.standardOutput.hasSuffix("\nci: 12 tests passed; Python checks: 2 passed, 0 failed\n")
        )
    }

    @Test(arguments: ["true", "echo 'Test run with 0 tests in 0 suites passed after 0.1 seconds.'"])
    func aBuildMachineThatRanNoTestFails(make: String) throws {
        let result = try machine(make: make).run("/bin/bash", [".ci/run"])
        #expect(result.status == 1)
        #expect(result.standardError.contains("no test ran"))
        #expect(!result.standardOutput.contains("ci:"))
    }

    @Test func aBuildMachineWhoseTestsFailFails() throws {
        let make = "echo 'Test run with 3 tests in 1 suite failed after 0.1 seconds with 1 issue.'; exit 2"
        let result = try machine(make: make).run("/bin/bash", [".ci/run"])
        #expect(result.status == 2)
        #expect(!result.standardOutput.contains("ci:"))
    }
}
