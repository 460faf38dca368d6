import Consensus
import Formats
import Identity
import Ledger
import Logging
import Metrics

/// A proposal whose signatures have been checked; what is left are the rules that depend on where this node stands.
struct ExaminedProposal: Sendable {
    let proposal: Proposal
    let block: Block
    let transactions: [VerifiedTransaction]
    /// Of the transactions, those that were on the ledger when it was asked.
    let knownTransactions: Set<TransactionIdentifier>

    var statement: ProposalStatement { proposal.statement }
}

/// Building blocks as a leader, judging those of others.
extension ChannelEngine {
    // MARK: Own proposals

    func propose(_ request: ProposalRequest) {
        proposalRequest = request
        isQuiet = false
        quietTimer?.cancel()
        quietTimer = nil
        proposeIfPossible()
    }

    /// Answers the request for a block, if there is one and something to put in it; looks again whenever that may have
    /// changed.
    func proposeIfPossible() {
        guard let request = proposalRequest, !hasStopped else { return }
        guard request.view == simplex.currentView else {
            proposalRequest = nil
            return
        }
        guard executionQueue.count < Limits.executionBacklog, let parent = tree.parentBlock(request.parent) else {
            return
        }
        let known = tree.pendingTransactions(upTo: request.parent)
        let candidates = mempool.nextPayload(
            maximumBytes: genesis.limits.maximumBlockBytes,
            maximumCount: genesis.limits.maximumBlockTransactions,
            excluding: known
        ).compactMap { pending[$0.identifier] }
        if candidates.isEmpty {
            proposeEmptyBlock(request, on: parent)
        } else {
            propose(candidates, for: request, on: parent, known: known)
        }
    }

    /// A block without transactions seals results or makes its parent final. It waits a little for transactions first.
    private func proposeEmptyBlock(_ request: ProposalRequest, on parent: ParentBlock) {
        let isUnsealed = parent.executed.height < parent.lastBusyHeight
        let isParentFinal = parent.height <= finalTip.height
        guard request.isRequired || isUnsealed || !isParentFinal else {
            proposalRequest = nil
            receive(.payloadUnavailable(request.view))
            return
        }
        guard isQuiet else {
            if quietTimer == nil {
                quietTimer = executor.schedule(after: Limits.quietDelay) {
                    self.assumeIsolated { engine in
                        engine.quietTimer = nil
                        engine.isQuiet = true
                        engine.proposeIfPossible()
                    }
                }
            }
            return
        }
        // Results that are not there yet cannot be sealed: execution comes back here.
        let seals = isUnsealed && ledger.head.results.height >= parent.lastBusyHeight
        guard seals || !isParentFinal else { return }
        propose([], for: request, on: parent, known: [])
    }

    private func propose(
        _ candidates: [VerifiedTransaction],
        for request: ProposalRequest,
        on parent: ParentBlock,
        known: Set<TransactionIdentifier>
    ) {
        let built = blockBuilder.block(
            of: candidates,
            on: parent,
            in: ledger.head.schedule.term(at: parent.height.next),
            view: request.view,
            now: clock.now,
            executed: ledger.head.results,
            knownTransactions: known
        )
        let block = built.block
        let bytes = block.derBytes
        let statement = ProposalStatement(
            channel: genesis.channel,
            epoch: block.header.epoch,
            view: request.view,
            parentView: request.parentView,
            parent: request.parent,
            block: built.digest
        )
        do {
            let signed = try SignedProposal(statement, key: key, suite: genesis.suite)
            guard store(built, bytes: bytes) else { return }
            proposalRequest = nil
            quietTimer?.cancel()
            quietTimer = nil
            receive(.payloadReady(Proposal(signed: signed, block: bytes)))
        } catch {
            fail(error)
        }
    }

    private func store(_ block: VerifiedBlock, bytes: [UInt8]) -> Bool {
        tree.insert(
            BlockTree.Entry(
                block: block.block,
                bytes: bytes,
                digest: block.digest,
                transactions: block.transactions.map(\.identifier),
                verified: block
            )
        )
    }

    // MARK: Proposals of others

    /// Checks what can be checked beside the engine; ``judge(_:results:)`` does the rest.
    func examine(_ proposal: Proposal) {
        work.add {
            let head = self.ledger.head.height
            do {
                let examined = try await self.examined(proposal)
                let results = try await self.ledger.results(at: examined.block.header.executed.height)
                await self.judge(examined, results: results)
            } catch let error as AdmissionError where error.code == .submitterUnknown {
                // Its certificate may be in a block that is not executed here yet.
                await self.examineLater(proposal, examinedAt: head, reason: error)
            } catch let error as LedgerError {
                await self.fail(error)
            } catch {
                await self.reject(proposal, reason: error)
            }
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

    private func judge(_ examined: ExaminedProposal, results: ExecutedState?) {
        let statement = examined.statement
        guard statement.view >= simplex.currentView || tree[statement.block] == nil else { return }
        guard let parent = tree.parentBlock(statement.parent) else {
            // An ancestor is still on its way here; or the chain has moved past the parent, and nobody waits any more.
            deferJudgement(of: examined)
            return
        }
        let executed = examined.transactions.lazy.map(\.identifier).filter { self.recent.contains($0) }
        let context = ProposalContext(
            parent: parent,
            parentIsFinal: parent.height <= finalTip.height,
            now: clock.now,
            knownTransactions: tree.pendingTransactions(upTo: statement.parent)
                .union(examined.knownTransactions).union(executed),
            results: results,
            schedule: ledger.head.schedule
        )
        do {
            let transactions = examined.transactions
            switch try blockValidator.validate(examined.block.header, transactions: transactions, in: context) {
            case .valid(let block):
                guard store(block, bytes: examined.proposal.block) else {
                    logger.warning("no room for a proposed block", metadata: ["view": "\(statement.view)"])
                    return
                }
                receive(.blockVerified(statement.view, statement.block, isValid: true))
                retryFinalization()
            case .waitFor:
                deferJudgement(of: examined)
            }
        } catch {
            reject(examined.proposal, reason: error)
        }
    }

    private func deferJudgement(of examined: ExaminedProposal) {
        deferred.append(examined)
        deferred.removeFirst(max(0, deferred.count - Limits.deferredCount))
    }

    /// Whoever proposes has executed what registers the submitters, which this node may still have to.
    private func examineLater(_ proposal: Proposal, examinedAt head: Height, reason: any Error) {
        if ledger.head.height > head {
            examine(proposal)
        } else if proposal.statement.parent != ledger.head.digest {
            unadmitted.append(proposal)
            unadmitted.removeFirst(max(0, unadmitted.count - Limits.deferredCount))
        } else {
            reject(proposal, reason: reason)
        }
    }

    /// Examines again what waited for the registration of its submitters, now that more is executed.
    func examineUnadmitted() {
        let waiting = unadmitted
        unadmitted = []
        for proposal in waiting where proposal.statement.view > finalTip.view {
            examine(proposal)
        }
    }

    private func reject(_ proposal: Proposal, reason: any Error) {
        metrics.refusedProposals.increment()
        logger.warning(
            "a proposed block is refused",
            metadata: [
                "view": "\(proposal.statement.view)", "block": "\(proposal.statement.block.shortDescription)",
                "reason": "\(reason)",
            ]
        )
        receive(.blockVerified(proposal.statement.view, proposal.statement.block, isValid: false))
    }

    /// Judges again what waited for results or for an ancestor.
    func judgeDeferred() {
        let waiting = deferred
        deferred = []
        // A view that is left may have been notarised without this node, which needs its block as an ancestor then.
        for examined in waiting where examined.statement.view > finalTip.view {
            work.add {
                do {
                    let results = try await self.ledger.results(at: examined.block.header.executed.height)
                    await self.judge(examined, results: results)
                } catch {
                    await self.fail(error)
                }
            }
        }
    }
}
