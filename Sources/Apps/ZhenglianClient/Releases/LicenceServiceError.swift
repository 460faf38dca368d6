/// Why an owner's node does not release or present. It crosses the network as itself.
///
/// Two errors are equal when their codes are.
public struct LicenceServiceError: Error, Sendable, Codable, Equatable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        public init(from decoder: any Decoder) throws {
            rawValue = try decoder.singleValueContainer().decode(String.self)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }

        /// The message is not one that this service knows.
        public static let malformed = Code(rawValue: "malformed")
        /// The receipt of the decision does not hold, or is of something else.
        public static let noTicket = Code(rawValue: "noTicket")
        /// The ledger denies, or allows something else than what is asked for.
        public static let notAllowed = Code(rawValue: "notAllowed")
        /// The licence is another department's, or the caller is not who the ticket names.
        public static let notEntitled = Code(rawValue: "notEntitled")
        /// The certificate of the key that asked for the decision was revoked.
        public static let revoked = Code(rawValue: "revoked")
        /// Ticket or presentation are over.
        public static let expired = Code(rawValue: "expired")
        /// The ticket was used, or the presentation was scanned as often as it may be.
        public static let usedUp = Code(rawValue: "usedUp")
        /// The signature is not of the key that is asked for.
        public static let wrongSignature = Code(rawValue: "wrongSignature")
        /// The vault has no such licence, or no such part of it.
        public static let notHeld = Code(rawValue: "notHeld")
        /// The licence was taken down; what was private of it is destroyed.
        public static let takenDown = Code(rawValue: "takenDown")
        /// The licence is not taken down, as far as the node's ledger knows.
        public static let notTakenDown = Code(rawValue: "notTakenDown")
        /// The node has no vault, and so no such service.
        public static let noVault = Code(rawValue: "noVault")
        /// There is no such presentation or scan.
        public static let unknown = Code(rawValue: "unknown")
        /// The holder has not answered yet: ask again in a moment.
        public static let notConfirmedYet = Code(rawValue: "notConfirmedYet")
        /// The holder has declined.
        public static let declined = Code(rawValue: "declined")
        /// More than one department may take at a time: try again later.
        public static let overloaded = Code(rawValue: "overloaded")
        /// The node cannot answer: its vault or its ledger failed.
        public static let unavailable = Code(rawValue: "unavailable")
    }

    public let code: Code
    /// What happened and what to do.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public static func == (left: LicenceServiceError, right: LicenceServiceError) -> Bool { left.code == right.code }

    public var description: String { "\(message) (\(code.rawValue))" }
}
