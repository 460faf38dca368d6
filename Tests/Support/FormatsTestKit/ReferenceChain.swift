public import Formats
public import Identity

/// A chain of final blocks by the letter of the formats, without a ledger: real keys and signatures, states and
/// journals as lists, validators that change. Every header states the results of the block before.
public struct ReferenceChain: Sendable {
    public let consortium: ReferenceConsortium
    /// Every block so far, the first at height 1.
    public private(set) var blocks: [ReferenceBlock] = []
    /// Every epoch that has been named, by number.
    public private(set) var epochs: [ReferenceEpoch]

    private var state: ReferenceState

    /// Begins a chain.
    public init(_ consortium: ReferenceConsortium) {
        self.consortium = consortium
        epochs = [
            ReferenceEpoch(epoch: .zero, firstHeight: Height(rawValue: 1), validators: consortium.validators)
        ]
        state = ReferenceState(suite: consortium.suite)
    }

    var suite: any CryptoSuite { consortium.suite }

    /// The block at a height from 1 on.
    public subscript(height: UInt64) -> ReferenceBlock { blocks[Int(height) - 1] }

    /// The epoch that a height belongs to.
    public func epoch(at height: UInt64) -> ReferenceEpoch {
        epochs.last { $0.statement.firstHeight.rawValue <= height } ?? epochs[0]
    }

    /// Names the validators of the next epoch; the next block writes them into the state.
    /// - Parameters:
    ///   - validators: who they are.
    ///   - firstHeight: where the epoch begins.
    /// - Returns: what the block has to write.
    public mutating func name(
        _ validators: [MemberIdentity],
        from firstHeight: UInt64
    ) -> (name: StateName, value: [UInt8]?) {
        let epoch = Epoch(rawValue: UInt64(epochs.count))
        let next = ReferenceEpoch(epoch: epoch, firstHeight: Height(rawValue: firstHeight), validators: validators)
        epochs.append(next)
        return (EpochValidators.name(of: epoch), next.statement.derBytes)
    }

    /// Appends a block.
    /// - Parameters:
    ///   - transactions: what it holds; each is applied and returns nothing.
    ///   - rejections: those that are rejected instead, by index.
    ///   - changes: what executing it writes.
    public mutating func append(
        _ transactions: [Transaction] = [],
        rejecting rejections: [Int: Rejection] = [:],
        writing changes: [(name: StateName, value: [UInt8]?)] = []
    ) throws {
        let height = Height(rawValue: UInt64(blocks.count) + 1)
        let header = header(at: height, transactions)
        let outcomes = transactions.enumerated().map { index, transaction in
            Outcome(
                transaction: transaction.body.identifier(suite: suite), height: height, index: index,
                status: rejections[index].map(Outcome.Status.rejected)
                    ?? .applied(events: [], returnValues: transaction.body.calls.map { _ in [0x30, 0x00] }))
        }
        state.apply(changes, at: height)
        blocks.append(
            ReferenceBlock(
                header: header,
                finalization: try epoch(at: height.rawValue).finalization(of: header, suite: suite),
                transactions: transactions,
                outcomes: outcomes,
                state: state,
                leaf: JournalLeaf(
                    height: height,
                    header: header.digest(suite: suite),
                    transactionsRoot: header.transactionsRoot,
                    outcomesRoot: Outcome.root(outcomes, suite: suite)
                )
            ))
    }

    private func header(at height: Height, _ transactions: [Transaction]) -> BlockHeader {
        let parent = blocks.last?.header
        let epoch = epoch(at: height.rawValue)
        let view = (parent?.view ?? .zero).next
        return BlockHeader(
            channel: consortium.genesis.channel,
            epoch: epoch.statement.epoch,
            height: height,
            view: view,
            parent: parent?.digest(suite: suite) ?? consortium.genesis.channel.digest,
            timestamp: (parent?.timestamp ?? ReferenceConsortium.createdAt).advanced(by: .seconds(1)),
            proposer: epoch.set.leader(of: view),
            transactionsRoot: Block.transactionsRoot(transactions, suite: suite),
            executed: ExecutedState(
                height: Height(rawValue: UInt64(blocks.count)),
                stateRoot: state.root,
                journalRoot: journalRoot(UInt64(blocks.count))
            )
        )
    }
}
