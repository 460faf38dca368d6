/// Why something that claims to be proved is not.
///
/// Two errors are equal when their codes are.
public struct VerificationError: Error, Sendable, Codable {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// Of another consortium than the genesis.
        public static let wrongConsortium = Code(rawValue: "wrongConsortium")
        /// Of another crypto suite than the genesis.
        public static let wrongSuite = Code(rawValue: "wrongSuite")
        /// Of another channel.
        public static let wrongChannel = Code(rawValue: "wrongChannel")
        /// Of another validator set than the one that has to vouch for it.
        public static let wrongEpoch = Code(rawValue: "wrongEpoch")
        /// Fewer distinct validators have signed than a quorum.
        public static let tooFewSigners = Code(rawValue: "tooFewSigners")
        /// Somebody signed who is not in the set.
        public static let unknownSigner = Code(rawValue: "unknownSigner")
        /// A signature does not hold.
        public static let wrongSignature = Code(rawValue: "wrongSignature")
        /// A certificate of another kind than the claim needs.
        public static let wrongKind = Code(rawValue: "wrongKind")
        /// A digest or a path does not lead where it should.
        public static let wrongDigest = Code(rawValue: "wrongDigest")
        /// The submitter's certificate does not entitle it.
        public static let wrongCertificate = Code(rawValue: "wrongCertificate")
        /// A validator's certificate does not entitle it, or stands twice in its set.
        public static let wrongValidator = Code(rawValue: "wrongValidator")
        /// A proof does not show what the state is said to hold.
        public static let wrongProof = Code(rawValue: "wrongProof")
        /// Two sets are said to be of one epoch, or two blocks final at one height: somebody's validators lie.
        public static let fork = Code(rawValue: "fork")
        /// Not newer than what is known already.
        public static let outdated = Code(rawValue: "outdated")
        /// The parts are each sound, but do not belong together.
        public static let inconsistent = Code(rawValue: "inconsistent")
    }

    public let code: Code
    /// What does not hold, and where.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension VerificationError: Equatable, CustomStringConvertible {
    public static func == (left: VerificationError, right: VerificationError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
