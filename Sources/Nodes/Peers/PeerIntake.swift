import Consensus
import Formats
import Identity
import Ledger
import Logging

/// The door for what other validators send: bound, parse, ask whether it matters, check signatures, hand on.
struct PeerIntake: Sendable {
    let genesis: Genesis
    let engine: ChannelEngine
    let ledger: ChannelLedger
    let verifier: MessageVerifier
    let clock: any WallClock
    let logger: Logger

    /// No message of the channel is longer: its largest block, and what surrounds it.
    private var messageLimit: Int { genesis.limits.maximumBlockBytes + 4 * 1024 }

    /// Takes consensus messages of one peer, in their order.
    func receive(_ envelope: ConsensusEnvelope, from member: MemberName) async {
        guard let peer = genesis.validators.index(of: member) else { return }
        for bytes in envelope.messages {
            do {
                try await receive(try ConsensusMessage(derBytes: bytes, limit: messageLimit), from: peer)
            } catch {
                logger.warning("a message is refused", metadata: ["peer": "\(member)", "reason": "\(error)"])
            }
        }
    }

    private func receive(_ message: ConsensusMessage, from peer: ValidatorIndex) async throws(VerificationError) {
        switch await engine.relevance(of: message, from: peer) {
        case .relevant:
            try verifier.verify(message)
            await engine.receive(.message(message, from: peer))
        case .ahead:
            await engine.receive(.peerAhead(peer))
        case .superfluous:
            break
        case .otherEpoch:
            logger.debug("a message of another epoch", metadata: ["peer": "\(peer)"])
        case .faulty(let reason):
            logger.warning("a message breaks a rule", metadata: ["peer": "\(peer)", "reason": "\(reason.rawValue)"])
        }
    }

    /// Takes transactions that a peer was handed. Each is checked here as if a client had sent it.
    func receive(_ batch: TransactionBatch) async {
        var admitted: [VerifiedTransaction] = []
        for bytes in batch.transactions {
            do {
                admitted.append(try await ledger.admit(bytes, now: clock.now))
            } catch {
                // This node may be behind, or the peer; what matters comes again in a block.
                logger.debug("an offered transaction is refused", metadata: ["reason": "\(error)"])
            }
        }
        // The height first: whatever is executed after it, the engine remembers.
        let height = ledger.head.height
        do {
            let known = try await ledger.known(of: admitted.map(\.identifier))
            await engine.insert(admitted.filter { !known.contains($0.identifier) }, unknownAt: height)
        } catch {
            await engine.fail(error)
        }
    }

    /// Gives a block that need not be final.
    func block(_ request: BlockRequest) async throws -> BlockReply {
        BlockReply(block: await engine.blockBytes(request.digest))
    }

    /// Tells what a height has come to here.
    /// - Throws: ``NodeError`` with code `unavailable`.
    func results(_ request: HeightResultsRequest) async throws -> HeightResults {
        do {
            return HeightResults(results: try await ledger.heightResults(request.height))
        } catch {
            if error.code == .pruned { return HeightResults(results: nil) }
            throw NodeError(.unavailable, "the ledger cannot be read: \(error)")
        }
    }

    /// Gives final blocks.
    /// - Throws: ``NodeError`` with code `pruned` where they are not here any more, or `unavailable`.
    func blocks(_ request: BlockRangeRequest) async throws -> BlockRangeReply {
        do {
            let range = try await ledger.blocks(
                from: request.first,
                limit: BlockRangeReply.maximumBlockCount,
                maximumBytes: BlockRangeReply.maximumBlockBytes
            )
            return BlockRangeReply(range: range?.derBytes)
        } catch {
            guard error.code != .pruned else { throw NodeError(.pruned, error.message) }
            throw NodeError(.unavailable, "the ledger cannot be read: \(error)")
        }
    }
}
