public import Formats
public import Identity

/// What the licences' procedures need of the ledger that holds catalogue and evidence. A client of a node is one.
public protocol LicenceLedger: Sendable {
    /// What the ledger holds of some licences, at most ``LicencesByIdentifiers/maximumCount``.
    func licences(_ identifiers: [LicenceIdentifier]) async throws -> LicencesAnswer

    /// What the ledger holds of the licence that a file belongs to.
    func licence(ofFile file: Digest) async throws -> LicencesAnswer

    /// Has calls about licences take effect together, and says what became of them. The same calls take effect once,
    /// however often they are handed in.
    func outcome(of calls: [Call]) async throws -> Outcome
}

extension LicenceLedger {
    /// Has `calls` take effect together, and says what became of them.
    public func outcome(of calls: [LicenceCall]) async throws -> Outcome { try await outcome(of: calls.map(\.call)) }
}
