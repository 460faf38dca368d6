import Testing

/// `scripts/prepare` on machines that lack things, each made of a folder of small programs that is the whole PATH.
@Suite("scripts/prepare", .serialized)
struct PrepareTests {
    @Test func aMachineWithoutSwiftIsToldSoInOneLine() throws {
        let result = try Machine(programs: [:]).prepare()
        #expect(result.status == 1)
        #expect(result.standardOutput.isEmpty)
        #expect(
            result.errorLines == [
                "zhenglian: Swift 6.2 or later is needed, and there is no 'swift' on the PATH: "
                    + "install it from https://www.swift.org/install"
            ]
        )
    }

    @Test(arguments: ["6.1.3", "6.1", "5.10.1", "6"])
    func anOldSwiftIsRefusedInOneLineThatNamesIt(version: String) throws {
        let result = try Machine(programs: ["swift": Machine.swift(version)]).prepare()
        #expect(result.status == 1)
        #expect(result.standardOutput.isEmpty)
        #expect(
            result.errorLines == [
                "zhenglian: Swift 6.2 or later is needed, and 'swift' is \(version): "
                    + "install a newer one from https://www.swift.org/install"
            ]
        )
    }

    @Test(arguments: ["6.2", "6.2.1", "6.3.1", "6.10", "7.0", "6.4-dev"])
    func aNewEnoughSwiftPassesInSilence(version: String) throws {
        let machine = try Machine(programs: ["swift": Machine.swift(version)], headers: Machine.allHeaders)
        let result = try machine.prepare()
        #expect(result.status == 0)
        #expect(result.standardOutput.isEmpty)
        #expect(result.standardError.isEmpty)
    }

    @Test(arguments: ["echo 'command not found'", "exit 127", "echo 'Swift version unknown'"])
    func anAnswerWithoutAVersionIsRefusedInOneLine(program: String) throws {
        let result = try Machine(programs: ["swift": program]).prepare()
        #expect(result.status == 1)
        #expect(result.errorLines.count == 1)
        #expect(result.standardError.contains("names none"))
    }

    @Test func whoeverIsNotRootIsToldWhatToInstallInOneLine() throws {
        let machine = try Machine(
            programs: ["swift": Machine.swift("6.3"), "id": "echo 1000", "apt-get": "exit 0", "sudo": "exit 1"],
            headers: ["sqlite3.h"]
        )
        let result = try machine.prepare()
        #expect(result.status == 1)
        #expect(result.errorLines.count == 1)
        #expect(result.standardError.contains("'sudo apt-get install libssl-dev'"))
    }

    @Test func aMachineWithoutAptIsToldWhatToInstallInOneLine() throws {
        let result = try Machine(programs: ["swift": Machine.swift("6.3"), "id": "echo 0"]).prepare()
        #expect(result.status == 1)
        #expect(result.errorLines.count == 1)
        #expect(result.standardError.contains("install libsqlite3-dev libssl-dev with"))
    }

    @Test func aMacWithoutOpenSSLIsToldWhatToInstallInOneLine() throws {
        let programs = ["swift": Machine.swift("6.3"), "uname": "echo Darwin"]
        let result = try Machine(programs: programs, headers: ["sqlite3.h"]).prepare()
        #expect(result.status == 1)
        #expect(result.errorLines.count == 1)
        #expect(result.standardError.contains("'brew install openssl@3'"))
        #expect(try Machine(programs: programs, headers: ["openssl/evp.h"]).prepare().status == 0)
    }

    @Test func rootInstallsWhatIsMissing() throws {
        let machine = try Machine(
            programs: ["swift": Machine.swift("6.3"), "id": "echo 0", "apt-get": "echo \"$@\" >> \"$LOG\""],
            headers: ["openssl/evp.h"]
        )
        let result = try machine.prepare()
        #expect(result.status == 0)
        #expect(result.standardOutput.isEmpty)
        #expect(try machine.log() == ["install --yes --no-install-recommends libsqlite3-dev"])
    }

    @Test func theListsOfPackagesAreUpdatedOnceWhereInstallingFails() throws {
        // Installs only after an update, as in a fresh container.
        let apt = """
            echo "$1" >> "$LOG"
            case $1 in update) exit 0 ;; esac
            while read -r line; do case $line in update) exit 0 ;; esac; done < "$LOG"
            exit 100
            """
        let machine = try Machine(programs: ["swift": Machine.swift("6.3"), "id": "echo 0", "apt-get": apt])
        #expect(try machine.prepare().status == 0)
        #expect(try machine.log() == ["install", "update", "install"])
    }

    @Test func anAptThatNeverSucceedsEndsTheTry() throws {
        let apt = "echo \"$1\" >> \"$LOG\"; echo 'E: no network' >&2; exit 100"
        let machine = try Machine(programs: ["swift": Machine.swift("6.3"), "id": "echo 0", "apt-get": apt])
        let result = try machine.prepare()
        #expect(result.status == 1)
        #expect(result.standardOutput.isEmpty)
        #expect(result.standardError.contains("apt-get could not install libsqlite3-dev libssl-dev"))
        #expect(try machine.log() == ["install", "update"])
    }
}
