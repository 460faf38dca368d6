import Formats
import Identity
import Ledger
import Nodes

/// The chain, and how far the node has come.
struct LedgerHead: Encodable, Sendable {
    let consortium: String
    let channel: String
    let genesis: Digest
    let suite: String
    let node: String
    let height: Height
    let head: Digest
    let time: String
    let stateRoot: Digest
    let epoch: Epoch
    let pendingTransactions: Int
    /// The first block that the node keeps; nothing before the first.
    let firstKeptHeight: Height?
    let version: String

    init(_ status: NodeStatus, genesis document: Genesis, firstKept: Height?) {
        consortium = document.document.consortium.rawValue
        channel = status.channel.rawValue
        genesis = document.digest
        suite = document.suite.identifier.rawValue
        node = status.member.description
        height = status.height
        head = status.head
        time = status.headTime.description
        stateRoot = status.stateRoot
        epoch = status.epoch
        pendingTransactions = status.pendingTransactions
        firstKeptHeight = firstKept
        version = status.version
    }

    static let schema = Schema.object(
        .required("consortium", .text()), .required("channel", .text()), .required("genesis", .digest),
        .required("suite", .choice(["p256", "sm"])), .required("node", .text()), .required("height", .height),
        .required("head", .digest), .required("time", .time), .required("stateRoot", .digest),
        .required("epoch", .integer()), .required("pendingTransactions", .integer()),
        .optional("firstKeptHeight", .height), .required("version", .text())
    ).named("Ledger").described("the chain and its head", "账本及其链头")
}

/// A block in a list.
struct BlockEntry: Encodable, Sendable {
    let height: Height
    let time: String
    let digest: Digest
    let epoch: Int64
    let view: Int64
    let proposer: String
    let transactionCount: Int64
    let rejectedCount: Int64

    static let query = """
        SELECT height, time, digest, epoch, view, proposer, transaction_count, rejected_count
        FROM blocks WHERE height < ? ORDER BY height DESC LIMIT ?
        """

    init(_ row: [SQLValue]) throws {
        var row = SQLRow(row)
        height = try row.height()
        time = try row.time()
        digest = try row.digest()
        epoch = try row.integer()
        view = try row.integer()
        proposer = try row.text()
        transactionCount = try row.integer()
        rejectedCount = try row.integer()
    }

    static let schema = Schema.object(
        .required("height", .height), .required("time", .time), .required("digest", .digest),
        .required("epoch", .integer()), .required("view", .integer()), .required("proposer", .text()),
        .required("transactionCount", .integer()), .required("rejectedCount", .integer())
    ).named("BlockEntry").described("a block in a list", "区块列表项")
}

/// A transaction in a list.
struct TransactionEntry: Encodable, Sendable {
    let height: Height
    let position: Int64
    let time: String
    let transaction: Digest
    let submitter: String?
    let department: String?
    let methods: String
    let callCount: Int64
    let status: String

    static let query = """
        SELECT height, position, time, identifier, submitter, department, methods, call_count, status
        FROM transactions
        WHERE height < ?1 AND (?2 IS NULL OR department = ?2) AND (?3 IS NULL OR status = ?3)
        ORDER BY height DESC, position DESC LIMIT ?4
        """

    init(_ row: [SQLValue]) throws {
        var row = SQLRow(row)
        height = try row.height()
        position = try row.integer()
        time = try row.time()
        transaction = try row.digest()
        submitter = row.optionalText()
        department = row.optionalText()
        methods = try row.text()
        callCount = try row.integer()
        status = try row.text()
    }

    static let schema = Schema.object(
        .required("height", .height), .required("position", .integer()), .required("time", .time),
        .required("transaction", .digest), .optional("submitter", .text()), .optional("department", .text()),
        .required("methods", .text()), .required("callCount", .integer()),
        .required("status", .choice(["applied", "rejected"]))
    ).named("TransactionEntry").described("a transaction in a list", "交易列表项")
}

/// A row of the read model, column by column.
struct SQLRow {
    private let values: [SQLValue]
    private var index = 0

    init(_ values: [SQLValue]) { self.values = values }

    private static let wrong = LedgerError(.corrupted, "the read model has a row of another shape")

    private mutating func next() throws(LedgerError) -> SQLValue {
        guard index < values.count else { throw Self.wrong }
        defer { index += 1 }
        return values[index]
    }

    mutating func integer() throws(LedgerError) -> Int64 {
        guard case .integer(let value) = try next() else { throw Self.wrong }
        return value
    }

    mutating func optionalInteger() -> Int64? { if case .integer(let value)? = try? next() { value } else { nil } }

    mutating func text() throws(LedgerError) -> String {
        guard case .text(let value) = try next() else { throw Self.wrong }
        return value
    }

    mutating func optionalText() -> String? { if case .text(let value)? = try? next() { value } else { nil } }

    mutating func height() throws(LedgerError) -> Height { Height(rawValue: UInt64(max(0, try integer()))) }

    mutating func time() throws(LedgerError) -> String { Timestamp(milliseconds: try integer()).description }

    mutating func digest() throws(LedgerError) -> Digest {
        guard case .blob(let bytes) = try next(), let digest = Digest(bytes) else { throw Self.wrong }
        return digest
    }
}
