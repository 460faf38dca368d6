public import SwiftASN1

/// A receipt's proof that the state holds nothing under a name: it was never written, or removed.
public struct AbsenceSubject: DERSequence, Hashable {
    public let name: StateName
    /// From the name's own entry, or that before it, to the state root in the sealing header.
    public let proof: StateProof

    public init(name: StateName, proof: StateProof) {
        self.name = name
        self.proof = proof
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        name = try StateName(derEncoded: &fields)
        proof = try StateProof(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(proof)
    }
}
