/// The salts of one licence's metadata, one for each field, which the issuer keeps in a ``LicenceSaltsStore`` or in its
/// vault.
///
/// Deleting them is the erasure of the metadata: the root on the ledger can no longer be connected with any value.
public struct LicenceSalts: Hashable, Sendable {
    /// The licence that the salts belong to.
    public let identifier: LicenceIdentifier
    /// In the order of ``LicenceMetadata/names``.
    public let salts: [LicenceSalt]

    /// Fresh salts for the licence `identifier`. Outside of tests, `generator` is the system's.
    public init(identifier: LicenceIdentifier, using generator: inout some RandomNumberGenerator) {
        self.identifier = identifier
        self.salts = LicenceMetadata.names.map { _ in LicenceSalt(using: &generator) }
    }

    /// What a store keeps of them: the salts after each other.
    var bytes: [UInt8] { salts.flatMap(\.bytes) }

    /// The salts that a store has kept.
    /// - Throws: ``LicenceError`` with code `wrongSalts`.
    init(identifier: LicenceIdentifier, bytes: [UInt8]) throws(LicenceError) {
        let expected = LicenceMetadata.names.count * LicenceSalt.byteCount
        guard bytes.count == expected else {
            throw LicenceError(
                .wrongSalts, "\(bytes.count) bytes of salts are kept for \(identifier) where \(expected) are expected",
                found: "\(bytes.count)", expected: "\(expected)")
        }
        self.identifier = identifier
        salts = stride(from: 0, to: expected, by: LicenceSalt.byteCount).compactMap { start in
            LicenceSalt(Array(bytes[start..<(start + LicenceSalt.byteCount)]))
        }
    }
}

extension LicenceSalts: CustomStringConvertible {
    public var description: String { "salts of \(identifier)" }
}
