package import Identity

extension ValidatorSet {
    /// Authenticates the certificates of a set: every one is signed by its department's authority, valid at `time` and
    /// of role validator, and no member and no key stands twice.
    /// - Parameters:
    ///   - epoch: the set's.
    ///   - certificates: DER, by index; 1 to ``maximumCount``.
    ///   - anchors: the consortium's.
    ///   - time: when the set was named.
    /// - Throws: ``VerificationError`` with code `wrongValidator`.
    package init(
        epoch: Epoch,
        certificates: [[UInt8]],
        anchors: TrustAnchors,
        at time: Timestamp
    ) throws(VerificationError) {
        var validators: [Validator] = []
        var members: Set<MemberName> = []
        var keys: Set<KeyIdentifier> = []
        for der in certificates {
            let certificate: MemberCertificate
            do {
                certificate = try anchors.authenticate(der, at: time)
            } catch {
                throw VerificationError(.wrongValidator, "a validator's certificate cannot be used: \(error)")
            }
            let member = certificate.member
            guard member.role == .validator else {
                throw VerificationError(
                    .wrongValidator, "\(member) is named as a validator of epoch \(epoch), but is none by its role")
            }
            guard members.insert(member).inserted else {
                throw VerificationError(
                    .wrongValidator, "\(member) stands twice among the validators of epoch \(epoch)")
            }
            guard keys.insert(certificate.publicKey.identifier).inserted else {
                throw VerificationError(
                    .wrongValidator, "\(member) has the key of another validator of epoch \(epoch)")
            }
            validators.append(Validator(member: member, key: certificate.publicKey))
        }
        self.init(epoch: epoch, validators: validators)
    }
}
