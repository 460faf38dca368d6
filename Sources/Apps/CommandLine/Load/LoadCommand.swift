import ArgumentParser
import Formats
import Identity
import Licences
import LoadGeneration
import Nodes

struct LoadCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measure a consortium: many clients at once, each handing in the next when the last one took effect.",
        discussion: """
            A record is one licence: one call 'catalogue.issue', checked and kept by every node like any other. The
            licences are made up and valid, their serial numbers begin with LOAD, and they stay on the ledger: measure a
            consortium that is there to be measured. The identity's department has to have an issuer code. Clients are
            spread over all the nodes that are given. A transaction's time runs from handing in to its outcome: final
            and executed.

            With '--workload decisions' a record is a use of such a licence that the ledger decides: one call
            'usage.decide', by a statutory basis. The licences are issued, and the bases declared, before the
            measurement, with the identity of their owner. What is denied counts as an error.

            Examples: zhenglian load --clients 64 --seconds 30 --batch 10 --genesis genesis.der \\
                          --identity clients/market
                      zhenglian load --workload decisions --clients 64 --seconds 30 --owner clients/market \\
                          --genesis genesis.der --identity clients/tax
            """
    )

    /// More would measure this program.
    private static let maximumClientCount = 4_096
    /// Decisions that the ledger makes in one transaction.
    private static let maximumDecisionCount = Int(DecisionRules.maximumDecisionsPerTransaction)
    private static let usualSize = 300
    private static let usualLicenceCount = 5_000

    /// What is asked of the ledger.
    enum Workload: String, CaseIterable, ExpressibleByArgument, Encodable {
        case licences
        case decisions
    }

    @Option(help: "licences, which are issued, or decisions on uses of licences.")
    var workload = Workload.licences

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

    @Option(help: "The most transactions that are handed in, 1 to 1000000000; otherwise as many as the seconds let in.")
    var transactions: Int?

    @Option(help: "Records in each transaction, 1 to 1000, of decisions 16; the channel bounds a transaction's bytes.")
    var batch = 1

    @Option(help: "Bytes of each licence as the ledger keeps it; by default 300.")
    var size: Int?

    @Option(help: "With decisions: the directory with the identity of the department whose licences are used.")
    var owner: String?

    @Option(
        help: ArgumentHelp(
            "With decisions: how many licences are used, 1 to 1000000; by default 5000.",
            discussion: "The ledger allows 30 decisions a minute on one holder's licences, and 20000 a day on a kind."
        )
    )
    var licences: Int?

    @Flag(
        help: "With decisions: the licences have no holders on the ledger, so that no holder's rate bounds their uses.")
    var withoutHolders = false

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
        guard transactions.map({ (1...1_000_000_000).contains($0) }) ?? true else {
            throw ValidationError("--transactions is 1 to 1000000000")
        }
        let most = workload == .licences ? TransactionBody.maximumCallCount : Self.maximumDecisionCount
        guard (1...most).contains(batch) else { throw ValidationError("--batch is 1 to \(most)") }
        switch workload {
        case .licences:
            guard owner == nil, licences == nil, !withoutHolders else {
                throw ValidationError("--owner, --licences and --without-holders go with --workload decisions")
            }
        case .decisions:
            guard owner != nil, size == nil else {
                throw ValidationError("--workload decisions goes with --owner and without --size")
            }
            guard licences.map({ LoadDecisions.Stock.counts.contains($0) }) ?? true else {
                throw ValidationError("--licences is 1 to \(LoadDecisions.Stock.counts.upperBound)")
            }
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClientOfEachNode { ledgers, identity in
            // Milliseconds since 1970: no two measurements of a consortium begin in the same one.
            let run = UInt64(SystemWallClock().now.milliseconds)
            try await Submitter(client: ledgers[0], identity: identity).register()
            let (load, recordBytes) = try await prepare(ledgers[0], identity, run: run, console)
            let generator = try LoadGenerator(
                ledgers: ledgers, identity: identity, workload: load, run: run,
                plan: LoadPlan(
                    clientCount: clients, duration: .seconds(seconds), batchCount: batch, rate: rate,
                    transactionCount: transactions))
            let before = try await Self.statuses(of: ledgers)
            console.note(
                Phrase(
                    "\(clients) clients at \(before.count) nodes for \(seconds) s",
                    "\(clients) 个客户端，\(before.count) 个节点，\(seconds) 秒"))
            let begin = SystemWallClock().now
            let measurement = try await generator.measure()
            let after = try await Self.statuses(of: ledgers)
            let report = LoadReport(
                plan: LoadReport.Plan(
                    workload: workload, clients: clients, batch: batch, rate: rate, recordBytes: recordBytes),
                measurement, since: begin, before: before, after: after)
            try console.present(report)
            if report.transactions == 0 { throw ExitStatus.unreachable.code }
        }
    }

    /// What is asked of the ledger, once what it takes is there; and the bytes of each record, where they are known.
    private func prepare(
        _ ledger: any LedgerClient, _ identity: MemberIdentity, run: UInt64, _ console: Console
    ) async throws -> (any LoadWorkload, Int?) {
        guard workload == .decisions, let owner else {
            let department = identity.member.department
            let records = try LoadRecords(
                genesis: ledger.genesis, department: department, byteCount: size ?? Self.usualSize, run: run)
            return (records, try records.byteCount(of: department))
        }
        let issuer = try IdentityDirectory(owner).loadAll(suite: ledger.genesis.suite).ledger
        let stock = LoadDecisions.Stock(count: licences ?? Self.usualLicenceCount, hasHolders: !withoutHolders)
        let now = SystemWallClock().now
        // The ledger's time may be behind this machine's, or before it.
        let period = now.advanced(by: .seconds(-86_400))...now.advanced(by: .seconds(2 * 86_400))
        let decisions = try await LoadDecisions(
            issuing: stock, by: Submitter(client: ledger, identity: issuer), for: identity, run: run, period: period)
        return (decisions, nil)
    }

    private static func statuses(of ledgers: [any LedgerClient]) async throws -> [NodeStatus] {
        var statuses: [NodeStatus] = []
        for ledger in ledgers { statuses.append(try await ledger.status()) }
        return statuses
    }
}
