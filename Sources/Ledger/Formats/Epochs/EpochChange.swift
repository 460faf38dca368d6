public import SwiftASN1

/// One link in the chain of validator sets: a header that the set of its own epoch has made final, and the proof that
/// its state names the set of the next.
public struct EpochChange: DERSequence, Hashable {
    /// Most links from one set to another: a set every week is twenty years.
    public static let maximumCount = 1_000

    /// A header of the epoch before the change, whose executed state holds the entry.
    public let header: BlockHeader
    /// The signatures of that epoch's quorum.
    public let finalization: QuorumCertificate
    /// The set of the next epoch.
    public let validators: EpochValidators
    /// From the entry ``EpochValidators/name(of:)`` to the header's `executed.stateRoot`.
    public let proof: StateProof

    public init(
        header: BlockHeader,
        finalization: QuorumCertificate,
        validators: EpochValidators,
        proof: StateProof
    ) {
        self.header = header
        self.finalization = finalization
        self.validators = validators
        self.proof = proof
    }

    /// Checks changes from the validators of epoch 0 on.
    /// - Parameter changes: one for each epoch from 1 on.
    /// - Returns: the validators that the last one names.
    /// - Throws: ``VerificationError`` that names the first link that does not hold.
    public static func verify(
        _ changes: [EpochChange],
        against genesis: Genesis
    ) throws(VerificationError) -> ValidatorSet {
        try EpochChain.verify(changes, genesis: genesis).set
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        header = try BlockHeader(derEncoded: &fields)
        finalization = try QuorumCertificate(derEncoded: &fields)
        validators = try EpochValidators(derEncoded: &fields)
        proof = try StateProof(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(header)
        try fields.serialize(finalization)
        try fields.serialize(validators)
        try fields.serialize(proof)
    }
}
