package import Consensus
import Formats
package import Identity
import Ledger

/// What the consensus value asks for, and what peers say to it.
extension Replica {
    mutating func perform(_ effect: SimplexEffect) {
        switch effect {
        case .persist(let record):
            if record.isClearance { hasMemory = true }
            output.records.append(record)
        case .sync: output.needsSync = true
        case .vote(let statement):
            guard let index else { preconditionFailure("only a validator votes") }
            output.effects.append(.vote(statement, by: index))
        case .broadcast(let message): output.effects.append(.broadcast(message))
        case .send(let message, let peer): output.effects.append(.send(message, to: member(peer)))
        case .armTimer(let timer, let delay):
            armedTimers.insert(timer)
            output.effects.append(.arm(.consensus(timer), after: delay))
        case .cancelTimer(let timer):
            armedTimers.remove(timer)
            output.effects.append(.cancel(.consensus(timer)))
        case .propose(let request): propose(request)
        case .verify(let proposal): examine(proposal)
        case .notarized(_, let digest):
            tree.markNotarized(digest)
            updateWork()
        case .finalized(let certificate): finalize(certificate)
        case .fetchBlock(let view, let digest, let sources): fetch(digest, in: view, from: sources)
        case .evidence(let evidence):
            output.effects.append(.evidence(evidence, of: member(evidence.offender(in: validators))))
        case .blame(let validator, let reason): output.effects.append(.notice(.blame(member(validator), reason)))
        }
    }

    /// Whether a message is worth checking its signatures.
    package func relevance(of message: ConsensusMessage, from member: MemberName) -> Simplex.Relevance {
        guard message.channel == genesis.channel else { return .faulty(.wrongChannel) }
        let epoch = validators.epoch
        guard message.epoch == epoch, let simplex, let peer = validators.index(of: member) else {
            // Whoever is in a later epoch has final blocks that are not here. A former member, and one that speaks of
            // an epoch that is over, have nothing to say any more.
            return message.epoch > epoch ? .ahead : message.epoch < epoch ? .otherEpoch : .superfluous
        }
        return simplex.relevance(of: message, from: peer)
    }

    mutating func receive(_ message: ConsensusMessage, from member: MemberName) {
        guard message.epoch == validators.epoch, let peer = validators.index(of: member), peer != index else { return }
        tell(.message(message, from: peer))
    }

    mutating func receive(_ vote: Vote) {
        // One that was asked for in an epoch that is over counts no more.
        guard vote.statement.epoch == validators.epoch else { return }
        tell(.voteCast(vote))
    }

    /// A member speaks of what is far ahead of this one, or of a later epoch.
    mutating func noticeAhead(_ member: MemberName) {
        if let peer = validators.index(of: member), peer != index {
            tell(.peerAhead(peer))
        }
        catchUp.notice(member)
        armCatchUp()
    }

    mutating func setReachability(of member: MemberName, _ isReachable: Bool) {
        if isReachable {
            // Whoever was away may have final blocks that nobody speaks of here any more: those of an epoch that has
            // begun meanwhile, on a chain that rests.
            if reachable.insert(member).inserted {
                catchUp.notice(member)
                armCatchUp()
            }
        } else {
            reachable.remove(member)
        }
        if let peer = validators.index(of: member), peer != index {
            tell(.peerReachability(peer, isReachable: isReachable))
        }
        armCatchUpIfFollowing()
    }

    /// Tells the engine below whether anything waits: transactions, results without a seal, an epoch that is announced.
    mutating func updateWork() {
        let isPending = !mempool.isEmpty || isUnsealed(finalTip) || isEpochDue(after: finalTip.height)
        // A leader that had nothing to propose is asked again by each word of work.
        guard isPending != isWorkPending || isPending && proposalRequest == nil else { return }
        isWorkPending = isPending
        tell(.workPending(isPending))
    }

    func isUnsealed(_ block: ParentBlock) -> Bool { block.executed.height < block.lastBusyHeight }

    /// Whether an epoch is announced that blocks above `height` have to lead to.
    func isEpochDue(after height: Height) -> Bool {
        schedule.next.map { height.next < $0.statement.firstHeight } ?? false
    }
}
