/// What must never happen, and has.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public enum Rule: String, Hashable, Sendable {
        /// Two honest validators executed different blocks at one height, or one forgot a final block.
        case agreement
        /// An honest validator contradicted itself on the wire.
        case contradiction
        /// Something was voted, or proposed, that a crash could still undo.
        case durability
        /// A validator's trace breaks a rule of the model.
        case protocolRule
        /// What was submitted did not become final in time.
        case liveness
        /// The chain did not come to rest.
        case rest
    }

    public let rule: Rule
    public let story: String

    public init(_ rule: Rule, _ story: String) {
        self.rule = rule
        self.story = story
    }

    public var description: String { "\(rule.rawValue): \(story)" }
}
