import ArgumentParser
import Formats
import Identity
import LoadGeneration
import Nodes

struct LoadCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measure a consortium: many clients at once, each handing in the next when the last one took effect.",
        discussion: """
            A record is the evidence of one licence: one call 'evidence issue' with the digests of its file, fields and
            seal, checked and kept by every node like any other. The licences are made up and valid, their serial
            numbers begin with LOAD, and they stay on the ledger: measure a consortium that is there to be measured. The
            identity's department has to have an issuer code. Clients are spread over all the nodes that are given. A
            transaction's time runs from handing in to its outcome: final and executed.

            Example: zhenglian load --clients 64 --seconds 30 --batch 10 --genesis genesis.der --identity clients/market
            """
    )

    /// More would measure this program.
    private static let maximumClientCount = 4_096

    @Option(help: "Clients at the same time, 1 to 4096.")
    var clients = 1

    @Option(help: "Seconds, 1 to 86400.")
    var seconds = 10

    @Option(
        help: ArgumentHelp(
            "Transactions each second, 1 to 1000000, however long each takes; --clients bounds those under way.",
            discussion: "Otherwise each client hands in the next when the last one took effect."
        )
    )
    var rate: Int?

    @Option(help: "Records in each transaction, 1 to 1000; the channel bounds a transaction's bytes.")
    var batch = 1

    @Option(help: "Bytes of each record as the ledger keeps it.")
    var size = 300

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...Self.maximumClientCount).contains(clients) else {
            throw ValidationError("--clients is 1 to \(Self.maximumClientCount)")
        }
        guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds is 1 to 86400") }
        guard rate.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--rate is 1 to 1000000")
        }
        guard (1...TransactionBody.maximumCallCount).contains(batch) else {
            throw ValidationError("--batch is 1 to \(TransactionBody.maximumCallCount)")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClientOfEachNode { ledgers, identity in
            let department = identity.member.department
            // Milliseconds since 1970: no two measurements of a consortium begin in the same one.
            let run = UInt64(SystemWallClock().now.milliseconds)
            let records = try LoadRecords(
                genesis: ledgers[0].genesis, department: department, byteCount: size, run: run)
            let generator = try LoadGenerator(
                ledgers: ledgers, identity: identity, records: records, run: run,
                plan: LoadPlan(clientCount: clients, duration: .seconds(seconds), batchCount: batch, rate: rate))
            try await Submitter(client: ledgers[0], identity: identity).register()
            let before = try await Self.statuses(of: ledgers)
            console.note(
                Phrase(
                    "\(clients) clients at \(before.count) nodes for \(seconds) s",
                    "\(clients) 个客户端，\(before.count) 个节点，\(seconds) 秒"))
            let begin = SystemWallClock().now
            let measurement = try await generator.measure()
            let after = try await Self.statuses(of: ledgers)
            let report = LoadReport(
                plan: (clients, batch, rate, try records.byteCount(of: department)), measurement, since: begin,
                before: before, after: after)
            try console.present(report)
            if report.transactions == 0 { throw ExitStatus.unreachable.code }
        }
    }

    private static func statuses(of ledgers: [any LedgerClient]) async throws -> [NodeStatus] {
        var statuses: [NodeStatus] = []
        for ledger in ledgers { statuses.append(try await ledger.status()) }
        return statuses
    }
}
