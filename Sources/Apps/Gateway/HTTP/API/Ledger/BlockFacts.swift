import Formats
import Identity
import Ledger
import Nodes

/// A block with who proposed it, who has signed that it is final, and its transactions.
struct BlockFacts: Encodable, Sendable {
    struct Entry: Encodable, Sendable {
        let transaction: TransactionIdentifier
        let methods: [String]
        /// `applied` or `rejected`; nothing where the node does not keep it any more.
        let status: String?
    }

    let height: Height
    let digest: Digest
    let parent: Digest
    let time: String
    let epoch: Epoch
    let view: View
    let proposer: String?
    let transactionsRoot: Digest
    /// The results that the header states are of this height.
    let executedHeight: Height
    let stateRoot: Digest
    let journalRoot: Digest
    /// Who has signed that this very block is final; empty where a later block's signatures stand for it.
    let signers: [String]
    let transactions: [Entry]

    /// - Returns: `nil` where the node has no such block.
    init?(at height: Height, of services: GatewayServices) async throws {
        guard let block = try await services.inspection.block(at: height) else { return nil }
        let header = block.header
        let validators = try await services.inspection.validators(of: header.epoch)
        self.height = header.height
        digest = header.digest(suite: services.suite)
        parent = header.parent
        time = header.timestamp.description
        epoch = header.epoch
        view = header.view
        proposer = validators?[header.proposer]?.member.description
        transactionsRoot = header.transactionsRoot
        executedHeight = header.executed.height
        stateRoot = header.executed.stateRoot
        journalRoot = header.executed.journalRoot
        let finalization = try await services.inspection.finalization(at: height)
        signers = (finalization?.signers ?? []).compactMap { validators?[$0]?.member.description }
        var entries: [Entry] = []
        for (index, transaction) in block.transactions.enumerated() {
            var methods: [String] = []
            for call in transaction.body.calls {
                let method = "\(call.contract).\(call.method)"
                if !methods.contains(method) { methods.append(method) }
            }
            entries.append(
                Entry(
                    transaction: transaction.identifier(suite: services.suite), methods: methods,
                    status: try await services.inspection.outcome(at: height, index: index)?.word))
        }
        transactions = entries
    }

    static let schema = Schema.object(
        .required("height", .height), .required("digest", .digest), .required("parent", .digest),
        .required("time", .time), .required("epoch", .integer()), .required("view", .integer()),
        .optional("proposer", .text()), .required("transactionsRoot", .digest), .required("executedHeight", .height),
        .required("stateRoot", .digest), .required("journalRoot", .digest),
        .required(
            "signers",
            Schema.array(of: .text(), 0...100).described(
                "who has signed that this block is final; empty where a later block's signatures stand for it",
                "确认本区块最终性的签名者；为空时以后续区块的签名为准")),
        .required(
            "transactions",
            .array(
                of: .object(
                    .required("transaction", .digest), .required("methods", .array(of: .text())),
                    .optional("status", .choice(["applied", "rejected"]))), 0...100_000))
    ).named("Block").described("a block", "区块")
}

extension Outcome {
    /// What became of the transaction, in a word.
    var word: String { if case .rejected = status { "rejected" } else { "applied" } }
}
