public import Identity
public import SwiftASN1

/// A validator set that somebody has verified earlier, kept in a file of their own: verification may begin from it
/// instead of from the genesis, and whatever contradicts it is refused.
///
/// The file is trusted as the genesis file is: whoever can change it decides what verifies.
public struct TrustedValidators: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// Longest DER: a set and a header.
    public static let maximumByteCount = EpochValidators.maximumByteCount + 1_024

    public let suite: CryptoSuiteIdentifier
    /// The consortium's name: the digest of its genesis file.
    public let consortium: Digest
    public let validators: EpochValidators
    /// The ledger time at which the certificates were authenticated: when the set was named.
    public let authenticatedAt: Timestamp
    /// The latest header that is known to be final; of the set's epoch.
    public let header: BlockHeader

    public init(
        suite: CryptoSuiteIdentifier,
        consortium: Digest,
        validators: EpochValidators,
        authenticatedAt: Timestamp,
        header: BlockHeader
    ) {
        self.suite = suite
        self.consortium = consortium
        self.validators = validators
        self.authenticatedAt = authenticatedAt
        self.header = header
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "trusted validator set")
        suite = try fields.suite()
        consortium = try fields.digest()
        validators = try EpochValidators(derEncoded: &fields)
        authenticatedAt = try fields.timestamp()
        header = try BlockHeader(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(suite)
        try fields.serialize(consortium)
        try fields.serialize(validators)
        try fields.serialize(authenticatedAt)
        try fields.serialize(header)
    }
}
