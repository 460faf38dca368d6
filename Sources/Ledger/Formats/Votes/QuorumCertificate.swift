public import Identity
public import SwiftASN1

/// A quorum's signatures under one statement (法定人数证书): a notarization, a nullification or a finalization, by the
/// statement's kind. It stands on its own: whoever has the validator set of its epoch can check it.
public struct QuorumCertificate: DERSequence, Hashable {
    /// A certificate's DER is never longer: 100 signatures of at most 128 bytes with their tags, and the statement.
    public static let maximumByteCount = 16 * 1024

    public let statement: VoteStatement
    /// Who has signed, in ascending order: on the wire a bitmap with one bit for each validator of the set.
    public let signers: [ValidatorIndex]
    /// One signature for each signer, in the same order.
    public let signatures: [Signature]
    private let validatorCount: Int

    /// Forms a certificate from votes for `statement`, of which each validator's first one counts. Takes the first
    /// quorum by index, so that the same votes give the same certificate.
    /// - Returns: `nil` where the votes are too few. The votes have to be valid: they are not checked here.
    public init?(statement: VoteStatement, votes: some Sequence<Vote>, validators: ValidatorSet) {
        var signatures: [ValidatorIndex: Signature] = [:]
        for vote in votes where vote.statement == statement && signatures[vote.validator] == nil {
            signatures[vote.validator] = vote.signature
        }
        let chosen = signatures.sorted { $0.key < $1.key }.prefix(validators.quorum)
        guard chosen.count == validators.quorum else { return nil }
        self.statement = statement
        self.signers = chosen.map(\.key)
        self.signatures = chosen.map(\.value)
        self.validatorCount = validators.count
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        statement = try VoteStatement(derEncoded: &fields)
        let bitmap = try ASN1BitString(derEncoded: &fields)
        validatorCount = bitmap.bytes.count * 8 - bitmap.paddingBits
        guard (1...ValidatorSet.maximumCount).contains(validatorCount) else {
            throw FormatError(.outOfRange, "a certificate's bitmap is for 1 to \(ValidatorSet.maximumCount) validators")
        }
        var signers: [ValidatorIndex] = []
        for index in 0..<validatorCount {
            let byte = bitmap.bytes[bitmap.bytes.startIndex + index / 8]
            if byte & (0x80 >> UInt8(index % 8)) != 0 {
                signers.append(ValidatorIndex(rawValue: index))
            }
        }
        self.signers = signers
        signatures = try fields.list(limit: ValidatorSet.maximumCount) { try $0.signature() }
        guard signatures.count == signers.count else {
            throw FormatError(
                .outOfRange,
                "a certificate has \(signatures.count) signatures for the \(signers.count) signers in its bitmap"
            )
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        var bitmap = [UInt8](repeating: 0, count: (validatorCount + 7) / 8)
        for signer in signers {
            bitmap[signer.rawValue / 8] |= 0x80 >> UInt8(signer.rawValue % 8)
        }
        try fields.serialize(statement)
        try fields.serialize(ASN1BitString(bytes: bitmap[...], paddingBits: bitmap.count * 8 - validatorCount))
        try fields.serialize(list: signatures) { try $0.serialize($1) }
    }

    /// The votes that the certificate holds.
    public var votes: [Vote] {
        zip(signers, signatures).map { Vote(statement: statement, validator: $0, signature: $1) }
    }

    /// Checks that a quorum of `validators` has signed the statement.
    /// - Parameter isVerified: votes whose signatures are known to hold are not checked again.
    /// - Throws: ``VerificationError`` with code `wrongEpoch`, `tooFewSigners`, `unknownSigner` or `wrongSignature`.
    public func verify(
        in validators: ValidatorSet,
        suite: any CryptoSuite,
        skipping isVerified: (Vote) -> Bool = { _ in false }
    ) throws(VerificationError) {
        guard statement.epoch == validators.epoch else {
            throw VerificationError(
                .wrongEpoch,
                "the certificate is of epoch \(statement.epoch), the validators are of epoch \(validators.epoch)"
            )
        }
        guard validatorCount == validators.count else {
            throw VerificationError(
                .unknownSigner,
                "the certificate is for \(validatorCount) validators, the epoch has \(validators.count)"
            )
        }
        // The bitmap names every signer once, so the count is of distinct validators.
        guard signers.count >= validators.quorum else {
            throw VerificationError(
                .tooFewSigners,
                "\(signers.count) of \(validators.count) validators have signed; \(validators.quorum) are needed"
            )
        }
        let digest = statement.digest(suite: suite)
        for (signer, signature) in zip(signers, signatures) {
            guard let validator = validators[signer] else {
                throw VerificationError(.unknownSigner, "the set has no validator \(signer)")
            }
            guard
                isVerified(Vote(statement: statement, validator: signer, signature: signature))
                    || validator.key.isValid(signature, of: digest, for: .vote)
            else {
                throw VerificationError(.wrongSignature, "the signature of \(validator.member) does not hold")
            }
        }
    }
}
