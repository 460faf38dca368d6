/// What the receipt of an absence establishes.
public struct AbsenceFindings: Sendable, Hashable {
    /// How the state shows that nothing is there.
    public enum Reason: String, Sendable, Codable {
        /// The entry was there once and was removed, at ``AbsenceFindings/since``.
        case removed
        /// No entry of the name was ever written.
        case neverWritten
    }

    public let name: StateName
    public let reason: Reason
    /// There was no such entry at any height from this one to that as of which the receipt is: from the removal on, or
    /// from the beginning, for a key once written never leaves the ring.
    public let since: Height
}
