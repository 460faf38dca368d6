public import Formats
import Identity
public import Ledger
public import LedgerTestKit
public import Nodes

/// A client of a ledger in this process: a real ledger on disk, real signatures, real admission; every submission
/// becomes a block of its own, which a quorum has signed. What a network does to messages, a test asks for.
public actor InProcessClient: LedgerClient {
    /// What happens to one submission on its way.
    public enum Fault: Sendable {
        /// It never arrives.
        case requestLost
        /// It takes effect, and nobody hears of it.
        case answerLost
        /// The node answers that it has too much to do.
        case overloaded
    }

    public nonisolated let genesis: Genesis
    /// Every transaction that arrived, those that had arrived before among them.
    public private(set) var arrived: [TransactionIdentifier] = []

    private let consortium: TestConsortium
    private let directory: TemporaryDirectory
    private let ledger: ChannelLedger
    private var faults: [Fault] = []
    private var isBusy = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    public init(_ consortium: TestConsortium, contracts: [any Contract]) throws {
        self.consortium = consortium
        genesis = consortium.genesis
        directory = try TemporaryDirectory()
        ledger = try ChannelLedger(
            path: directory.path("ledger.sqlite"), genesis: consortium.genesis, contracts: try Contracts(contracts))
    }

    public nonisolated var height: Height { ledger.head.height }

    /// What happens to the next submissions, one after the other.
    public func meet(_ faults: [Fault]) { self.faults = faults }

    /// Appends `count` blocks without transactions.
    /// - Parameter gap: how much later each is than the one before.
    public func idle(_ count: Int, apart gap: Duration = .seconds(1)) async throws {
        for _ in 0..<count { try await append([], after: gap) }
    }

    /// Has a read model take in all that the ledger has.
    public func bringUpToDate(_ model: ReadModel) async throws {
        while try await !model.advance(from: ledger).isCurrent {}
    }

    public func submit(_ transaction: Transaction) async throws -> Outcome {
        let fault = faults.isEmpty ? nil : faults.removeFirst()
        switch fault {
        case .requestLost: throw LostMessage()
        case .overloaded: throw NodeError(.overloaded, "the node has too much to do: try again in a moment")
        case .answerLost, nil: break
        }
        await lock()
        defer { unlock() }
        let outcome = try await execute(transaction)
        if fault == .answerLost { throw LostMessage() }
        return outcome
    }

    public func query(contract: String, name: String, arguments: [UInt8]) async throws -> Nodes.QueryAnswer {
        let answer = try await ledger.query(contract, name, arguments: arguments)
        do throws(ContractError) {
            return Nodes.QueryAnswer(result: try answer.value(), height: answer.height)
        } catch {
            throw NodeError(error.code == .notFound ? .notFound : .invalidQuery, error.message)
        }
    }

    public func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        do throws(LedgerError) {
            return try await ledger.receipt(answering: question)
        } catch {
            if error.code == .notSealed {
                // A chain that has something to seal does not rest.
                try await idle(1)
            }
            throw NodeError(receipt: error)
        }
    }

    public func lightClientStep(from known: Height?) async throws -> LightClientStep {
        do throws(LedgerError) {
            return try await ledger.lightClientStep(from: known)
        } catch {
            throw NodeError(receipt: error)
        }
    }

    public func status() async throws -> NodeStatus {
        let head = ledger.head
        return NodeStatus(
            member: consortium.validators[0].member,
            consortium: genesis.digest,
            channel: genesis.document.channel,
            height: head.height,
            head: head.digest,
            headTime: head.timestamp,
            stateRoot: head.results.stateRoot,
            epoch: head.schedule.current.epoch,
            view: head.block.view,
            leader: consortium.validators[0].member,
            lastFinalizedView: head.block.view,
            isActive: false,
            pendingTransactions: 0,
            peers: [],
            diagnosis: [],
            uptimeSeconds: 0,
            processorSeconds: 0,
            residentBytes: 0,
            version: "test",
            missingContracts: ledger.missingContracts
        )
    }

    private func execute(_ transaction: Transaction) async throws -> Outcome {
        let identifier = transaction.body.identifier(suite: consortium.suite)
        arrived.append(identifier)
        if let known = try await ledger.outcome(of: identifier) { return known }
        let verified: VerifiedTransaction
        do throws(AdmissionError) {
            verified = try await ledger.admit(transaction.derBytes, now: ledger.head.timestamp)
        } catch {
            throw NodeError(error.code == .expired ? .expired : .invalidTransaction, "\(error)")
        }
        try await append([verified])
        guard let outcome = try await ledger.outcome(of: identifier) else {
            throw TestKitError("the block was executed, but its transaction has no outcome")
        }
        return outcome
    }

    private func append(_ transactions: [VerifiedTransaction], after gap: Duration = .seconds(1)) async throws {
        let head = ledger.head
        let block = BlockBuilder(genesis: genesis).block(
            of: transactions,
            on: head.block,
            in: head.schedule.term(at: head.height.next),
            view: head.block.view.next,
            now: head.timestamp.advanced(by: gap),
            executed: head.results
        )
        try await ledger.execute([
            FinalizedBlock(block, finalization: try consortium.finalization(of: block.header))
        ])
    }

    /// One block after the other, whatever an actor does at its suspension points.
    private func lock() async {
        while isBusy {
            await withCheckedContinuation { waiters.append($0) }
        }
        isBusy = true
    }

    private func unlock() {
        isBusy = false
        if !waiters.isEmpty { waiters.removeFirst().resume() }
    }
}

/// What a transport throws when a message got lost.
public struct LostMessage: Error {
    public init() {}
}
