import Consensus
import Formats
import Identity
import Ledger
import Logging
import Metrics

/// From a certificate to the ledger: final blocks are put in order, fetched where they are missing, and executed.
extension ChannelEngine {
    /// A block and all its ancestors are final.
    func finalize(_ certificate: QuorumCertificate) {
        guard let digest = certificate.statement.block else {
            preconditionFailure("a finalization names its block")
        }
        guard digest != finalTip.digest else {
            announceExecution(of: certificate)
            return
        }
        switch tree.connection(to: digest) {
        case .connected(let chain):
            handOver(chain.filter { $0.header.height > finalTip.height }, certificate: certificate)
            if awaitedFinalization.map({ $0.statement.view <= certificate.statement.view }) == true {
                awaitedFinalization = nil
            }
        case .missing:
            // Often the block itself is here already and still being checked, or on its way: wait for it a moment.
            awaitedFinalization = certificate
            synchronizeLater()
        case .notAbove:
            announceExecution(of: certificate)
        }
    }

    /// Looks again whether an awaited final block is connected now.
    func retryFinalization() {
        guard let certificate = awaitedFinalization else { return }
        guard certificate.statement.view > finalTip.view else {
            // Blocks that were fetched have reached it or gone past it.
            awaitedFinalization = nil
            announceExecution(of: certificate)
            return
        }
        if case .connected = certificate.statement.block.map({ tree.connection(to: $0) }) {
            finalize(certificate)
        }
    }

    private func handOver(_ chain: [BlockTree.Entry], certificate: QuorumCertificate) {
        guard !chain.isEmpty else { return }
        let blocks: [Ledger.FinalizedBlock]
        do {
            blocks = try Self.finalized(chain, after: finalTip, certificate: certificate, ledger: ledger)
        } catch {
            // A quorum has certified this chain link by link; if it does not hold together, this node's memory or
            // software is at fault.
            fail(error)
            return
        }
        enqueue(blocks)
    }

    private static func finalized(
        _ chain: [BlockTree.Entry],
        after tip: ParentBlock,
        certificate: QuorumCertificate,
        ledger: ChannelLedger
    ) throws(LedgerError) -> [Ledger.FinalizedBlock] {
        let verified = chain.compactMap(\.verified)
        guard verified.count == chain.count else {
            // Some were fetched, vouched for by a quorum but not verified here: check digests and roots at least.
            let range = FinalizedRange(blocks: chain.map(\.block), headers: [], finalization: certificate)
            return try range.verified(
                after: tip.height, digest: tip.digest, in: ledger.head.schedule, genesis: ledger.genesis)
        }
        return verified.map { block in
            Ledger.FinalizedBlock(block, finalization: block.digest == certificate.statement.block ? certificate : nil)
        }
    }

    private func enqueue(_ blocks: [Ledger.FinalizedBlock]) {
        for block in blocks {
            finalTip = finalTip.child(block.header, digest: block.digest, isEmpty: block.transactions.isEmpty)
            executionQueue.append(block)
        }
        updateWork()
        executeNext()
    }

    // MARK: Execution

    /// Executes what waits, all of it in one transaction of the database, beside the engine.
    private func executeNext() {
        guard !isExecuting, !executionQueue.isEmpty else { return }
        isExecuting = true
        let blocks = Array(executionQueue)
        work.add {
            do {
                let executed = try await self.ledger.execute(blocks)
                await self.finishExecution(of: blocks, executed)
            } catch {
                await self.fail(await self.explained(error, executing: blocks))
            }
        }
    }

    /// The failure with its diagnosis, where there is one to make.
    private func explained(
        _ error: any Error,
        executing blocks: [Ledger.FinalizedBlock]
    ) async -> any Error {
        guard let error = error as? LedgerError, error.code == .divergence else { return error }
        let peers = peers.sorted { $0.key < $1.key }.map(\.value)
        let diagnosis = DivergenceDiagnosis(ledger: ledger, peers: peers, logger: logger)
        return await diagnosis.explain(error, executing: blocks)
    }

    private func finishExecution(of blocks: [Ledger.FinalizedBlock], _ executed: [ExecutedBlock]) {
        isExecuting = false
        onCommit()
        executionQueue.removeFirst(blocks.count)
        let head = ledger.head
        tree.advanceRoot(to: head.block)
        measure(head, blocks)
        for (block, result) in zip(blocks, executed) {
            let identifiers = block.transactions.map(\.identifier)
            recent.append(identifiers)
            removePending(executed: identifiers, height: block.header.height)
            for outcome in result.outcomes {
                waiters.resolve(outcome)
            }
            if result.changes.contains(where: { $0.contract == CertificatesContract.name }) {
                onCertificatesChange()
            }
        }
        if let last = blocks.last(where: { $0.finalization != nil }), let certificate = last.finalization {
            announceExecution(of: certificate)
            releaseLog(below: certificate.statement.view)
        }
        retryFinalization()
        synchronize()
        executeNext()
        judgeDeferred()
        examineUnadmitted()
        updateWork()
        proposeIfPossible()
    }

    private func measure(_ head: LedgerHead, _ blocks: [Ledger.FinalizedBlock]) {
        metrics.height.record(head.height.rawValue)
        metrics.view.record(simplex.currentView.rawValue)
        metrics.pendingTransactions.record(mempool.count)
        metrics.waitingBlocks.record(executionQueue.count)
        metrics.executedBlocks.increment(by: blocks.count)
        metrics.executedTransactions.increment(by: blocks.reduce(0) { $0 + $1.transactions.count })
    }

    /// The engine below may build on the block now.
    private func announceExecution(of certificate: QuorumCertificate) {
        guard let digest = certificate.statement.block else { return }
        receive(.blockAvailable(certificate.statement.view, digest))
    }

    private func releaseLog(below view: View) {
        do {
            _ = try log?.rotateIfNeeded(committed: view)
        } catch {
            fail(error)
        }
    }

    // MARK: Work

    /// Tells the engine below whether anything waits: transactions, results without a seal.
    func updateWork() {
        let isUnsealed = finalTip.executed.height < finalTip.lastBusyHeight
        let isPending = !mempool.isEmpty || isUnsealed
        // A leader that had nothing to propose is asked again by each word of work.
        guard isPending != isWorkPending || isPending && proposalRequest == nil else { return }
        isWorkPending = isPending
        receive(.workPending(isPending))
    }

    // MARK: Missing blocks

    /// Fetches one block that a quorum has notarised.
    func fetch(_ digest: Digest, in view: View, from sources: [ValidatorIndex]) {
        if tree[digest] != nil || digest == tree.root.digest {
            receive(.blockAvailable(view, digest))
            return
        }
        guard fetching.insert(digest).inserted else { return }
        let candidates = sources.compactMap { peers[$0] }
        work.add {
            for peer in candidates {
                if let entry = await self.fetched(digest, from: peer) {
                    await self.finishFetch(digest, in: view, entry)
                    return
                }
            }
            await self.finishFetch(digest, in: view, nil)
        }
    }

    private nonisolated func fetched(_ digest: Digest, from peer: ValidatorPeer) async -> BlockTree.Entry? {
        do {
            guard let bytes = try await peer.block(BlockRequest(digest: digest)).block else { return nil }
            let block = try blockValidator.parse(bytes)
            let suite = ledger.genesis.suite
            let encoded = block.transactions.map { EncodedTransaction($0, suite: suite) }
            guard block.header.digest(suite: suite) == digest,
                Block.transactionsRoot(block.transactions, suite: suite) == block.header.transactionsRoot
            else {
                logger.warning("a peer gave another block than was asked for", metadata: ["peer": "\(peer.id)"])
                return nil
            }
            return BlockTree.Entry(
                block: block,
                bytes: bytes,
                digest: digest,
                transactions: encoded.map(\.identifier),
                verified: nil
            )
        } catch {
            logger.debug("a block could not be fetched", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
            return nil
        }
    }

    private func finishFetch(_ digest: Digest, in view: View, _ entry: BlockTree.Entry?) {
        fetching.remove(digest)
        // Where nobody had it, the engine below asks again with its next retransmission.
        guard let entry, tree.insert(entry) else { return }
        receive(.blockAvailable(view, digest))
        retryFinalization()
        judgeDeferred()
        proposeIfPossible()
    }

    /// Fetches final blocks after the newest one here, from one peer after the other, until the awaited one is reached.
    private func synchronize() {
        guard !isSynchronizing, executionQueue.isEmpty, awaitedFinalization != nil else { return }
        let candidates = peers.keys.filter { reachable.contains($0) }.sorted()
        guard !candidates.isEmpty else {
            synchronizeLater()
            return
        }
        let choice = candidates[synchronizationAttempts % candidates.count]
        guard let peer = peers[choice] else { return }
        isSynchronizing = true
        let tip = finalTip
        work.add {
            do {
                let blocks = try await self.finalBlocks(after: tip, from: peer)
                await self.finishSynchronization(blocks, from: choice)
            } catch {
                self.report(failure: error, of: peer)
                await self.finishSynchronization([], from: choice)
            }
        }
    }

    private nonisolated func finalBlocks(
        after tip: ParentBlock,
        from peer: ValidatorPeer
    ) async throws -> [Ledger.FinalizedBlock] {
        let reply = try await peer.blocks(BlockRangeRequest(first: tip.height.next))
        guard let bytes = reply.range else { return [] }
        let range = try FinalizedRange(derBytes: bytes, limit: BlockRangeReply.maximumRangeBytes)
        return try range.verified(
            after: tip.height, digest: tip.digest, in: ledger.head.schedule, genesis: ledger.genesis)
    }

    private nonisolated func report(failure error: any Error, of peer: ValidatorPeer) {
        guard (error as? NodeError)?.code == .pruned else {
            logger.info("catching up failed", metadata: ["peer": "\(peer.id)", "error": "\(error)"])
            return
        }
        // Nothing that the engine could do: another ledger has to take this one's place.
        logger.error(
            """
            this node is further behind than a peer keeps blocks: stop it, move ledger.sqlite and what belongs to it \
            out of its data directory, keep the votes, and start it with --join-by-snapshot always
            """,
            metadata: ["peer": "\(peer.id)", "error": "\(error)"]
        )
    }

    private func finishSynchronization(_ blocks: [Ledger.FinalizedBlock], from peer: ValidatorIndex) {
        isSynchronizing = false
        guard let first = blocks.first, first.header.parent == finalTip.digest else {
            synchronizationAttempts += 1
            synchronizeLater()
            return
        }
        logger.info(
            "catching up",
            metadata: ["from": "\(first.header.height)", "blocks": "\(blocks.count)"]
        )
        enqueue(blocks)
        // The peer may have been ahead of the certificate that was awaited: consensus goes on from where the ledger is.
        if let certificate = blocks.last?.finalization {
            receive(.message(.certificate(certificate), from: peer))
        }
    }

    private func synchronizeLater() {
        guard synchronizationTimer == nil, !hasStopped else { return }
        synchronizationTimer = executor.schedule(after: Limits.synchronizationDelay) {
            self.assumeIsolated { engine in
                engine.synchronizationTimer = nil
                engine.retryFinalization()
                engine.synchronize()
            }
        }
    }
}
