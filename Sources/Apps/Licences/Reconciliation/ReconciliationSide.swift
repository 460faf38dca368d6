/// One of the two sets of licences that a reconciliation compares: a table, or what a ledger's catalogue has.
public protocol ReconciliationSide: Sendable {
    /// What it is of, so that a reconciliation that was interrupted goes on with the same only.
    func fingerprint() async throws -> String

    /// Hands every row, or those of some buckets, to `body`, in any order, never holding more than a page of them.
    /// - Parameters:
    ///   - buckets: of all days or of one; `nil` for all rows.
    ///   - body: gets each row.
    func forEachRow(in buckets: Set<ReconciliationBucket>?, _ body: (ReconciliationRow) throws -> Void) async throws
}
