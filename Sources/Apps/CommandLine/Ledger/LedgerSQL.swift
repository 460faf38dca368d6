import ArgumentParser
import Ledger
import Licences
import Nodes

struct LedgerSQL: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Ask the read model (读模型) of a node's ledger, in SQL, also while the node runs.",
        discussion: """
            Reads only: whatever would write, attach or call out is refused. The tables are catalogue, licences,
            transactions, outcomes, blocks, members and read_model; docs/read-model.md describes them. Bytes are shown
            in hexadecimal and written as x'…', times are milliseconds since 1970.

            Examples: zhenglian ledger sql --data nodes/market/data \\
                          "SELECT status, count(*) FROM licences GROUP BY status"
                      zhenglian ledger sql --data nodes/market/data --csv --rows 100000 \\
                          "SELECT identifier, status FROM catalogue WHERE changed_height > 1200"
            """
    )

    @Argument(help: "One SELECT.")
    var statement: String

    @Option(help: "The node's data directory, as its configuration names it.")
    var data: String

    @Option(help: "Most rows, 1 to 1000000.")
    var rows = 1_000

    @Option(help: "Most seconds, 1 to 600.")
    var seconds = 10

    @Flag(help: "Rows as CSV (RFC 4180) instead of a table.")
    var csv = false

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...1_000_000).contains(rows) else { throw ValidationError("--rows is 1 to 1000000") }
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds is 1 to 600") }
        guard !(csv && options.json) else { throw ValidationError("give either --csv or --json") }
    }

    func run(_ console: Console) async throws {
        var limits = SQLLimits()
        limits.rowCount = rows
        // What a person or a pipe takes in at once; rows are the limit that is meant to be met.
        limits.byteCount = 256 << 20
        limits.duration = .seconds(seconds)
        let answer = try await ReadModelFile(dataPath: data).ask(statement, limits: limits)
        if csv {
            let lines = [answer.columns] + answer.rows.map { $0.map { SQLReport.Cell($0).text } }
            for line in lines { Terminal.standardOutput(CSVLine.text(of: line)) }
            for phrase in SQLReport.remarks(on: answer) { console.note(phrase) }
        } else {
            try console.present(SQLReport(answer))
        }
    }
}
