public import Identity
public import SwiftASN1

/// One key of one contract, as a block left it.
public struct StateChange: DERSequence, Hashable {
    public let contract: String
    public let key: [UInt8]
    /// The new value; `nil` where the key was removed.
    public let value: [UInt8]?

    public init(contract: String, key: [UInt8], value: [UInt8]?) {
        self.contract = contract
        self.key = key
        self.value = value
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        contract = try fields.text(limit: Call.maximumNameByteCount)
        key = try fields.octets(limit: Transaction.maximumByteCount)
        let octets: ASN1OctetString? = try DER.optionalImplicitlyTagged(&fields)
        value = octets.map { Array($0.bytes) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: contract)
        try fields.serialize(octets: key)
        if let value {
            try fields.serialize(octets: value)
        }
    }
}

/// How the digest of the state grows: each block's writes are chained to all before.
///
/// `stateDigest(h) = digest(DER StateLink { previous: stateDigest(h - 1), changesRoot })` over the changes of block `h`
/// in the order of (contract, key) by bytes; `stateDigest(0)` is the channel's identifier. Nodes that agree on it have
/// made the same writes in the same blocks.
public struct StateLink: DERSequence, Hashable {
    public let previous: Digest
    /// The Merkle root over the DER of the block's changes (RFC 9162, section 2.1.1).
    public let changesRoot: Digest

    public init(previous: Digest, changes: [StateChange], suite: any CryptoSuite) {
        self.previous = previous
        self.changesRoot = MerkleTree(leaves: changes.map(\.derBytes), suite: suite).root
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        previous = try fields.digest()
        changesRoot = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(previous)
        try fields.serialize(changesRoot)
    }

    public func digest(suite: any CryptoSuite) -> Digest {
        suite.digest(of: derBytes)
    }
}
