import Consensus
import Formats
import Identity
import Ledger

/// From a certificate to the ledger: final blocks are put in order, fetched where they are missing, and executed.
extension Replica {
    /// A block and all its ancestors are final.
    mutating func finalize(_ certificate: QuorumCertificate) {
        guard let digest = certificate.statement.block else {
            preconditionFailure("a finalization names its block")
        }
        guard digest != finalTip.digest else {
            announceExecution(of: certificate)
            return
        }
        switch tree.connection(to: digest) {
        case .connected(let chain):
            if awaitedFinalization.map({ $0.statement.view <= certificate.statement.view }) == true {
                awaitedFinalization = nil
            }
            handOver(chain.filter { $0.header.height > finalTip.height }, certificate: certificate)
        case .missing:
            // Often the block itself is here already and still being checked, or on its way: wait for it a moment.
            awaitedFinalization = certificate
            armCatchUp()
        case .notAbove:
            announceExecution(of: certificate)
        }
    }

    /// Looks again whether an awaited final block is connected now.
    mutating func retryFinalization() {
        guard let certificate = awaitedFinalization else { return }
        guard certificate.statement.epoch == validators.epoch, certificate.statement.view > finalTip.view else {
            // Blocks that were fetched have reached it or gone past it.
            awaitedFinalization = nil
            announceExecution(of: certificate)
            return
        }
        if case .connected = certificate.statement.block.map({ tree.connection(to: $0) }) {
            finalize(certificate)
        }
    }

    private mutating func handOver(_ chain: [BlockTree.Entry], certificate: QuorumCertificate) {
        guard !chain.isEmpty else { return }
        do {
            enqueue(try finalized(chain, certificate: certificate))
        } catch {
            // A quorum has certified this chain link by link; if it does not hold together, this node's memory or
            // software is at fault.
            fail(error)
        }
    }

    private func finalized(
        _ chain: [BlockTree.Entry],
        certificate: QuorumCertificate
    ) throws(LedgerError) -> [FinalizedBlock] {
        let verified = chain.compactMap(\.verified)
        guard verified.count == chain.count else {
            // Some were fetched, vouched for by a quorum but not verified here: check digests and roots at least.
            let range = FinalizedRange(blocks: chain.map(\.block), headers: [], finalization: certificate)
            return try range.verified(
                after: finalTip.height, digest: finalTip.digest, in: schedule, genesis: genesis)
        }
        return verified.map { block in
            FinalizedBlock(block, finalization: block.digest == certificate.statement.block ? certificate : nil)
        }
    }

    /// Hands final blocks to execution: the ones after the newest that is final here.
    mutating func enqueue(_ blocks: [FinalizedBlock]) {
        for block in blocks {
            finalTip = finalTip.child(block.header, digest: block.digest, isEmpty: block.transactions.isEmpty)
            executionQueue.append(block)
        }
        updateWork()
        executeNext()
    }

    // MARK: Execution

    /// Executes what waits, as much as may be in one transaction of the database.
    private mutating func executeNext() {
        guard executingCount == 0, !executionQueue.isEmpty else { return }
        let blocks = Array(executionQueue.prefix(ReplicaLimits.executionBatch))
        executingCount = blocks.count
        output.effects.append(.execute(blocks))
    }

    mutating func finishExecution(_ report: ExecutionReport) {
        precondition(executingCount > 0, "blocks are executed when they were handed over")
        let blocks = Array(executionQueue.prefix(executingCount))
        executionQueue.removeFirst(executingCount)
        executingCount = 0
        head = report.head
        for result in report.results {
            results[result.height] = result
        }
        results = results.filter { $0.key >= head.block.executed.height }
        tree.advanceRoot(to: head.block)
        for block in blocks {
            let identifiers = block.transactions.map(\.identifier)
            recent.append(identifiers)
            removePending(executed: identifiers, height: block.header.height)
        }
        if let certificate = blocks.last(where: { $0.finalization != nil })?.finalization {
            announceExecution(of: certificate)
            releaseLog(for: certificate)
        }
        adoptSchedule(after: blocks)
        retryFinalization()
        executeNext()
        lookAgainAtProposals()
        updateWork()
        proposeIfPossible()
        catchUpIfBehind()
    }

    private mutating func releaseLog(for certificate: QuorumCertificate) {
        output.effects.append(.releaseLog(through: certificate.statement.view, of: certificate.statement.epoch))
    }

    /// Consensus may build on the block now.
    mutating func announceExecution(of certificate: QuorumCertificate) {
        guard let digest = certificate.statement.block, certificate.statement.epoch == validators.epoch else { return }
        tell(.blockAvailable(certificate.statement.view, digest))
    }

    // MARK: Missing blocks

    /// Fetches one block that a quorum has notarised.
    mutating func fetch(_ digest: Digest, in view: View, from sources: [ValidatorIndex]) {
        if tree[digest] != nil || digest == tree.root.digest {
            tell(.blockAvailable(view, digest))
            return
        }
        guard fetching.insert(digest).inserted else { return }
        output.effects.append(.fetchBlock(digest, in: view, from: sources.map { member($0) }))
    }

    mutating func finishFetch(_ digest: Digest, in view: View, _ entry: BlockTree.Entry?) {
        fetching.remove(digest)
        // Where nobody had it, consensus asks again with its next retransmission.
        guard let entry, tree.insert(entry) else { return }
        tell(.blockAvailable(view, digest))
        retryFinalization()
        lookAgainAtProposals()
        proposeIfPossible()
    }
}
