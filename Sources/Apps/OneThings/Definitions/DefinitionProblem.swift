public import Licences

/// What is wrong with a definition, and where. A definition with a problem does not come on the ledger.
public struct DefinitionProblem: Hashable, Sendable {
    /// The rule that is broken.
    public enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
        /// The file is no JSON of a definition, lacks a member, or has one that no definition has.
        case wrongFile
        /// A name that nothing in the definition, or in the consortium, has.
        case unknownName
        /// Two things have one name.
        case doubleName
        /// A text or a list is empty, too long, or holds what looks like personal data.
        case wrongText
        /// A step waits for itself, or a way back leads forward.
        case loop
        /// A step is never begun, an end never reached.
        case unreachable
        /// A step has no answer that settles it, so the case cannot be completed.
        case cannotEnd
        /// A department would get a datum that its duty does not need.
        case leak
        /// A department may get a datum that no step of it asks for, or everybody one that is on the ledger anyhow.
        case excess
        /// A step needs what nobody has handed in or returned by then.
        case missingInput
        /// Clocks that contradict each other, or one that is missing.
        case wrongClock
        /// Parts of a step that cannot stand beside each other.
        case contradiction
    }

    public let rule: Rule
    /// Where, as a path in the definition's file: `steps.seal.needs`.
    public let place: String
    public let message: BilingualText

    init(_ rule: Rule, _ place: String, _ english: String, _ chinese: String) {
        (self.rule, self.place) = (rule, place)
        message = BilingualText(english, chinese)
    }
}

extension DefinitionProblem: CustomStringConvertible {
    public var description: String {
        "\(place.isEmpty ? "" : "\(place): ")\(message.english) (\(rule.rawValue))"
    }
}
