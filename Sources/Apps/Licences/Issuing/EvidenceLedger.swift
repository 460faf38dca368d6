public import Formats
public import Identity

/// What the licences' procedures need of the ledger that holds evidence. A client of a node is one.
public protocol EvidenceLedger: Sendable {
    /// What the ledger holds of some licences, at most ``EvidenceByIdentifiers/maximumCount``.
    func evidence(of identifiers: [LicenceIdentifier]) async throws -> EvidenceAnswer

    /// What the ledger holds of the licence that a file belongs to.
    func evidence(ofFile file: Digest) async throws -> EvidenceAnswer

    /// Has `calls` take effect together, and says what became of them. The same calls take effect once, however often
    /// they are handed in.
    func outcome(of calls: [EvidenceCall]) async throws -> Outcome
}
