public import Identity

/// What names a subscription: 128 random bits, as 32 hexadecimal digits.
public struct WebhookIdentifier: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let text: String

    /// A new identifier from the system's random number generator.
    public init() { text = String(PayloadKey().bytes.prefix(16).hexadecimal) }

    /// Reads an identifier; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 32,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let identifier = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a subscription is named by 32 hexadecimal digits")
        }
        self = identifier
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    public var description: String { text }
}

/// Whose a subscription is.
public struct WebhookOwner: Hashable, Sendable, Codable {
    /// Longest name of a principal, in bytes.
    public static let maximumByteCount = 128

    public let department: DepartmentName
    /// Who has made it, as the gateway knows whoever calls: an application, a member, an account.
    public let principal: String

    /// - Throws: ``WebhookError`` with code `wrongOwner`.
    public init(_ principal: String, of department: DepartmentName) throws(WebhookError) {
        guard (1...Self.maximumByteCount).contains(principal.utf8.count),
            principal.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else {
            throw WebhookError(
                .wrongOwner, "whoever owns a subscription has a name of 1 to \(Self.maximumByteCount) bytes")
        }
        (self.department, self.principal) = (department, principal)
    }
}

/// A webhook (事件订阅): what is delivered where, and how that goes. Its secret is no part of it.
public struct WebhookSubscription: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, Codable {
        /// Deliveries are made.
        case active
        /// Its owner has stopped it; nothing is lost meanwhile but what the node prunes.
        case paused
        /// The node has stopped it, for ``WebhookSubscription/reason``.
        case disabled
    }

    public let identifier: WebhookIdentifier
    public let owner: WebhookOwner
    public let address: WebhookAddress
    public let filter: EventFilter
    public let state: State
    /// Why the node has stopped it.
    public let reason: WebhookDisabling?
    /// Up to where everything has arrived or was put aside.
    public let cursor: EventCursor
    public let schedule: DeliverySchedule
    /// What the last failure was; `nil` once things arrive again.
    public let lastFailure: String?
    public let createdAt: Timestamp
    /// When something has arrived last.
    public let deliveredAt: Timestamp?
    /// Until when the secret before the present one is valid.
    public let previousSecretUntil: Timestamp?
    /// How many deliveries were put aside.
    public let deadLetterCount: Int
}

/// A delivery that was put aside after it was tried as often as it is (死信): kept until it has arrived after all, or its
/// owner discards it.
public struct DeadLetter: Hashable, Sendable {
    /// Counts the dead letters of the node.
    public let number: Int64
    public let subscription: WebhookIdentifier
    public let cursor: EventCursor
    public let type: EventType
    /// What is delivered.
    public let body: [UInt8]
    /// Why it has not arrived, the last time.
    public let failure: String
    public let putAsideAt: Timestamp
    /// Whether it is going to be sent again.
    public let isQueued: Bool
}
