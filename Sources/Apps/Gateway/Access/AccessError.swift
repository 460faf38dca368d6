/// Why the door did not let a caller in, and what to do about it. Messages hold no token, password or number.
///
/// Two errors are equal when their codes are.
public struct AccessError: Error, Sendable {
    /// What went wrong. Clients may switch over it; new codes may come with a new version.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The operation needs a caller who is known.
        public static let notAuthenticated = Code(rawValue: "notAuthenticated")
        /// The caller is known and may not do this.
        public static let notEntitled = Code(rawValue: "notEntitled")

        /// The token has more bytes than a token may have.
        public static let tokenTooLarge = Code(rawValue: "tokenTooLarge")
        /// The text is no signed token, or a claim is of a wrong type.
        public static let malformedToken = Code(rawValue: "malformedToken")
        /// The token is signed by an algorithm that its platform is not registered with.
        public static let algorithmNotAllowed = Code(rawValue: "algorithmNotAllowed")
        /// The token's issuer is no platform that the department trusts.
        public static let unknownIssuer = Code(rawValue: "unknownIssuer")
        /// The platform publishes no usable key of the name that the token gives.
        public static let unknownKey = Code(rawValue: "unknownKey")
        /// The platform's keys could not be fetched.
        public static let keysUnavailable = Code(rawValue: "keysUnavailable")
        /// The signature does not hold.
        public static let wrongSignature = Code(rawValue: "wrongSignature")
        /// The token is for somebody else.
        public static let wrongAudience = Code(rawValue: "wrongAudience")
        /// The token's time is over.
        public static let tokenExpired = Code(rawValue: "tokenExpired")
        /// The token's time has not come.
        public static let tokenNotYetValid = Code(rawValue: "tokenNotYetValid")
        /// The token would be valid for longer than is accepted.
        public static let tokenLifetimeTooLong = Code(rawValue: "tokenLifetimeTooLong")
        /// The token lacks a claim that is needed.
        public static let claimMissing = Code(rawValue: "claimMissing")

        /// The department has registered no such application.
        public static let applicationUnknown = Code(rawValue: "applicationUnknown")
        /// The application is suspended.
        public static let applicationSuspended = Code(rawValue: "applicationSuspended")
        /// The application's last valid day is over.
        public static let applicationExpired = Code(rawValue: "applicationExpired")
        /// The department has registered no role for this person, or it is over.
        public static let personUnknown = Code(rawValue: "personUnknown")

        /// The certificate's validity has ended or not begun.
        public static let certificateExpired = Code(rawValue: "certificateExpired")
        /// The department's authority has revoked the certificate.
        public static let certificateRevoked = Code(rawValue: "certificateRevoked")
        /// The certificate is no member's of this consortium.
        public static let certificateRefused = Code(rawValue: "certificateRefused")

        /// Name or password is wrong.
        public static let wrongCredentials = Code(rawValue: "wrongCredentials")
        /// Too many failures: the account or the address has to wait.
        public static let loginLocked = Code(rawValue: "loginLocked")
        /// Too many log-ins at once.
        public static let loginBusy = Code(rawValue: "loginBusy")
        /// The answer of an identity platform belongs to no log-in that is under way in this browser.
        public static let logInUnknown = Code(rawValue: "logInUnknown")
        /// Nobody has logged in at the identity platform.
        public static let logInCancelled = Code(rawValue: "logInCancelled")
        /// The identity token belongs to another log-in.
        public static let wrongNonce = Code(rawValue: "wrongNonce")
        /// The identity platform cannot be reached, or takes too long.
        public static let platformUnavailable = Code(rawValue: "platformUnavailable")
        /// The identity platform answers what it must not.
        public static let platformAnswerInvalid = Code(rawValue: "platformAnswerInvalid")
        /// There is no such session, or it is over.
        public static let sessionEnded = Code(rawValue: "sessionEnded")
        /// There are as many sessions as may be.
        public static let tooManySessions = Code(rawValue: "tooManySessions")

        /// The idempotency key was used for another request.
        public static let idempotencyKeyReused = Code(rawValue: "idempotencyKeyReused")
        /// The idempotency key is no such key.
        public static let malformedIdempotencyKey = Code(rawValue: "malformedIdempotencyKey")

        /// A file of accounts or a salt is not what it should be.
        public static let wrongFile = Code(rawValue: "wrongFile")
        /// A name, a password or an address is not what it should be.
        public static let wrongValue = Code(rawValue: "wrongValue")
        /// The ledger could not be asked.
        public static let ledgerUnavailable = Code(rawValue: "ledgerUnavailable")
    }

    public let code: Code
    /// What happened, and what to do, in one or two sentences.
    public let message: String
    /// After how many seconds another attempt makes sense, where waiting helps.
    public let retryAfterSeconds: Int?
    /// What the layer below said: for the log, not for the caller.
    public let cause: String?

    public init(_ code: Code, _ message: String, retryAfterSeconds: Int? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
        self.cause = cause.map { String(describing: $0) }
    }
}

extension AccessError: Equatable, CustomStringConvertible {
    public static func == (left: AccessError, right: AccessError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
