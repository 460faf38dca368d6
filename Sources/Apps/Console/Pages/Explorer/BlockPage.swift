import Formats
import Identity
import Ledger
import Nodes

/// One block: its header, who has proposed it, who has signed, and what is in it.
enum BlockPage {
    struct Signer: Sendable {
        let member: String
        let hasSigned: Bool
        let isProposer: Bool
    }

    struct Model: Sendable {
        let height: String
        let digest: String
        let parent: String
        let parentHeight: String?
        let nextHeight: String?
        let time: String
        let epoch: String
        let view: String
        let proposer: String
        let transactionsRoot: String
        let executedHeight: String
        let stateRoot: String
        let journalRoot: String
        let byteCount: String
        let signers: [Signer]
        let signedCount: Int
        let quorum: Int
        /// Whether the signatures were checked for this page, and hold.
        let isChecked: Bool
        let isAncestor: Bool
        let transactions: [TransactionRow]
        let transactionCount: String
        let hasMoreTransactions: Bool
    }

    static func page(_ request: PageRequest) async throws -> Page {
        guard let number = UInt64(request.parameter("height")), (1...UInt64(Int64.max)).contains(number) else {
            throw ConsoleError.notFound(Phrase("a height is a number from 1 on", "高度是从 1 开始的数字"))
        }
        let height = Height(rawValue: number)
        let services = request.services
        guard let inspected = try await services.inspection.block(at: height) else {
            throw ConsoleError.notFound(
                Phrase("this node has no block at height \(Told.number(number))", "本节点没有高度 \(Told.number(number)) 的区块"))
        }
        let header = inspected.block.header
        let members = try await EpochMembersReader(services).members(of: header.epoch)
        let answer = try await request.ask(
            "SELECT \(TransactionRow.columns) FROM transactions WHERE height = ? ORDER BY position LIMIT ?",
            [.integer(Int64(number)), .integer(Int64(request.limits.rowCount) + 1)], count: request.limits.rowCount + 1)
        let head = services.heights.current
        let set = members.validatorSet
        let signed = Set(inspected.finalization?.signers ?? [])
        let model = Model(
            height: Told.number(number), digest: header.digest(suite: services.genesis.suite).description,
            parent: header.parent.description, parentHeight: number > 1 ? String(number - 1) : nil,
            nextHeight: height < head ? String(number + 1) : nil, time: Told.time(header.timestamp),
            epoch: Told.number(header.epoch.rawValue), view: Told.number(header.view.rawValue),
            proposer: set[header.proposer]?.member.description ?? "\(header.proposer)",
            transactionsRoot: header.transactionsRoot.description,
            executedHeight: Told.number(header.executed.height.rawValue),
            stateRoot: header.executed.stateRoot.description, journalRoot: header.executed.journalRoot.description,
            byteCount: Told.bytes(UInt64(inspected.block.derBytes.count)),
            signers: set.indices.map { index in
                Signer(
                    member: set[index]?.member.description ?? "", hasSigned: signed.contains(index),
                    isProposer: index == header.proposer)
            },
            signedCount: signed.count, quorum: set.quorum,
            isChecked: isSound(inspected, in: set, suite: services.genesis.suite),
            isAncestor: inspected.finalization == nil,
            transactions: answer.rows.prefix(request.limits.rowCount).map { TransactionRow($0, request.language) },
            transactionCount: Told.number(inspected.block.transactions.count),
            hasMoreTransactions: inspected.block.transactions.count > request.limits.rowCount)
        return Page(Words.block, model, subject: Told.number(number), asOf: answer.asOf)
    }

    /// Checks the signatures, so that the page says what was found and not what was stored.
    private static func isSound(_ inspected: InspectedBlock, in set: ValidatorSet, suite: any CryptoSuite) -> Bool {
        guard let finalization = inspected.finalization else { return false }
        let header = inspected.block.header
        let statement = VoteStatement.finalize(
            header.digest(suite: suite), in: finalization.statement.view, epoch: header.epoch, channel: header.channel)
        guard finalization.statement == statement else { return false }
        do throws(VerificationError) {
            try finalization.verify(in: set, suite: suite)
            return true
        } catch {
            return false
        }
    }
}
