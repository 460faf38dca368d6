/// What must never happen, and has.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// Two honest members have different blocks or results at one height, or one went back.
        case agreement
        /// Something was executed that no client has signed, or twice.
        case validity
        /// What a client was told is not on every later head.
        case durability
        /// An honest validator contradicted itself on the wire.
        case contradiction
        /// Something was said that a crash could still undo.
        case persistence
        /// A block, vote or certificate is not of the epoch that the ledger says.
        case epochs
        /// What was submitted did not become final in time, or members do not catch up.
        case liveness
        /// The channel does not come to rest when there is nothing to do.
        case rest
        /// Something has grown beyond its limit.
        case bounds
        /// An honest member has given up: its memory, disk or software is at fault, as it says.
        case failure
    }

    public let rule: Rule
    /// When, since the beginning.
    public let time: Duration
    /// The machine that it was seen on; `nil` where it is not one machine's.
    public let node: Int?
    public let story: String

    init(_ rule: Rule, at time: Duration, node: Int? = nil, _ story: String) {
        self.rule = rule
        self.time = time
        self.node = node
        self.story = story
    }

    public var description: String {
        "\(rule.rawValue) at \(time)\(node.map { " on machine \($0)" } ?? ""): \(story)"
    }
}
