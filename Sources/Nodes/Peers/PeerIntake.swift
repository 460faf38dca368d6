import Consensus
import CoreMetrics
import Formats
import Identity
import Ledger
import Logging
import Replication

/// The door for what other validators send: bound, parse, ask whether it matters, check signatures, hand on.
struct PeerIntake: Sendable {
    let genesis: Genesis
    let engine: ChannelEngine
    let ledger: ChannelLedger
    let verifiers: EpochVerifiers
    let clock: any WallClock
    let logger: Logger
    let metrics = IntakeMetrics()

    /// No message of the channel is longer: its largest block, and what surrounds it.
    private var messageLimit: Int { genesis.limits.maximumBlockBytes + 4 * 1024 }

    /// Takes consensus messages of one peer, in their order. The caller waits as long as the engine is busy: a peer
    /// that sends more than is taken fills its own connection.
    func receive(_ envelope: ConsensusEnvelope, from member: MemberName) async {
        var messages: [ConsensusMessage] = []
        for bytes in envelope.messages {
            do {
                messages.append(try ConsensusMessage(derBytes: bytes, limit: messageLimit))
            } catch {
                refuse(error, of: member)
            }
        }
        var events: [EngineInput] = []
        for (message, relevance) in zip(messages, await engine.relevance(of: messages, from: member)) {
            do {
                if let event = try event(message, relevance, from: member) { events.append(.event(event)) }
            } catch {
                refuse(error, of: member)
            }
        }
        if !events.isEmpty { engine.post(events) }
    }

    private func event(
        _ message: ConsensusMessage,
        _ relevance: Simplex.Relevance,
        from member: MemberName
    ) throws(VerificationError) -> ReplicaEvent? {
        switch relevance {
        case .relevant:
            metrics.checkedMessages.increment()
            try verifiers.verify(message)
            return .message(message, from: member)
        case .ahead:
            return .peerAhead(member)
        case .superfluous:
            return nil
        case .otherEpoch:
            logger.debug("a message of another epoch", metadata: ["peer": "\(member)"])
            return nil
        case .faulty(let reason):
            metrics.refusedMessages.increment()
            logger.warning("a message breaks a rule", metadata: ["peer": "\(member)", "reason": "\(reason.rawValue)"])
            return nil
        }
    }

    private func refuse(_ error: any Error, of member: MemberName) {
        metrics.refusedMessages.increment()
        logger.warning("a message is refused", metadata: ["peer": "\(member)", "reason": "\(error)"])
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
            let news = admitted.filter { !known.contains($0.identifier) }
            if !news.isEmpty { engine.post(.offered(news, unknownAt: height)) }
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
                limit: min(max(1, request.count), BlockRangeReply.maximumBlockCount),
                maximumBytes: BlockRangeReply.maximumBlockBytes
            )
            return BlockRangeReply(range: range?.derBytes, height: ledger.head.height)
        } catch {
            guard error.code != .pruned else { throw NodeError(.pruned, error.message) }
            throw NodeError(.unavailable, "the ledger cannot be read: \(error)")
        }
    }
}
