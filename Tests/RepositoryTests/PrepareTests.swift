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

    /// A machine with all headers on which everything can be done and every step writes into the log.
    private func machine(_ programs: [String: String]) throws -> Machine {
        // Its environment has everything once pip has run; before, nothing has anything.
        let environment = """
            case $2 in pip) echo "$@" >> "$LOG" ;; *) exit 0 ;; esac
            """
        let python = """
            case $1 in
            -c) case $2 in *playwright*) exit 1 ;; esac ;;
            -m) while [ $# -gt 1 ]; do shift; done; /bin/mkdir -p "$1/bin"
                printf '#!/bin/sh\n%s\n' '\(environment)' > "$1/bin/python3"; /bin/chmod 755 "$1/bin/python3" ;;
            esac
            """
        let given = [
            "swift": Machine.swift("6.3"), "id": "echo 0", "apt-get": "echo \"$@\" >> \"$LOG\"", "python3": python,
            "dirname": "echo \"${1%/*}\"", "mkdir": "/bin/mkdir \"$@\"",
        ]
        return try Machine(programs: programs.merging(given) { own, _ in own }, headers: Machine.allHeaders)
    }

    private static let secondOpinions = ["openssl": "", "zbarimg": "", "qrencode": ""]

    @Test func theBrowserItsFontAndOtherOpinionsAreInstalledWhereTheyAreMissing() throws {
        let machine = try machine([:])
        let result = try machine.preparePython()
        #expect(result.status == 0, "\(result.standardError)")
        #expect(result.standardOutput.isEmpty)
        let installed = try #require(try machine.log().first)
        #expect(installed.hasSuffix(" openssl chromium fonts-wqy-zenhei zbar-tools qrencode"))
        let pip = try #require(try machine.log().last)
        #expect(pip.hasPrefix("-m pip install --quiet --requirement "))
        #expect(pip.contains("Tests/Independent/requirements.txt") && pip.contains("Tests/Browser/requirements.txt"))
    }

    @Test(arguments: ["truetype/wqy/wqy-zenhei.ttc", "opentype/noto/NotoSansCJK-Regular.ttc"])
    func aBrowserOfAnyUsualNameAndAFontAreNotInstalledAgain(font: String) throws {
        for browser in ["chromium", "chromium-browser", "google-chrome"] {
            let machine = try machine(Self.secondOpinions.merging([browser: ""]) { own, _ in own })
            try machine.write("", to: "fonts/\(font)")
            #expect(try machine.preparePython().status == 0)
            #expect(try machine.log().count == 1, "only pip has run")
        }
    }

    @Test func whoeverIsNotRootIsToldOfTheBrowserInOneLine() throws {
        let machine = try machine(
            Self.secondOpinions.merging(["id": "echo 1000", "sudo": "exit 1"]) { own, _ in own })
        let result = try machine.preparePython()
        #expect(result.status == 1)
        #expect(result.standardOutput.isEmpty)
        #expect(result.errorLines.count == 1)
        #expect(result.standardError.contains("'sudo apt-get install chromium fonts-wqy-zenhei'"))
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
