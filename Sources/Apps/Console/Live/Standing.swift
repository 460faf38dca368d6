import Formats
import Identity
import Nodes

/// Whether what this node shows is what the consortium has agreed on by now.
enum Standing: Sendable, Equatable {
    /// A quorum is in touch with this node.
    case inQuorum
    /// Too few validators can be reached; what the node has is as of its height.
    case outOfQuorum(since: Timestamp)
    /// Enough can be reached, and nothing becomes final although something waits.
    case stalled(since: Timestamp)
    /// Others have final blocks that this node still fetches.
    case behind
    /// The node does not say how it is.
    case unknown

    /// The shortest time without a block, while something waits, that is told: views change within it.
    static let stallSeconds = 15.0

    /// - Parameter health: what the node says of itself; its own clock is what times are counted from.
    init(_ health: NodeHealth) {
        if let seconds = Self.secondsOutOfQuorum(health) {
            self = .outOfQuorum(since: health.time.advanced(by: .milliseconds(-Int64(seconds * 1_000))))
        } else if health.isBehind {
            self = .behind
        } else if health.pendingTransactions > 0 || health.consensus?.isActive == true,
            health.secondsSinceCommit > Self.stallSeconds
        {
            self = .stalled(since: health.headTime)
        } else {
            self = .inQuorum
        }
    }

    /// For how long too few validators have been in touch; `nil` where enough are.
    ///
    /// The quorum is lost with the validator whose loss leaves too few: of those that cannot be reached, in the order
    /// in which they were lost, the first one too many.
    private static func secondsOutOfQuorum(_ health: NodeHealth) -> Double? {
        let lost = health.peers.filter { !$0.isReachable }.map(\.seconds).sorted(by: >)
        let isVoter = health.consensus != nil
        // Whoever does not vote follows as long as one validator tells it of blocks.
        let tolerated = isVoter ? health.validatorCount - health.quorum : health.peers.count - 1
        guard tolerated >= 0, lost.count > tolerated else { return nil }
        return lost[tolerated]
    }

    /// What people are told; `nil` where there is nothing to tell.
    func sentence(asOf height: Height) -> Phrase? {
        switch self {
        case .inQuorum: nil
        case .outOfQuorum(let since):
            Phrase(
                "This node has fallen out of the quorum since \(Told.time(since)): what you see is as of height "
                    + "\(Told.number(height.rawValue)), and may have been overtaken.",
                "本节点自 \(Told.time(since)) 起脱离法定人数：所见内容截至高度 \(Told.number(height.rawValue))，可能已不是最新。")
        case .stalled(let since):
            Phrase(
                "No block has become final since \(Told.time(since)), while something waits: what you see is as of "
                    + "height \(Told.number(height.rawValue)).",
                "自 \(Told.time(since)) 起没有区块得到确认，尚有交易等待：所见内容截至高度 \(Told.number(height.rawValue))。")
        case .behind:
            Phrase(
                "This node is fetching blocks that it lacks: what you see is as of height "
                    + "\(Told.number(height.rawValue)).",
                "本节点正在追赶缺少的区块：所见内容截至高度 \(Told.number(height.rawValue))。")
        case .unknown:
            Phrase(
                "This node does not say how it is: what you see is as of height \(Told.number(height.rawValue)).",
                "本节点未能说明自身状况：所见内容截至高度 \(Told.number(height.rawValue))。")
        }
    }

    /// For machines.
    var word: String {
        switch self {
        case .inQuorum: "inQuorum"
        case .outOfQuorum: "outOfQuorum"
        case .stalled: "stalled"
        case .behind: "behind"
        case .unknown: "unknown"
        }
    }
}
