import Foundation
import LedgerTestKit
import Licences
import LocalConsortium
import Testing

extension IntegrationTests {
    /// Tables as they come: `zhenglian licence import` names what is wrong, and takes what is right.
    @Suite("Tables that are imported")
    struct LicenceImportTests {
        private struct Report: Decodable {
            struct Row: Decodable {
                let line: Int
                let reason: String
            }

            let issued: Int
            let unchanged: Int
            let confirmedBefore: Int
            let refused: [Row]
            let refusedFile: String?
        }

        private struct Failure: Decodable {
            struct Error: Decodable {
                let message: String
            }

            let error: Error
        }

        private static let gb18030 = String.Encoding(rawValue: 0x8000_0632)

        /// The header and licences of the demonstration that have no file.
        private func lines(_ count: Int) throws -> [String] {
            let text = try String(contentsOf: LicenceUseRun.demonstration, encoding: .utf8)
            let all = text.split(separator: "\n").map(String.init)
            return [all[0]] + all.dropFirst().filter { $0.hasSuffix(",") }.prefix(count)
        }

        private func bytes(_ lines: some Sequence<String>, _ encoding: String.Encoding = .utf8) throws -> [UInt8] {
            [UInt8](try #require(lines.map { "\($0)\r\n" }.joined().data(using: encoding)))
        }

        private func bring(_ table: [UInt8], named name: String, _ run: LocalRun) async throws -> Executable.Result {
            let path = "\(run.folder.path)/\(name)"
            try Data(table).write(to: URL(fileURLWithPath: path))
            return try await run.executable.run(
                ["licence", "import", path, "--json"]
                    + run.consortium.clientOptions(as: run.departments[0], at: run.departments[0]),
                limit: .seconds(90))
        }

        private func report(_ result: Executable.Result, status: Int32) throws -> Report {
            try #require(result.status == status, "\(result.output) \(result.errors)")
            return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        }

        @Test(.timeLimit(.minutes(3)))
        func encodingsAreOneTableAndNeverTwo() async throws {
            try await LocalRun.with(departments: 1) { run in
                try await run.nodes.startAll()
                let lines = try lines(6)
                let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
                // Refused whole, before anything is on the ledger, and with the line.
                let (head, rest) = (lines[...3], lines[4...])
                let mixtures = [
                    try bytes(head) + bytes(rest, Self.gb18030), try mark + bytes(head) + bytes(rest, Self.gb18030),
                    try bytes(head, Self.gb18030) + bytes(rest), try bytes(head, Self.gb18030) + mark + bytes(rest),
                ]
                for (number, mixture) in mixtures.enumerated() {
                    let result = try await bring(mixture, named: "mixed-\(number).csv", run)
                    #expect(result.status == 2, "\(number): \(result.output)")
                    let failure = try JSONDecoder().decode(Failure.self, from: Data(result.output.utf8))
                    #expect(failure.error.message.contains("line 5"), "\(number): \(failure.error.message)")
                }
                let chinese = try report(try await bring(bytes(lines, Self.gb18030), named: "a.csv", run), status: 0)
                #expect(chinese.issued == 6 && chinese.refused.isEmpty)
                for (number, same) in [try bytes(lines), try mark + bytes(lines)].enumerated() {
                    let again = try report(try await bring(same, named: "again-\(number).csv", run), status: 0)
                    #expect(again.unchanged == 6 && again.issued == 0)
                }
                // Two files with byte order marks pasted together: the second mark breaks its own row.
                let pasted = try report(
                    try await bring(mark + bytes(head) + mark + bytes(rest), named: "pasted.csv", run), status: 1)
                #expect(pasted.refused.map(\.line) == [5])
                #expect(pasted.unchanged == 5)
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func duplicatesGapsAndWrongCodesAreNamedAndTheRestIsTaken() async throws {
            try await LocalRun.with(departments: 1) { run in
                try await run.nodes.startAll()
                let lines = try lines(8)
                var table = lines
                table[2] = table[1]
                table[3] = gap(in: table[3], column: .holderName)
                table[4] = gap(in: table[4], column: .issuedOn)
                table[5] = table[5].replacingOccurrences(of: "1.2.156.3005.2.", with: "1.2.840.3005.2.")
                table[6] = ""
                let first = try report(try await bring(bytes(table), named: "table.csv", run), status: 1)
                #expect(first.issued == 3)
                #expect(first.refused.map(\.line) == [3, 4, 5, 6])
                #expect(first.refused.first?.reason.contains("line 2") == true, "\(first.refused)")
                #expect(first.refused.allSatisfy { !$0.reason.isEmpty })
                // What was refused stands in a file of its own; what is corrected is taken, whatever was there before.
                let kept = try String(contentsOfFile: try #require(first.refusedFile), encoding: .utf8)
                #expect(kept.contains(table[3]) && kept.contains(table[5]))
                let second = try report(try await bring(bytes(lines), named: "table.csv", run), status: 0)
                #expect(second.issued == 5 && second.unchanged == 3)
            }
        }

        /// `kill -9` of the command at instants that nobody has chosen, until it is through. `ZHENGLIAN_TEST_KILLS`
        /// says how often, `ZHENGLIAN_TEST_SEED` which instants.
        @Test(.timeLimit(.minutes(5)))
        func anImportThatIsKilledGoesOnFromItsProgress() async throws {
            let environment = ProcessInfo.processInfo.environment
            let seed = environment["ZHENGLIAN_TEST_SEED"].flatMap(UInt64.init) ?? 7
            let kills = environment["ZHENGLIAN_TEST_KILLS"].flatMap(Int.init) ?? 3
            var generator = SeededGenerator(seed: seed)
            try await LocalRun.with(departments: 1) { run in
                try await run.nodes.startAll()
                let count = 400
                let path = "\(run.folder.path)/long.csv"
                try Data(bytes(lines(count))).write(to: URL(fileURLWithPath: path))
                let words =
                    ["licence", "import", path, "--batch", "2", "--concurrency", "1", "--json"]
                    + run.consortium.clientOptions(as: run.departments[0], at: run.departments[0])
                let clock = ContinuousClock()
                var confirmed = 0
                for kill in 1...kills {
                    let child = try run.executable.start(words, log: "\(run.folder.path)/import.log")
                    let deadline = clock.now.advanced(by: .seconds(30))
                    // Not before something was kept that this run has added to.
                    while try confirmedCount(path) <= confirmed, child.ending == nil, clock.now < deadline {
                        try await clock.sleep(for: .milliseconds(5))
                    }
                    try await clock.sleep(for: .milliseconds(Int64.random(in: 0...60, using: &generator)))
                    child.send(signal: SIGKILL)
                    #expect(await child.waitForEnd() != .exited(0), "seed \(seed), kill \(kill): it was through before")
                    confirmed = try confirmedCount(path)
                }
                let last = try report(try await run.executable.run(words, limit: .seconds(120)), status: 0)
                #expect(last.confirmedBefore == confirmed && confirmed > 0, "seed \(seed)")
                #expect(last.issued + last.unchanged + last.confirmedBefore == count && last.refused.isEmpty)
                // A transaction or two were under way at each kill; everything else was not asked about again.
                #expect(last.unchanged <= 8, "seed \(seed)")
                #expect(!FileManager.default.fileExists(atPath: "\(path).import"))
                let again = try report(try await run.executable.run(words, limit: .seconds(120)), status: 0)
                #expect(again.unchanged == count && again.issued == 0 && again.confirmedBefore == 0)
            }
        }

        private struct Progress: Decodable {
            let lines: [[Int]]
        }

        /// How many rows the progress of a table names.
        private func confirmedCount(_ table: String) throws -> Int {
            guard let data = FileManager.default.contents(atPath: "\(table).import") else { return 0 }
            let parts = data.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
            let progress = try JSONDecoder().decode(Progress.self, from: try #require(parts.last))
            return progress.lines.reduce(0) { $0 + $1[1] - $1[0] + 1 }
        }

        private func gap(in line: String, column: LicenceColumn) -> String {
            var values = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            if let position = LicenceColumn.allCases.firstIndex(of: column) { values[position] = "" }
            return values.joined(separator: ",")
        }
    }
}
