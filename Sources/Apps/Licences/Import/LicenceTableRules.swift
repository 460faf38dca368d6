/// How a table is judged.
public struct LicenceTableRules: Sendable {
    /// What becomes of known deviations from the standards.
    public enum Strictness: String, Hashable, Sendable, Codable {
        /// The rows are being issued: a deviation refuses its row.
        case issue
        /// The rows come from an existing library: a deviation is accepted and noted on its row.
        case library
    }

    public var strictness: Strictness
    /// The department that imports; rows of any other issuer are refused. `nil` takes them all.
    public var issuer: UnifiedSocialCreditCode?
    public var registry: LicenceTypeRegistry

    public init(
        strictness: Strictness, issuer: UnifiedSocialCreditCode? = nil, registry: LicenceTypeRegistry = .init()
    ) {
        self.strictness = strictness
        self.issuer = issuer
        self.registry = registry
    }
}
