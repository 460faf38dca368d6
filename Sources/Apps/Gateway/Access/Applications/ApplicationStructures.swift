public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// How an application shows itself by tokens: the identity platform that issues them, and the name that it has there.
public struct ApplicationClient: DERSequence, Hashable {
    public let issuer: PlatformAddress
    /// `client_id` of RFC 9068, or `azp` of OpenID Connect.
    public let identifier: String

    public init(issuer: PlatformAddress, identifier: String) {
        self.issuer = issuer
        self.identifier = identifier
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        issuer = try fields.address()
        identifier = try fields.text(limit: ApplicationLimits.identifierBytes)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: issuer.text)
        try fields.serialize(text: identifier)
    }
}

/// What a department says of an application: arguments of `applications.registerApplication` and `changeApplication`.
public struct ApplicationDeclaration: DERSequence, Hashable {
    /// Of the structure.
    public static let version: Int64 = 1

    /// Unique within the department, and for ever the same application's.
    public let name: ApplicationName
    /// As people know it.
    public let displayName: DisplayName
    /// In ascending order.
    public let entitlements: [Entitlement]
    public let quota: Quota
    /// The last day, in China, on which it may call.
    public let lastDay: CalendarDate
    /// How it shows itself by tokens.
    public let client: ApplicationClient?
    /// The member of the department whose certificate it shows.
    public let member: MemberName?

    /// - Parameter entitlements: in any order.
    public init(
        name: ApplicationName, displayName: DisplayName, entitlements: Set<Entitlement>, quota: Quota,
        lastDay: CalendarDate, client: ApplicationClient? = nil, member: MemberName? = nil
    ) {
        self.name = name
        self.displayName = displayName
        self.entitlements = entitlements.sorted()
        self.quota = quota
        self.lastDay = lastDay
        self.client = client
        self.member = member
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "declaration of an application")
        name = try fields.application()
        displayName = try fields.domainText(limit: 4 * DisplayName.characterCounts.upperBound)
        entitlements = try fields.words(limit: Entitlement.allCases.count)
        quota = try Quota(derEncoded: &fields)
        lastDay = try fields.day()
        client = try fields.optional(tag: 0) { try ApplicationClient(derEncoded: &$0) }
        member = try fields.optional(tag: 1) { fields in
            let text = try fields.text(limit: 96)
            guard let member = MemberName(text) else {
                throw FormatError(.outOfRange, "'\(text)' is no member: department/role/name")
            }
            return member
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: name.text)
        try fields.serialize(text: displayName.text)
        try fields.serialize(words: entitlements)
        try fields.serialize(quota)
        try fields.serialize(text: lastDay.text)
        try fields.serialize(optional: client, tag: 0) { try $0.serialize($1) }
        try fields.serialize(optional: member, tag: 1) { try $0.serialize(text: $1.description) }
    }
}

/// How an application stands.
public enum ApplicationStatus: Int64, Sendable, Hashable, CaseIterable {
    case active = 0
    /// It may not call until it is resumed.
    case suspended = 1
    /// It may never call again.
    case ended = 2
}

/// An application as the ledger has it.
public struct ApplicationRecord: DERSequence, Hashable {
    public static let formatVersion: Int64 = 1

    public let department: DepartmentName
    public internal(set) var declaration: ApplicationDeclaration
    public internal(set) var status: ApplicationStatus
    public let registeredAt: Timestamp
    /// When anything of it was said last, and in which block.
    public internal(set) var changedAt: Timestamp
    public internal(set) var height: Height

    package init(
        department: DepartmentName, declaration: ApplicationDeclaration, status: ApplicationStatus = .active,
        at time: Timestamp, height: Height
    ) {
        self.department = department
        self.declaration = declaration
        self.status = status
        registeredAt = time
        changedAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.formatVersion, of: "record of an application")
        department = try fields.label()
        declaration = try ApplicationDeclaration(derEncoded: &fields)
        let number = try fields.enumerated()
        guard let status = ApplicationStatus(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no status of an application")
        }
        self.status = status
        registeredAt = try fields.timestamp()
        changedAt = try fields.timestamp()
        height = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.formatVersion)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(declaration)
        try fields.serialize(enumerated: status.rawValue)
        try fields.serialize(registeredAt)
        try fields.serialize(changedAt)
        try fields.serialize(height)
    }
}

/// One application: arguments of `suspendApplication`, `resumeApplication`, `endApplication`, the question
/// `application`, an element of the department's list, and an event.
public struct ApplicationReference: DERSequence, Hashable {
    public let department: DepartmentName
    public let name: ApplicationName

    public init(department: DepartmentName, name: ApplicationName) {
        self.department = department
        self.name = name
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        name = try fields.application()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
        try fields.serialize(text: name.text)
    }
}

/// The question `applications.applicationOfClient`: whose application shows itself like this to a department.
public struct ApplicationOfClient: DERSequence, Hashable {
    public let department: DepartmentName
    public let client: ApplicationClient

    public init(department: DepartmentName, client: ApplicationClient) {
        self.department = department
        self.client = client
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        client = try ApplicationClient(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
        try fields.serialize(client)
    }
}

/// The question `applications.applicationOfMember`: which application shows the certificate of this member, or
/// has shown it last.
public struct ApplicationOfMember: DERSequence, Hashable {
    public let member: MemberName

    public init(_ member: MemberName) { self.member = member }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let text = try fields.text(limit: 96)
        guard let member = MemberName(text) else {
            throw FormatError(.outOfRange, "'\(text)' is no member: department/role/name")
        }
        self.member = member
    }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(text: member.description) }
}

/// A page of what a department has registered: the questions `applications`, `people` and `platforms`.
public struct DepartmentPage: DERSequence, Hashable {
    public let department: DepartmentName
    /// The number of the first record, from 0, in the order in which they were registered first.
    public let from: UInt64
    /// Most records; no page has more than ``ApplicationLimits/recordsPerPage``.
    public let limit: Int64

    public init(of department: DepartmentName, from: UInt64 = 0, limit: Int = ApplicationLimits.recordsPerPage) {
        self.department = department
        self.from = min(from, UInt64(Int64.max))
        self.limit = Int64(max(1, limit))
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        from = UInt64(try fields.integer(in: 0...Int64.max))
        limit = try fields.integer(in: 1...Int64.max)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
        try fields.serialize(from)
        try fields.serialize(limit)
    }
}

/// A page of records, and how many there are in all.
public struct RecordPage<Record: DERSequence & Hashable>: DERSequence, Hashable {
    /// Of all records of the department, on this page or not.
    public let count: UInt64
    public let records: [Record]

    package init(count: UInt64, records: [Record]) { (self.count, self.records) = (count, records) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        count = UInt64(try fields.integer(in: 0...Int64.max))
        records = try fields.list(limit: ApplicationLimits.recordsPerPage) { try Record(derEncoded: &$0) }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(count)
        try fields.serialize(list: records) { try $0.serialize($1) }
    }
}
