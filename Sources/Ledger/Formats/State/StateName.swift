public import Identity
public import SwiftASN1

/// The name of one entry of the state: the contract that owns it and the contract's key for it. Its digest places the
/// entry among all others: see ``digest(suite:)``.
public struct StateName: DERSequence, Hashable {
    /// Longest key, in bytes.
    public static let maximumKeyByteCount = 256

    public let contract: String
    public let key: [UInt8]

    public init(contract: String, key: [UInt8]) {
        self.contract = contract
        self.key = key
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        contract = try fields.text(limit: Call.maximumNameByteCount)
        key = try fields.octets(limit: Self.maximumKeyByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: contract)
        try fields.serialize(octets: key)
    }

    /// The entry's state key: what the ring of all entries is ordered by.
    public func digest(suite: any CryptoSuite) -> Digest {
        suite.digest(of: derBytes)
    }
}
