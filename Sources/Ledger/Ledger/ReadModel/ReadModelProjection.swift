public import Formats

/// An application's tables in the read model, made from what its contracts write. Handed to a node as contracts are.
public protocol ReadModelProjection: Sendable {
    /// Tells it from others: 1 to 64 ASCII characters.
    var name: String { get }
    /// Larger with every change of the tables or of what stands in them: the model is then made anew.
    var version: Int { get }
    /// The contracts whose changes it takes.
    var contracts: [String] { get }
    /// The statements that make its tables, indexes and views.
    var schema: String { get }

    /// Carries one block's changes into the tables.
    ///
    /// It is called for every block in order, and has to come to the same rows when the same block comes twice. Where
    /// the model is filled from the present state alone, the changes are every key's present value, and `block` is the
    /// block up to which the state stands.
    /// - Throws: ``LedgerError``, which ends the batch without a trace.
    func apply(
        _ changes: ArraySlice<StateChange>,
        of block: ReadModelPosition,
        to tables: ReadModelTables
    ) throws(LedgerError)
}

extension ReadModelProjection {
    /// What has to be the same for a model that was made before to be gone on with.
    var signature: String { "\(name) \(version)" }
}
