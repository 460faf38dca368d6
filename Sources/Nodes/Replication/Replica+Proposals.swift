import Consensus
import Formats
import Identity
import Ledger

/// A block that waits for its leader's signature.
struct UnsignedProposal: Sendable {
    let statement: ProposalStatement
    let entry: BlockTree.Entry
}

/// Whether a leader under load waits for more transactions.
enum Gathering: Sendable {
    case none
    case waiting
    /// It has waited long enough for this block.
    case over
}

/// Building blocks as a leader, judging those of others.
extension Replica {
    // MARK: Own proposals

    mutating func propose(_ request: ProposalRequest) {
        proposalRequest = request
        unsignedProposal = nil
        stopWaitingForTransactions()
        proposeIfPossible()
    }

    /// Whether to wait a little: the parent is still on its way to the ledger, and what waits does not fill a block.
    private mutating func isGathering(on parent: ParentBlock) -> Bool {
        guard parent.height > head.height, gathering != .over,
            mempool.count < genesis.limits.maximumBlockTransactions,
            mempool.byteCount < genesis.limits.maximumBlockBytes
        else { return false }
        if gathering == .none {
            gathering = .waiting
            output.effects.append(.arm(.gathering, after: ReplicaLimits.gatheringDelay))
        }
        return true
    }

    /// Answers the request for a block, if there is one and something to put in it; looks again whenever that may have
    /// changed.
    mutating func proposeIfPossible() {
        guard let request = proposalRequest, unsignedProposal == nil else { return }
        guard request.view == simplex?.currentView else {
            proposalRequest = nil
            return
        }
        guard executionQueue.count < ReplicaLimits.executionBacklog, let parent = tree.parentBlock(request.parent)
        else { return }
        guard canExtend(parent) else { return proposeAgain(parent, for: request) }
        guard mempool.isEmpty || !isGathering(on: parent) else { return }
        let known = tree.pendingTransactions(upTo: request.parent)
        let candidates = mempool.nextPayload(
            maximumBytes: genesis.limits.maximumBlockBytes,
            maximumCount: genesis.limits.maximumBlockTransactions,
            excluding: known
        ).compactMap { pending[$0.identifier] }
        if candidates.isEmpty {
            proposeEmptyBlock(request, on: parent)
        } else {
            build(candidates, for: request, on: parent, known: known)
        }
    }

    /// Whether a block may stand on `parent` in this epoch, as far as this node can know.
    ///
    /// A change of the validators takes effect some blocks after the one that announces it, so that whoever has
    /// executed not much less than a block's height knows whose it is. Nobody votes for a block before.
    private func canExtend(_ parent: ParentBlock) -> Bool {
        !schedule.isLast(parent.height) && parent.height.next <= schedule.knownThrough
    }

    /// Where no block may follow, one that is notarised and not final is proposed again, until it is final.
    private mutating func proposeAgain(_ parent: ParentBlock, for request: ProposalRequest) {
        guard parent.height > finalTip.height, let entry = tree[request.parent] else {
            return doWithoutProposal(request)
        }
        // Most often its finalization is on its way.
        guard isQuiet else { return waitForTransactions() }
        sign(entry, for: request)
    }

    /// A block without transactions seals results, makes its parent final or leads to an announced epoch. It waits a
    /// little for transactions first.
    private mutating func proposeEmptyBlock(_ request: ProposalRequest, on parent: ParentBlock) {
        let isParentFinal = parent.height <= finalTip.height
        let isUnsealed = isUnsealed(parent)
        guard isUnsealed || !isParentFinal || isEpochDue(after: parent.height) else {
            return doWithoutProposal(request)
        }
        guard isQuiet else { return waitForTransactions() }
        // Results that are not there yet cannot be sealed: execution comes back here.
        let seals = isUnsealed && head.results.height >= parent.lastBusyHeight
        guard seals || !isParentFinal || isEpochDue(after: parent.height) else { return }
        build([], for: request, on: parent, known: [])
    }

    private mutating func doWithoutProposal(_ request: ProposalRequest) {
        proposalRequest = nil
        tell(.payloadUnavailable(request.view))
    }

    private mutating func waitForTransactions() {
        guard !isQuietTimerArmed else { return }
        isQuietTimerArmed = true
        output.effects.append(.arm(.quiet, after: ReplicaLimits.quietDelay))
    }

    mutating func stopWaitingForTransactions() {
        isQuiet = false
        if gathering == .waiting { output.effects.append(.cancel(.gathering)) }
        gathering = .none
        guard isQuietTimerArmed else { return }
        isQuietTimerArmed = false
        output.effects.append(.cancel(.quiet))
    }

    private mutating func build(
        _ candidates: [VerifiedTransaction],
        for request: ProposalRequest,
        on parent: ParentBlock,
        known: Set<TransactionIdentifier>
    ) {
        let built = blockBuilder.block(
            of: candidates,
            on: parent,
            in: schedule.current,
            view: request.view,
            now: now.wall,
            executed: head.results,
            knownTransactions: known
        )
        sign(BlockTree.Entry(verified: built, bytes: built.block.derBytes), for: request)
    }

    private mutating func sign(_ entry: BlockTree.Entry, for request: ProposalRequest) {
        guard let index else { preconditionFailure("only a validator proposes") }
        let statement = ProposalStatement(
            channel: genesis.channel,
            epoch: validators.epoch,
            view: request.view,
            parentView: request.parentView,
            parent: request.parent,
            block: entry.digest
        )
        unsignedProposal = UnsignedProposal(statement: statement, entry: entry)
        output.effects.append(.signProposal(statement, by: index))
    }

    /// The leader's own signature is there.
    mutating func finishProposal(_ signed: SignedProposal) {
        guard let unsigned = unsignedProposal, unsigned.statement == signed.statement else { return }
        unsignedProposal = nil
        guard let request = proposalRequest, request.view == signed.statement.view else { return }
        guard insert(unsigned.entry, in: request.view) else { return }
        proposalRequest = nil
        stopWaitingForTransactions()
        tell(.payloadReady(Proposal(signed: signed, block: unsigned.entry.bytes)))
    }

    /// Puts a block where descendants and finality find it.
    private mutating func insert(_ entry: BlockTree.Entry, in view: View) -> Bool {
        if tree.insert(entry) { return true }
        output.effects.append(.notice(.noRoom(view: view)))
        return false
    }

    // MARK: Proposals of others

    /// Has the driver check what can be checked beside the engine; ``judge(_:)`` does the rest.
    mutating func examine(_ proposal: Proposal) {
        let statement = proposal.statement
        guard statement.block == statement.parent else {
            output.effects.append(.examine(proposal))
            return
        }
        // The parent once more, which was judged when it was proposed first; a quorum has notarised it.
        tell(.blockVerified(statement.view, statement.block, isValid: true))
    }

    mutating func judge(_ examined: ExaminedProposal) {
        let statement = examined.statement
        guard statement.epoch == validators.epoch, let simplex else { return }
        guard statement.view >= simplex.currentView || tree[statement.block] == nil else { return }
        guard let parent = tree.parentBlock(statement.parent) else {
            // An ancestor is still on its way here; or the chain has moved past the parent, and nobody waits any more.
            return deferJudgement(of: examined)
        }
        let executed = examined.transactions.map(\.identifier).filter { recent.contains($0) }
        let header = examined.block.header
        let context = ProposalContext(
            parent: parent,
            parentIsFinal: parent.height <= finalTip.height,
            now: now.wall,
            knownTransactions: tree.pendingTransactions(upTo: statement.parent)
                .union(examined.knownTransactions).union(executed),
            results: header.executed == parent.executed ? parent.executed : results[header.executed.height],
            schedule: schedule
        )
        do {
            switch try blockValidator.validate(header, transactions: examined.transactions, in: context) {
            case .valid(let block):
                let entry = BlockTree.Entry(verified: block, bytes: examined.proposal.block)
                guard insert(entry, in: statement.view) else { return }
                tell(.blockVerified(statement.view, statement.block, isValid: true))
                retryFinalization()
            case .waitFor:
                deferJudgement(of: examined)
            }
        } catch {
            reject(examined.proposal, reason: error)
        }
    }

    private mutating func deferJudgement(of examined: ExaminedProposal) {
        deferred.append(examined)
        deferred.removeFirst(max(0, deferred.count - ReplicaLimits.deferredCount))
    }

    mutating func failExamination(of proposal: Proposal, _ failure: ExaminationFailure, _ height: Height) {
        guard proposal.statement.epoch == validators.epoch else { return }
        switch failure {
        case .invalid(let error):
            reject(proposal, reason: error)
        case .submitterUnknown(let error):
            // Whoever proposes has executed what registers the submitters, which this node may still have to.
            if head.height > height {
                examine(proposal)
            } else if proposal.statement.parent != head.digest {
                waitForAdmission(of: proposal)
            } else {
                reject(proposal, reason: error)
            }
        case .unavailable:
            waitForAdmission(of: proposal)
        }
    }

    private mutating func waitForAdmission(of proposal: Proposal) {
        unadmitted.append(proposal)
        unadmitted.removeFirst(max(0, unadmitted.count - ReplicaLimits.deferredCount))
    }

    private mutating func reject(_ proposal: Proposal, reason: any Error) {
        let statement = proposal.statement
        output.effects.append(
            .notice(.proposalRefused(view: statement.view, block: statement.block, reason: "\(reason)")))
        tell(.blockVerified(statement.view, statement.block, isValid: false))
    }

    /// Examines again what waited for the registration of its submitters, and judges again what waited for results or
    /// for an ancestor, now that more is here.
    mutating func lookAgainAtProposals() {
        let proposals = unadmitted
        unadmitted = []
        for proposal in proposals where proposal.statement.view > finalTip.view {
            examine(proposal)
        }
        let examined = deferred
        deferred = []
        // A view that is left may have been notarised without this node, which needs its block as an ancestor then.
        for examined in examined where examined.statement.view > finalTip.view {
            judge(examined)
        }
    }
}
