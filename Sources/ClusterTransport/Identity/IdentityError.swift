/// What was wrong with a key, a certificate, a request or a revocation list, and what to do about it.
///
/// Two errors are equal when their codes are.
public struct IdentityError: Error, Sendable, Codable {
    /// What went wrong. Clients may switch over it; new codes may come with a new version.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The bytes are no key of this kind.
        public static let malformedKey = Code(rawValue: "malformedKey")
        /// The key belongs to another crypto suite than the consortium's.
        public static let wrongSuite = Code(rawValue: "wrongSuite")
        /// The libraries of this machine lack an algorithm of the suite.
        public static let suiteUnavailable = Code(rawValue: "suiteUnavailable")
        /// The private key could not sign.
        public static let signingFailed = Code(rawValue: "signingFailed")
        /// A payload could not be encrypted.
        public static let sealingFailed = Code(rawValue: "sealingFailed")
        /// A payload was changed, or encrypted with another key or for another context.
        public static let sealBroken = Code(rawValue: "sealBroken")
        /// The bytes are no certificate, request or revocation list.
        public static let malformedCertificate = Code(rawValue: "malformedCertificate")
        /// A certificate was signed by its own key where a department's authority has to sign.
        public static let selfSigned = Code(rawValue: "selfSigned")
        /// No trust anchor of the consortium has signed the certificate.
        public static let unknownAuthority = Code(rawValue: "unknownAuthority")
        /// The signature on the certificate, request or list does not hold.
        public static let wrongSignature = Code(rawValue: "wrongSignature")
        /// One department's authority signed for another department.
        public static let wrongDepartment = Code(rawValue: "wrongDepartment")
        /// The certificate speaks for another consortium.
        public static let wrongConsortium = Code(rawValue: "wrongConsortium")
        /// The certificate's validity has ended.
        public static let expired = Code(rawValue: "expired")
        /// The certificate's validity has not begun.
        public static let notYetValid = Code(rawValue: "notYetValid")
        /// Key usage or extended key usage do not allow what was tried.
        public static let wrongUsage = Code(rawValue: "wrongUsage")
        /// The certificate departs from the profile: version, subject, names or extensions.
        public static let wrongProfile = Code(rawValue: "wrongProfile")
        /// The department's authority has revoked the certificate.
        public static let revoked = Code(rawValue: "revoked")
        /// The certificate is sound, but speaks for somebody else than was expected.
        public static let wrongMember = Code(rawValue: "wrongMember")
    }

    public let code: Code
    /// What happened, where, and what to do, in one or two sentences.
    public let message: String
    /// What the library underneath said, where one did.
    public let cause: String?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause.map { String(describing: $0) }
    }
}

extension IdentityError {
    /// Why `suite` does not take a public key: it is another suite's, or none at all.
    static func unusable(
        subjectPublicKeyInfo: [UInt8],
        in suite: CryptoSuiteIdentifier,
        cause: (any Error)? = nil
    ) -> IdentityError {
        if let other = CryptoSuiteIdentifier(subjectPublicKeyInfo: subjectPublicKeyInfo), other != suite {
            return IdentityError(
                .wrongSuite,
                "the key is one of the suite \(other.rawValue) where the suite \(suite.rawValue) is asked for",
                cause: cause
            )
        }
        return IdentityError(
            .malformedKey,
            "the structure is not a SubjectPublicKeyInfo of the suite \(suite.rawValue)",
            cause: cause
        )
    }
}

extension IdentityError: Equatable, CustomStringConvertible {
    public static func == (left: IdentityError, right: IdentityError) -> Bool { left.code == right.code }

    public var description: String {
        cause.map { "\(message) (\(code.rawValue): \($0))" } ?? "\(message) (\(code.rawValue))"
    }
}
