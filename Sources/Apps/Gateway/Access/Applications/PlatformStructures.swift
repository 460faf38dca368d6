public import Formats
public import Identity
public import SwiftASN1

/// What a department says of an identity platform that it trusts (统一身份认证平台): arguments of
/// `applications.registerPlatform`. Saying it again of the same issuer replaces what was said.
public struct PlatformDeclaration: DERSequence, Hashable {
    /// Of the structure.
    public static let version: Int64 = 1

    /// What tokens name in `iss`, byte by byte.
    public let issuer: PlatformAddress
    /// What tokens have to name in `aud`.
    public let audience: String
    /// Where the platform publishes its keys (JWKS, RFC 7517).
    public let keySet: PlatformAddress
    /// At least one, in ascending order.
    public let algorithms: [TokenAlgorithm]

    /// - Parameter algorithms: at least one, in any order.
    public init(
        issuer: PlatformAddress, audience: String, keySet: PlatformAddress, algorithms: Set<TokenAlgorithm>
    ) {
        self.issuer = issuer
        self.audience = audience
        self.keySet = keySet
        self.algorithms = algorithms.sorted()
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "declaration of an identity platform")
        issuer = try fields.address()
        audience = try fields.text(limit: ApplicationLimits.identifierBytes)
        keySet = try fields.address()
        algorithms = try fields.words(limit: TokenAlgorithm.allCases.count)
        guard !algorithms.isEmpty else {
            throw FormatError(.outOfRange, "an identity platform signs by at least one algorithm")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: issuer.text)
        try fields.serialize(text: audience)
        try fields.serialize(text: keySet.text)
        try fields.serialize(words: algorithms)
    }
}

/// An identity platform as the ledger has it.
public struct PlatformRecord: DERSequence, Hashable {
    public static let formatVersion: Int64 = 1

    public let department: DepartmentName
    public internal(set) var declaration: PlatformDeclaration
    public let registeredAt: Timestamp
    /// When anything of it was said last, and in which block.
    public internal(set) var changedAt: Timestamp
    public internal(set) var height: Height
    /// Since when its tokens are trusted no more.
    public internal(set) var endedAt: Timestamp?

    package init(
        department: DepartmentName, declaration: PlatformDeclaration, at time: Timestamp, height: Height,
        endedAt: Timestamp? = nil
    ) {
        self.department = department
        self.declaration = declaration
        registeredAt = time
        changedAt = time
        self.height = height
        self.endedAt = endedAt
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.formatVersion, of: "record of an identity platform")
        department = try fields.label()
        declaration = try PlatformDeclaration(derEncoded: &fields)
        registeredAt = try fields.timestamp()
        changedAt = try fields.timestamp()
        height = try fields.number()
        endedAt = try fields.optional(tag: 0) { try $0.timestamp() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.formatVersion)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(declaration)
        try fields.serialize(registeredAt)
        try fields.serialize(changedAt)
        try fields.serialize(height)
        try fields.serialize(optional: endedAt, tag: 0) { try $0.serialize($1) }
    }
}

/// One identity platform of a department: arguments of `applications.endPlatform`, the question `platform`, an element
/// of the department's list, and an event.
public struct PlatformReference: DERSequence, Hashable {
    public let department: DepartmentName
    public let issuer: PlatformAddress

    public init(department: DepartmentName, issuer: PlatformAddress) {
        self.department = department
        self.issuer = issuer
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        issuer = try fields.address()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
        try fields.serialize(text: issuer.text)
    }
}
