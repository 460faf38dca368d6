/// What the ledger says of one field that was shown with its salt and path (字段核验).
public struct FieldCheck: Hashable, Sendable {
    /// As it was shown.
    public let field: LicenceField
    /// Established where a receipt proves the root of the fields that it leads to.
    public let verdict: LicenceCheck.Verdict
}
