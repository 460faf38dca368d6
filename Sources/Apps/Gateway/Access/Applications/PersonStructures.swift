public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// What a department says of a person: arguments of `applications.registerPerson`.
public struct PersonDeclaration: DERSequence, Hashable {
    /// Of the structure.
    public static let version: Int64 = 1

    public let issuer: PlatformAddress
    /// The keyed digest of the person's subject at the issuer: see ``SubjectSalt``.
    public let subject: Digest
    /// In ascending order.
    public let entitlements: [Entitlement]
    /// The last day, in China, on which the role holds.
    public let lastDay: CalendarDate

    /// - Parameter entitlements: in any order.
    public init(
        issuer: PlatformAddress, subject: Digest, entitlements: Set<Entitlement>, lastDay: CalendarDate
    ) {
        self.issuer = issuer
        self.subject = subject
        self.entitlements = entitlements.sorted()
        self.lastDay = lastDay
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "declaration of a person")
        issuer = try fields.address()
        subject = try fields.digest()
        entitlements = try fields.words(limit: Entitlement.allCases.count)
        lastDay = try fields.day()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: issuer.text)
        try fields.serialize(subject)
        try fields.serialize(words: entitlements)
        try fields.serialize(text: lastDay.text)
    }
}

/// A person's role as the ledger has it.
public struct PersonRecord: DERSequence, Hashable {
    public static let formatVersion: Int64 = 1

    public let department: DepartmentName
    public internal(set) var declaration: PersonDeclaration
    public let registeredAt: Timestamp
    /// When anything of it was said last, and in which block.
    public internal(set) var changedAt: Timestamp
    public internal(set) var height: Height
    /// When the role was taken away before its last day.
    public internal(set) var endedAt: Timestamp?

    package init(
        department: DepartmentName, declaration: PersonDeclaration, at time: Timestamp, height: Height,
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
        try fields.version(Self.formatVersion, of: "record of a person")
        department = try fields.label()
        declaration = try PersonDeclaration(derEncoded: &fields)
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

/// One person of a department: arguments of `applications.endPerson`, the question `person`, an element of the
/// department's list, and an event.
public struct PersonReference: DERSequence, Hashable {
    public let department: DepartmentName
    public let issuer: PlatformAddress
    public let subject: Digest

    public init(department: DepartmentName, issuer: PlatformAddress, subject: Digest) {
        self.department = department
        self.issuer = issuer
        self.subject = subject
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        issuer = try fields.address()
        subject = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
        try fields.serialize(text: issuer.text)
        try fields.serialize(subject)
    }
}
