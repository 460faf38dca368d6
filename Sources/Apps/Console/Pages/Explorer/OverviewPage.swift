import Formats
import Identity
import Ledger
import Nodes

/// The chain at a glance.
enum OverviewPage {
    struct Model: Sendable {
        let height: String
        let head: String
        let headTime: String
        let stateRoot: String
        let epoch: String
        let quorum: Int
        let validatorCount: Int
        let tolerated: Int
        let channel: String
        let suite: String
        let recentBlocks: String
        let recentTransactions: String
        let recentRejected: String
        let interval: String
        let blocks: [BlockRow]
        let transactions: [TransactionRow]
    }

    /// Blocks that the sums are over: what a bounded question reads.
    static let span: UInt64 = 1_000

    static func page(_ request: PageRequest) async throws -> Page {
        let status = try await request.services.ledger.status()
        let members = try await EpochMembersReader(request.services).members(of: status.epoch)
        let sums = try await request.ask(
            """
            SELECT count(*), coalesce(sum(transaction_count), 0), coalesce(sum(rejected_count), 0), min(time), max(time)
            FROM blocks WHERE height > (SELECT max(height) FROM blocks) - ?
            """, [.integer(Int64(span))], count: 1)
        let blocks = try await BlocksPage.rows(request, before: nil, count: 12)
        let transactions = try await TransactionRow.newest(request, count: 12)
        let row = sums.rows.first
        let count = row?.count(0) ?? 0
        let interval = row.flatMap { row in
            row.time(3).flatMap { first in row.time(4).map { $0.since(first) } }
        }.map { count > 1 ? $0 / (count - 1) : .zero }
        let model = Model(
            height: Told.number(status.height.rawValue), head: status.head.description,
            headTime: Told.time(status.headTime), stateRoot: status.stateRoot.description,
            epoch: Told.number(status.epoch.rawValue), quorum: members.quorum,
            validatorCount: members.validators.count, tolerated: members.validators.count - members.quorum,
            channel: status.channel.rawValue, suite: request.services.genesis.document.suite.rawValue,
            recentBlocks: Told.number(count), recentTransactions: Told.number(row?.count(1) ?? 0),
            recentRejected: Told.number(row?.count(2) ?? 0),
            interval: interval.map { request.tell(Told.duration($0)) } ?? "–",
            blocks: blocks.rows, transactions: transactions)
        return Page(Words.overview, model, asOf: blocks.asOf, isLive: true)
    }
}

/// A block as a row of a table.
struct BlockRow: Sendable {
    let height: String
    let heightText: String
    let time: String
    let clock: String
    let digest: String
    let epoch: String
    let view: String
    let proposer: String
    let transactionCount: String
    let rejectedCount: String
    let hasRejected: Bool

    static let columns = "height, time, digest, epoch, view, proposer, transaction_count, rejected_count"

    init(_ row: Answer.Row) {
        let time = row.time(1) ?? Timestamp(milliseconds: 0)
        height = String(row.count(0))
        heightText = Told.number(row.count(0))
        (self.time, clock) = (Told.time(time), Told.clock(time))
        digest = row.digest(2).map { Told.short($0) } ?? ""
        (epoch, view) = (Told.number(row.count(3)), Told.number(row.count(4)))
        proposer = row.text(5) ?? ""
        (transactionCount, rejectedCount) = (Told.number(row.count(6)), Told.number(row.count(7)))
        hasRejected = row.count(7) > 0
    }
}

/// A transaction as a row of a table.
struct TransactionRow: Sendable {
    let identifier: String
    let short: String
    let height: String
    let heightText: String
    let clock: String
    let submitter: String
    let calls: [String]
    let status: String
    let isRejected: Bool
    /// Why it was rejected, in words, and the code for machines.
    let refusal: String?
    let refusalCode: String?

    init(_ row: Answer.Row, _ language: ConsoleLanguage) {
        let identifier = row.digest(0)?.description ?? ""
        (self.identifier, short) = (identifier, Told.short(identifier))
        (height, heightText) = (String(row.count(1)), Told.number(row.count(1)))
        clock = row.time(2).map { Told.time($0) } ?? ""
        submitter = row.text(3) ?? "–"
        calls = (row.text(4) ?? "").split { $0 == " " || $0 == "," }.map { name in
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            return parts.count == 2 ? Vocabulary.call(parts[0], parts[1]).text(in: language) : String(name)
        }
        status = Vocabulary.word(row.text(5) ?? "").text(in: language)
        isRejected = row.text(5) == "rejected"
        refusalCode = row.text(6)
        refusal = row.text(6).map { RefusalText($0, message: nil).says.text(in: language) }
    }

    static let columns = """
        transactions.identifier, transactions.height, transactions.time, transactions.submitter, transactions.methods,
        transactions.status, (SELECT error FROM outcomes WHERE outcomes.height = transactions.height
            AND outcomes.position = transactions.position), transactions.position
        """

    static func newest(_ request: PageRequest, count: Int) async throws -> [TransactionRow] {
        try await request.ask(
            "SELECT \(columns) FROM transactions ORDER BY height DESC, position DESC LIMIT ?", [.integer(Int64(count))],
            count: count
        ).rows.map { TransactionRow($0, request.language) }
    }
}
