import ClusterTransport
import Formats
import Identity
import Logging

/// What goes to one validator: votes and blocks on one queue, transactions on another, so that a bulk of the latter
/// never holds up the former. The engine adds and never waits.
final class PeerOutbox: Sendable {
    /// Bytes of consensus messages that may wait: some blocks and all votes of many views. What gives way is repeated
    /// by the protocol where it still matters.
    private static let consensusBytes = 32 << 20
    /// Bytes of transactions that may wait. What gives way is offered again while it is pending.
    private static let transactionBytes = 16 << 20
    /// Bytes of one call: below the transport's frame, with room for a block.
    private static let batchBytes = 256 * 1024

    private let peer: ValidatorPeer
    private let messages = Outqueue(maximumBytes: consensusBytes)
    private let transactions = Outqueue(maximumBytes: transactionBytes)
    private let logger: Logger

    init(peer: ValidatorPeer, logger: Logger) {
        self.peer = peer
        self.logger = logger
    }

    /// Sends the DER of a consensus message.
    func send(_ message: [UInt8]) {
        messages.append(message)
    }

    /// Offers the DER of transactions.
    func offer(_ offered: [[UInt8]]) {
        transactions.append(offered)
    }

    /// Says nothing more: ``run()`` returns.
    func finish() {
        messages.finish()
        transactions.finish()
    }

    /// Carries both queues until ``finish()`` is called or the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await self.messages.drain(batchBytes: Self.batchBytes) { batch in
                    await self.attempt("consensus") { try await self.peer.deliver(ConsensusEnvelope(messages: batch)) }
                }
            }
            group.addTask {
                await self.transactions.drain(batchBytes: Self.batchBytes) { batch in
                    await self.attempt("transactions") {
                        try await self.peer.offer(TransactionBatch(transactions: batch))
                    }
                }
            }
        }
    }

    /// A message that is lost here is one that the network might have lost: the protocol repeats what matters.
    private func attempt(_ kind: String, _ call: () async throws -> Void) async {
        do {
            try await call()
        } catch {
            logger.debug(
                "message lost", metadata: ["peer": "\(peer.id.member)", "kind": "\(kind)", "error": "\(error)"])
        }
    }
}
