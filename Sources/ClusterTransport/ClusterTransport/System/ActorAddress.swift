public import Identity

/// The well-known name of an actor within its node: 1 to 64 characters of `a-z`, `0-9`, `-`, `.` and `/`.
public struct ActorName: Hashable, Sendable {
    public static let maximumByteCount = 64

    public let rawValue: String

    /// Makes a name; `nil` where `text` is not one.
    public init?(_ text: String) {
        guard (1...Self.maximumByteCount).contains(text.utf8.count) else { return nil }
        let allowed = text.utf8.allSatisfy { character in
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"): true
            default: false
            }
        }
        guard allowed else { return nil }
        self.rawValue = text
    }
}

extension ActorName: ExpressibleByStringLiteral, CustomStringConvertible, Comparable {
    /// Names are mostly written in the source; one that is none is a mistake of ours.
    public init(stringLiteral text: String) {
        guard let name = ActorName(text) else { preconditionFailure("'\(text)' is no actor name") }
        self = name
    }

    public static func < (left: ActorName, right: ActorName) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }

    public var description: String { rawValue }
}

extension ActorName: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = ActorName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "an actor's name is 1 to 64 characters of a-z, 0-9, '-', '.' and '/'"
            )
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// Where a distributed actor lives: a member of the consortium and a name that every node knows.
///
/// There is nothing to look up. Whoever knows the member and the name can call, and the certificate behind the
/// connection proves that the member answers.
public struct ActorAddress: Hashable, Sendable, Codable {
    public let member: MemberName
    public let actor: ActorName

    public init(member: MemberName, actor: ActorName) {
        self.member = member
        self.actor = actor
    }
}

extension ActorAddress: CustomStringConvertible {
    public var description: String { "\(member)#\(actor)" }
}
