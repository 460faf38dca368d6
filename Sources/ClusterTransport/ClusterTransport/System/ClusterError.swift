public import Identity

/// What went wrong with a call or a connection, and what to do about it.
///
/// Two errors are equal when their codes are.
public struct ClusterError: Error, Sendable {
    /// What went wrong. Clients may switch over it; new codes may come with a new version.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// No answer came in time; whether the call was carried out is unknown.
        public static let deadlineExceeded = Code(rawValue: "deadlineExceeded")
        /// The peer has no known address, does not answer, or went away before it answered.
        public static let unreachable = Code(rawValue: "unreachable")
        /// One side refused the other's certificate; `identityCode` says why.
        public static let refused = Code(rawValue: "refused")
        /// The caller's role may not call the method.
        public static let notAllowed = Code(rawValue: "notAllowed")
        /// The actor has no such method, or its table of remote methods does not list it.
        public static let unknownMethod = Code(rawValue: "unknownMethod")
        /// The node hosts no actor of that name and type.
        public static let unknownActor = Code(rawValue: "unknownActor")
        /// The peer has more calls under way, or replies unread, than it takes.
        public static let overloaded = Code(rawValue: "overloaded")
        /// The method threw an error that it does not declare; `incident` finds it in the peer's log.
        public static let remoteFailure = Code(rawValue: "remoteFailure")
        /// A message is longer than its lane allows.
        public static let frameTooLarge = Code(rawValue: "frameTooLarge")
        /// The system was shut down.
        public static let shutDown = Code(rawValue: "shutDown")
        /// A message does not parse, or does not fit the method.
        public static let malformed = Code(rawValue: "malformed")
        /// The port to listen on is taken by another process.
        public static let addressInUse = Code(rawValue: "addressInUse")
        /// The node cannot listen at the address for another reason.
        public static let cannotListen = Code(rawValue: "cannotListen")
        /// Another process already speaks as this member.
        public static let identityInUse = Code(rawValue: "identityInUse")
        /// The peer belongs to another consortium of the same name.
        public static let wrongRealm = Code(rawValue: "wrongRealm")
        /// The peer speaks no version of the protocol that this node speaks.
        public static let unsupportedVersion = Code(rawValue: "unsupportedVersion")
        /// The node hosts an actor of that name already.
        public static let nameInUse = Code(rawValue: "nameInUse")
    }

    public let code: Code
    /// What happened, where, and what to do, in one or two sentences.
    public let message: String
    /// Why a certificate was refused, with code `refused`.
    public let identityCode: IdentityError.Code?
    /// What both logs show of an error that does not cross the wire, with code `remoteFailure`.
    public let incident: IncidentIdentifier?
    /// What the library underneath said, where one did.
    public let cause: String?

    public init(
        _ code: Code,
        _ message: String,
        identityCode: IdentityError.Code? = nil,
        incident: IncidentIdentifier? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.identityCode = identityCode
        self.incident = incident
        self.cause = cause.map { String(describing: $0) }
    }
}

extension ClusterError: Equatable, CustomStringConvertible {
    public static func == (left: ClusterError, right: ClusterError) -> Bool { left.code == right.code }

    public var description: String {
        let code = identityCode.map { "\(self.code.rawValue), \($0.rawValue)" } ?? self.code.rawValue
        return cause.map { "\(message) (\(code): \($0))" } ?? "\(message) (\(code))"
    }
}

/// A number by which one failure is found in the logs of both nodes.
public struct IncidentIdentifier: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// 16 hexadecimal digits.
    public var description: String {
        let digits = String(rawValue, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
