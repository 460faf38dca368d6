import Formats

/// When a view is active, and for how long (rules 2 and 6).
extension Simplex {
    mutating func setWorkPending(_ isPending: Bool) {
        isWorkPending = isPending
        if isPending, case .unavailable = payload {
            payload = .none
        }
    }

    mutating func setReachability(of peer: ValidatorIndex, _ isReachable: Bool) {
        precondition(
            configuration.validators[peer] != nil && peer != configuration.index, "a peer is another validator")
        let wasReachable = peers[peer.rawValue].isReachable
        peers[peer.rawValue].isReachable = isReachable
        if isReachable, !wasReachable {
            effects.append(.send(.status(status(wantsAnswer: recovery != nil)), to: peer))
        }
        if !isReachable, isActive, peer == leader, rounds[currentView]?.proposal == nil, isLeaderAbsent {
            isLeaderSkipped = true
            giveUpCurrentView()
        }
    }

    mutating func fire(_ timer: SimplexTimer) {
        guard armedTimers.removeValue(forKey: timer) != nil else { return }
        switch timer {
        case .leader(let view):
            if view == currentView, rounds[view]?.proposal == nil {
                giveUpCurrentView()
            }
        case .view(let view):
            if view == currentView {
                giveUpCurrentView()
            }
        case .retransmission:
            retransmit()
        }
    }

    /// Starts or stops the current view, as there is something to do in it.
    mutating func updateActivity() {
        guard hasReasonToProgress else {
            if isActive {
                isActive = false
                cancel(.leader(currentView))
                cancel(.view(currentView))
            }
            return
        }
        guard !isActive else { return }
        isActive = true
        if rounds[currentView]?.proposal == nil, isLeaderAbsent {
            isLeaderSkipped = true
            giveUpCurrentView()
        }
        // A leader that is given up has its timers all the same: it may have been given up by this validator alone.
        arm(.leader(currentView), after: viewDelay * 2 / 3)
        arm(.view(currentView), after: viewDelay)
    }

    private var hasReasonToProgress: Bool {
        if isWorkPending || unfinalizedView != nil || rounds[currentView]?.proposal?.stage == .valid { return true }
        // Votes of f + 1 others: at least one honest validator has a reason.
        var voters: Set<ValidatorIndex> = []
        for distance in 0...SimplexLimits.voteWindow {
            guard let round = rounds[currentView.advanced(by: distance)] else { continue }
            voters.formUnion(round.votes.voters)
        }
        voters.remove(configuration.index)
        return voters.count > configuration.validators.faultTolerance
    }

    var leader: ValidatorIndex { configuration.validators.leader(of: currentView) }

    /// Whether to wait for the leader is to wait for nobody: the transport cannot reach it, or it has been silent for
    /// two full rotations, while a quorum is there. As soon as it is reached or heard again, it leads again.
    var isLeaderAbsent: Bool {
        guard leader != configuration.index else { return false }
        let quorum = configuration.validators.quorum
        let patience = 2 * UInt64(configuration.validators.count)
        let others = configuration.validators.indices.filter { $0 != configuration.index }.map { peers[$0.rawValue] }
        let isHeard = { (peer: Peer) in peer.lastHeard.advanced(by: patience) >= currentView }
        let suspect = peers[leader.rawValue]
        if !suspect.isReachable, others.count(where: \.isReachable) + 1 >= quorum { return true }
        return !isHeard(suspect) && others.count(where: isHeard) + 1 >= quorum
    }

    /// 3Δ, doubled with every view in a row that timed out, up to the channel's cap.
    var viewDelay: Duration {
        let doublings = min(consecutiveNullifications, SimplexLimits.maximumDoublings)
        let limits = configuration.limits
        return .milliseconds(min(3 * limits.networkDelay << doublings, limits.maximumTimeout))
    }

    mutating func arm(_ timer: SimplexTimer, after delay: Duration) {
        armedTimers[timer] = delay
        effects.append(.armTimer(timer, after: delay))
    }

    mutating func cancel(_ timer: SimplexTimer) {
        guard armedTimers.removeValue(forKey: timer) != nil else { return }
        effects.append(.cancelTimer(timer))
    }
}
