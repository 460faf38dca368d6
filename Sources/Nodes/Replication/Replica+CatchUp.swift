import Consensus
import Formats
import Identity
import Ledger

/// Final blocks that are missing here.
extension Replica {
    /// Whom to ask: the validators that can be reached, of the present epoch and the announced one.
    private var sources: [MemberName] {
        let announced = schedule.next?.validators
        return reachable.filter { validators.index(of: $0) != nil || announced?.index(of: $0) != nil }.sorted()
    }

    var isBehind: Bool { awaitedFinalization != nil || catchUp.isActive || catchUp.hasNews }

    /// Looks again in a moment: what is missing may be on its way.
    mutating func armCatchUp() {
        guard !isCatchUpTimerArmed else { return }
        isCatchUpTimerArmed = true
        output.effects.append(.arm(.catchUp, after: ReplicaLimits.catchUpDelay))
    }

    /// Whoever does not vote hears of no certificates: it asks.
    mutating func armCatchUpIfFollowing() {
        guard simplex == nil, !isCatchUpTimerArmed else { return }
        isCatchUpTimerArmed = true
        output.effects.append(.arm(.catchUp, after: ReplicaLimits.followInterval))
    }

    /// Asks for final blocks after the newest one here.
    mutating func catchUpIfBehind() {
        guard isBehind || simplex == nil, executionQueue.count < ReplicaLimits.executionBatch else { return }
        let requests = catchUp.requests(after: finalTip.height, of: sources, under: schedule, at: now.elapsed)
        output.effects += requests.map { .fetchRange($0) }
        if isBehind { armCatchUp() }
    }

    /// Consensus repeats itself and nothing becomes final: what it waits for may be final elsewhere, in an epoch in
    /// which nobody listens to this one.
    mutating func askIfStuck() {
        defer { heightAtRetransmission = finalTip.height }
        guard heightAtRetransmission == finalTip.height, !isBehind else { return }
        let requests = catchUp.requests(after: finalTip.height, of: sources, under: schedule, at: now.elapsed)
        output.effects += requests.map { .fetchRange($0) }
        if isBehind { armCatchUp() }
    }

    mutating func finishRange(_ request: RangeRequest, _ answer: RangeAnswer) {
        catchUp.finish(request, answer, at: now.elapsed)
        switch answer {
        case .malformed(let reason): output.effects.append(.notice(.peerDropped(request.peer, reason: reason)))
        case .pruned(let reason): output.effects.append(.notice(.tooFarBehind(request.peer, reason: reason)))
        case .blocks, .nothing, .laterEpoch, .failed: break
        }
        takeNextBlocks()
        catchUpIfBehind()
    }

    private mutating func takeNextBlocks() {
        while let (blocks, member) = catchUp.next(after: finalTip) {
            guard let first = blocks.first else { continue }
            guard first.header.height == finalTip.height.next, first.header.parent == finalTip.digest else {
                // A quorum has signed for a chain that is not this one, or the member has put together what does not
                // belong together.
                catchUp.drop(member, at: now.elapsed)
                catchUp.restart()
                output.effects.append(
                    .notice(
                        .peerDropped(member, reason: "block \(first.header.height) does not stand on the one before")))
                return
            }
            output.effects.append(.notice(.catchingUp(from: first.header.height, blocks: blocks.count)))
            enqueue(blocks)
            tellConsensus(of: blocks, from: member)
        }
    }

    /// The member may have been ahead of the certificate that was awaited: consensus goes on from where the ledger is.
    private mutating func tellConsensus(of blocks: [FinalizedBlock], from member: MemberName) {
        guard let certificate = blocks.last?.finalization, certificate.statement.epoch == validators.epoch,
            let peer = validators.index(of: member), peer != index
        else { return }
        tell(.message(.certificate(certificate), from: peer))
    }
}
