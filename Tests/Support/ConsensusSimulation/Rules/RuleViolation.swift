public import Formats

/// A rule of `docs/model.md` that a validator's trace breaks.
public struct RuleViolation: Hashable, Sendable, CustomStringConvertible {
    /// The rules, each with a name that a failing test prints.
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// A vote or a timer of a view that no certificate has led into, or that a later one has led out of.
        case entersByCertificate
        /// `notarize` for something else than the first valid proposal of the view.
        case notarizesFirstValidProposal
        /// A parent that is neither notarised nor final, or a gap without its nullifications.
        case parentIsNotarized
        /// A second `notarize` or `finalize` in a view, or `notarize` after `nullify`.
        case votesOnce
        /// `finalize` without the block's notarization.
        case finalizesNotarized
        /// `nullify` and `finalize` in one view.
        case neverGivesUpAndFinalizes
        /// A word in a view in which the validator may have voted with a log that is lost.
        case staysSilent
        /// A recovery that ends with too few answers, or lower than they say.
        case recoversFromEnough
        /// A certificate without a quorum, or with a vote that an honest validator has not cast.
        case certificatesHaveVotes
        /// Said before it was durable.
        case persistsBeforeSending
        /// A proposal by another than the leader, or a second one.
        case leadsOwnViewsOnce
        /// A restart without a vote that others have heard.
        case remembersVotes
    }

    public let rule: Rule
    public let validator: ValidatorIndex
    /// When, on the simulation's clock.
    public let time: Duration
    public let story: String

    public var description: String { "\(rule.rawValue): validator \(validator) at \(time): \(story)" }
}
