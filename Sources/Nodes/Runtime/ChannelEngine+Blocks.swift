import Consensus
import Formats
import Identity
import Ledger
import Logging
import Metrics
import Replication

/// Work with blocks that runs beside the engine: examining, executing and fetching them.
extension ChannelEngine {
    // MARK: Proposals

    /// Checks what can be checked beside the engine.
    func examine(_ proposal: Proposal) {
        work.add {
            let height = self.ledger.head.height
            do {
                self.post(.examined(try await self.examined(proposal)))
            } catch {
                self.post(.examinationFailed(proposal, Self.failure(error), at: height))
            }
        }
    }

    private static func failure(_ error: any Error) -> ExaminationFailure {
        switch error {
        case let error as AdmissionError where error.code == .submitterUnknown: .submitterUnknown(error)
        case let error as AdmissionError where error.code == .unavailable: .unavailable(error)
        case is LedgerError: .unavailable(error)
        default: .invalid(error)
        }
    }

    private nonisolated func examined(_ proposal: Proposal) async throws -> ExaminedProposal {
        let block = try blockValidator.parse(proposal.block)
        let header = block.header
        guard header.digest(suite: genesis.suite) == proposal.statement.block,
            header.view == proposal.statement.view, header.parent == proposal.statement.parent
        else {
            throw BlockError(.malformed, "the block is not the one that its leader has signed for")
        }
        let encoded = block.transactions.map { EncodedTransaction($0, suite: genesis.suite) }
        let waiting = await verifiedTransactions(among: encoded.map(\.identifier))
        // The signature is no part of the identifier: two signatures of one submitter under the same body may differ,
        // and only the bytes that were checked here are known to hold.
        let unknown = encoded.filter { waiting[$0.identifier]?.bytes != $0.bytes }
        let verified = try await TransactionVerification.verify(unknown, ledger: ledger)
        let known = try await ledger.known(of: unknown.map(\.identifier))
        return ExaminedProposal(
            proposal: proposal,
            block: block,
            transactions: encoded.compactMap { verified[$0.identifier] ?? waiting[$0.identifier] },
            knownTransactions: known
        )
    }

    // MARK: Execution

    /// Executes blocks in one transaction of the database.
    func execute(_ blocks: [FinalizedBlock]) {
        let members = peers.sorted { $0.key < $1.key }.map(\.value)
        work.add {
            do throws(LedgerError) {
                let executed = try await self.ledger.execute(blocks)
                self.post([.execution(executed, self.ledger.head)])
                self.announce(executed, of: blocks)
            } catch {
                await self.fail(await self.explained(error, executing: blocks, peers: members))
            }
        }
    }

    private nonisolated func announce(_ executed: [ExecutedBlock], of blocks: [FinalizedBlock]) {
        onCommit()
        MissingContracts(ledger: ledger, logger: logger).warn(after: executed)
        if executed.contains(where: { $0.changes.contains { $0.contract == CertificatesContract.name } }) {
            onCertificatesChange()
        }
        metrics.height.record(ledger.head.height.rawValue)
        metrics.executedBlocks.increment(by: blocks.count)
        metrics.executedTransactions.increment(by: blocks.reduce(0) { $0 + $1.transactions.count })
    }

    /// The failure with its diagnosis, where there is one to make.
    private nonisolated func explained(
        _ error: LedgerError,
        executing blocks: [FinalizedBlock],
        peers: [ValidatorPeer]
    ) async -> LedgerError {
        switch error.code {
        case .divergence:
            await DivergenceDiagnosis(ledger: ledger, peers: peers, logger: logger).explain(error, executing: blocks)
        case .contractVersionMissing:
            await executed(blocks, before: error)
        default: error
        }
    }

    /// Executes those of the blocks that this program can, one by one: the ledger then ends right before the height
    /// that it cannot, and the node does not even start again with the same program.
    private nonisolated func executed(_ blocks: [FinalizedBlock], before failure: LedgerError) async -> LedgerError {
        for block in blocks {
            do throws(LedgerError) {
                try await ledger.execute([block])
            } catch {
                return error
            }
        }
        return failure
    }

    // MARK: Missing blocks

    /// Asks one member after the other for a block that a quorum has notarised.
    func fetch(_ digest: Digest, in view: View, from members: [MemberName]) {
        let candidates = members.compactMap { peers[$0] }
        work.add {
            for peer in candidates {
                if let entry = await self.fetched(digest, from: peer) {
                    return self.post(.blockFetched(digest, in: view, entry))
                }
            }
            self.post(.blockFetched(digest, in: view, nil))
        }
    }

    private nonisolated func fetched(_ digest: Digest, from peer: ValidatorPeer) async -> BlockTree.Entry? {
        do {
            guard let bytes = try await peer.block(BlockRequest(digest: digest)).block else { return nil }
            let block = try blockValidator.parse(bytes)
            let suite = genesis.suite
            guard block.header.digest(suite: suite) == digest,
                Block.transactionsRoot(block.transactions, suite: suite) == block.header.transactionsRoot
            else {
                logger.warning("a peer gave another block than was asked for", metadata: ["peer": "\(peer.id)"])
                return nil
            }
            return BlockTree.Entry(fetched: block, bytes: bytes, digest: digest, suite: suite)
        } catch {
            logger.debug("a block could not be fetched", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
            return nil
        }
    }

    /// Asks one member for final blocks.
    func fetch(_ request: RangeRequest) {
        guard let peer = peers[request.peer] else {
            return post(.rangeFetched(request, .failed("\(request.peer) is no peer any more")))
        }
        work.add { self.post(.rangeFetched(request, await self.answer(to: request, of: peer))) }
    }

    private nonisolated func answer(to request: RangeRequest, of peer: ValidatorPeer) async -> RangeAnswer {
        do {
            let reply = try await peer.blocks(BlockRangeRequest(first: request.first, count: request.count))
            return request.answer(
                reply.range, limit: BlockRangeReply.maximumRangeBytes, peerHeight: reply.height, genesis: genesis)
        } catch let error as NodeError where error.code == .pruned {
            return .pruned(error.message)
        } catch {
            logger.debug("final blocks could not be fetched", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
            return .failed("\(error)")
        }
    }
}
