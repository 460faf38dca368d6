public import SwiftASN1

/// A receipt's proof that an entry of the state has a value.
public struct EntrySubject: DERSequence, Hashable {
    /// Longest value of an entry of the state, in bytes.
    public static let maximumValueByteCount = 64 * 1024

    public let name: StateName
    public let value: [UInt8]
    /// From the entry to the state root in the sealing header.
    public let proof: StateProof

    public init(name: StateName, value: [UInt8], proof: StateProof) {
        self.name = name
        self.value = value
        self.proof = proof
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        name = try StateName(derEncoded: &fields)
        value = try fields.octets(limit: Self.maximumValueByteCount)
        proof = try StateProof(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(octets: value)
        try fields.serialize(proof)
    }
}
