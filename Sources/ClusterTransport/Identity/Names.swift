/// A short name that is safe in certificates, URIs, file names and logs: 1 to 32 characters of `a-z`, `0-9` and `-`,
/// neither first nor last a `-`.
public struct Label: Hashable, Sendable {
    public let rawValue: String

    /// Makes a label; `nil` where `text` is not one.
    public init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard (1...32).contains(characters.count) else { return nil }
        guard characters.first != UInt8(ascii: "-"), characters.last != UInt8(ascii: "-") else { return nil }
        let allowed = characters.allSatisfy { character in
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard allowed else { return nil }
        self.rawValue = String(text)
    }
}

extension Label: Comparable, CustomStringConvertible {
    public static func < (left: Label, right: Label) -> Bool {
        // Bytes, not Unicode collation: the order must be the same on every machine.
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }

    public var description: String { rawValue }
}

extension Label: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let label = Label(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a name is 1 to 32 characters of a-z, 0-9 and '-', not '-' at either end"
            )
        }
        self = label
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// The name of a consortium (联盟), as its certificates spell it.
public typealias ConsortiumName = Label

/// The name of a department (部门): one organisation with one trust anchor.
public typealias DepartmentName = Label

/// What a certificate entitles its holder to (transport.md, Identity).
public enum Role: String, Hashable, Sendable, Codable, CaseIterable {
    /// A node that votes (验证节点).
    case validator
    /// A node that follows and serves, without a vote (观察节点).
    case observer
    /// A business system or operator that submits and asks (客户端).
    case client
    /// Whoever administers a department's members and certificates (管理员).
    case administrator
    /// Whoever may read every trace (审计员).
    case auditor
}

/// Who a certificate speaks for: a named member of one department in one role.
///
/// Prints as `department/role/name`, the path of the SPIFFE identifier in its certificate.
public struct MemberName: Hashable, Sendable {
    public let department: DepartmentName
    public let role: Role
    public let name: Label

    public init(department: DepartmentName, role: Role, name: Label) {
        self.department = department
        self.role = role
        self.name = name
    }

    /// Reads `department/role/name`; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3,
            let department = DepartmentName(parts[0]),
            let role = Role(rawValue: String(parts[1])),
            let name = Label(parts[2])
        else { return nil }
        self.init(department: department, role: role, name: name)
    }
}

extension MemberName: Comparable, CustomStringConvertible {
    public static func < (left: MemberName, right: MemberName) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    public var description: String { "\(department)/\(role.rawValue)/\(name)" }
}

extension MemberName: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let member = MemberName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a member is department/role/name")
        }
        self = member
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
