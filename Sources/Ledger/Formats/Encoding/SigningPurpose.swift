public import Identity
package import SwiftASN1

/// What a signature is for. The purpose is part of what is signed, so that a signature made for one thing never passes
/// for another (`SigningInput` in `docs/zhenglian.asn1`).
public enum SigningPurpose: String, Sendable, CaseIterable {
    case transaction = "zhenglian transaction 1"
    case proposal = "zhenglian proposal 1"
    case vote = "zhenglian vote 1"
    /// A requester asks the owner of a licence for what a decision allows.
    case releaseOrder = "zhenglian release order 1"
    /// The owner's node vouches for a licence that its holder shows.
    case presentation = "zhenglian presentation 1"
    /// What a holder of licences confirms with a device key of theirs (持证主体确认).
    case holderStatement = "zhenglian holder 1"
    /// A list of uses that somebody has taken from a ledger (用证轨迹导出).
    case export = "zhenglian export 1"

    /// The bytes that are signed: DER `SigningInput { purpose, digest }`, where `digest` is that of the structure's
    /// DER.
    public func input(for digest: Digest) -> [UInt8] {
        SigningInput(purpose: self, digest: digest).derBytes
    }
}

/// What a signature is over.
package struct SigningInput: DERSequence, Hashable {
    package let purpose: SigningPurpose
    package let digest: Digest

    package init(purpose: SigningPurpose, digest: Digest) {
        self.purpose = purpose
        self.digest = digest
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        let text = try fields.text(limit: 64)
        guard let purpose = SigningPurpose(rawValue: text) else {
            throw FormatError(.outOfRange, "'\(text)' is no purpose of a signature")
        }
        self.init(purpose: purpose, digest: try fields.digest())
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: purpose.rawValue)
        try fields.serialize(digest)
    }
}

extension SigningKey {
    /// Signs the digest of a structure for one purpose.
    /// - Throws: ``IdentityError`` where the key's store refuses.
    public func sign(_ digest: Digest, for purpose: SigningPurpose) throws(IdentityError) -> Signature {
        try sign(purpose.input(for: digest))
    }
}

extension VerificationKey {
    /// Whether `signature` is this key's over the digest of a structure, for this purpose.
    public func isValid(_ signature: Signature, of digest: Digest, for purpose: SigningPurpose) -> Bool {
        isValid(signature, for: purpose.input(for: digest))
    }
}
