/// What a connection is for. Each lane has connections and queues of its own, so that a snapshot never delays a vote.
public enum Lane: UInt8, Hashable, Sendable, CaseIterable, Comparable {
    /// Proposals, votes and certificates: small, urgent, worthless when late.
    case consensus = 1
    /// Transactions, queries and their answers.
    case requests = 2
    /// Blocks and snapshots.
    case bulk = 3

    public static func < (left: Lane, right: Lane) -> Bool { left.rawValue < right.rawValue }
}

extension Lane: CustomStringConvertible {
    public var description: String {
        switch self {
        case .consensus: "consensus"
        case .requests: "requests"
        case .bulk: "bulk"
        }
    }
}
