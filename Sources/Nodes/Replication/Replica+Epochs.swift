import Consensus
import DequeModule
import Formats
import Identity
import Ledger

/// The end of one validator set and the beginning of the next.
extension Replica {
    /// Takes part in an epoch, or follows it.
    /// - Parameters:
    ///   - root: the last block of the epoch before; `nil` where it is not known any more, and this epoch has final
    ///     blocks.
    ///   - records: the write-ahead log. Records of other epochs are passed over.
    ///   - finalization: of the last block on the ledger.
    mutating func begin(
        _ term: ValidatorSchedule.Term,
        on root: Simplex.Root?,
        restoring records: [ConsensusRecord],
        finalization: QuorumCertificate?
    ) {
        consensusEvents = []
        index = place(in: term.validators)
        guard let index else {
            simplex = nil
            return
        }
        simplex = Simplex(
            configuration: Simplex.Configuration(
                channel: genesis.channel,
                validators: term.validators,
                index: index,
                limits: genesis.limits,
                root: root
            ),
            restoring: records,
            finalized: finalization
        )
    }

    /// This member's place among the validators; `nil` where it is none, or has not the key that the ledger names.
    private func place(in validators: ValidatorSet) -> ValidatorIndex? {
        guard let index = validators.index(of: configuration.member), let validator = validators[index],
            configuration.keys.contains(validator.key.identifier)
        else { return nil }
        return index
    }

    /// Takes over what the executed blocks have decided about the validators.
    /// - Parameter blocks: those that were executed.
    mutating func adoptSchedule(after blocks: [FinalizedBlock]) {
        let previous = schedule
        schedule = head.schedule
        if schedule.current != previous.current || schedule.next != previous.next {
            output.effects.append(.scheduleChanged(schedule))
        }
        guard schedule.current.epoch != previous.current.epoch else { return }
        for timer in armedTimers.sorted(by: { $0.description < $1.description }) {
            output.effects.append(.cancel(.consensus(timer)))
        }
        armedTimers = []
        proposalRequest = nil
        unsignedProposal = nil
        stopWaitingForTransactions()
        awaitedFinalization = nil
        deferred = []
        unadmitted = []
        isWorkPending = false
        // A log that was whole is whole still, and holds no vote of an epoch that begins just now.
        let last = blocks.first { $0.header.height.next == schedule.current.statement.firstHeight }
        begin(
            schedule.current,
            on: last.map { Simplex.Root(view: $0.header.view, digest: $0.digest) },
            restoring: hasMemory ? [.clearance(above: .zero, epoch: schedule.current.validators.epoch)] : [],
            finalization: blocks.last?.finalization
        )
        tell(.start)
        for member in reachable.sorted() {
            if let peer = validators.index(of: member), peer != index {
                tell(.peerReachability(peer, isReachable: true))
            }
        }
        armCatchUpIfFollowing()
    }

    /// A block that this validator has voted for is needed again after a restart: by itself, and by those who missed
    /// it.
    mutating func restore(_ proposal: Proposal) {
        guard let block = try? Block(derBytes: proposal.block, limit: Proposal.maximumBlockByteCount) else {
            preconditionFailure(
                "the log holds a proposal whose block does not parse, which was parsed before it was kept")
        }
        _ = tree.insert(
            BlockTree.Entry(
                fetched: block, bytes: proposal.block, digest: proposal.statement.block, suite: genesis.suite))
    }
}
