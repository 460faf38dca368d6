import ClusterTransport
import Formats
import Identity
import Logging
import Synchronization

/// What goes to one validator: votes and blocks on one lane, transactions on another, so that a bulk of the latter
/// never holds up the former. The engine adds and never waits.
///
/// Consensus messages go to the transport in the engine's own turn, whose queue for the lane bounds them; transactions
/// are gathered here while others are on their way, because many in one message cost little more than one.
final class PeerOutbox: Sendable {
    /// Bytes of transactions that may wait. What gives way is offered again while it is pending.
    private static let transactionBytes = 16 << 20
    /// Bytes of one call: below the transport's frame, with room for the largest transaction.
    private static let batchBytes = 256 * 1024

    private let peer: ValidatorPeer
    private let transactions = Outqueue(maximumBytes: transactionBytes)
    private let isFinished = Atomic(false)
    private let logger: Logger

    init(peer: ValidatorPeer, logger: Logger) {
        self.peer = peer
        self.logger = logger
    }

    /// Sends the DER of a consensus message.
    func send(_ message: [UInt8]) {
        guard !isFinished.load(ordering: .relaxed) else { return }
        do {
            try peer.post(ConsensusEnvelope(messages: [message]))
        } catch {
            report(error, kind: "consensus")
        }
    }

    /// Offers the DER of transactions.
    func offer(_ offered: [[UInt8]]) {
        transactions.append(offered)
    }

    /// Says nothing more: ``run()`` returns.
    func finish() {
        isFinished.store(true, ordering: .relaxed)
        transactions.finish()
    }

    /// Carries transactions until ``finish()`` is called or the task is cancelled.
    func run() async {
        await transactions.drain(batchBytes: Self.batchBytes) { batch in
            do {
                try await peer.offer(TransactionBatch(transactions: batch))
            } catch {
                report(error, kind: "transactions")
            }
        }
    }

    /// A message that is lost here is one that the network might have lost: the protocol repeats what matters.
    private func report(_ error: any Error, kind: String) {
        logger.debug("message lost", metadata: ["peer": "\(peer.id.member)", "kind": "\(kind)", "error": "\(error)"])
    }
}
