public import Formats
public import Identity
public import SwiftASN1

/// A rule by which a department uses licences without asking the holder (法定用证依据), as the department that issues the
/// licences has declared it for its own.
public struct StatutoryBasis: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// Longest legal reference.
    public static let maximumReferenceByteCount = 256

    public let identifier: BasisIdentifier
    /// The department that issues the licences, and alone ends the basis.
    public let owner: DepartmentName
    /// The rule, such as `市场主体登记管理条例第十七条`.
    public let reference: String
    public let department: DepartmentName
    /// The system that may rely on it; any of the department's where `nil`.
    public let application: ApplicationName?
    public let scope: UseScope
    public let declaredAt: Timestamp
    public let height: Height
    public var withdrawal: Withdrawal?

    package init(
        _ identifier: BasisIdentifier,
        _ declaration: DeclareBasis,
        by owner: DepartmentName,
        at time: Timestamp,
        height: Height
    ) {
        self.identifier = identifier
        self.owner = owner
        reference = declaration.reference
        department = declaration.department
        application = declaration.application
        scope = declaration.scope
        declaredAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "statutory basis")
        identifier = BasisIdentifier(try fields.digest())
        owner = try fields.label()
        reference = try fields.text(limit: Self.maximumReferenceByteCount)
        department = try fields.label()
        scope = try UseScope(derEncoded: &fields)
        declaredAt = try fields.timestamp()
        height = try fields.number()
        application = try fields.optionalDomainText(tag: 0)
        withdrawal = try fields.optional(tag: 1)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(identifier.digest)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: reference)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(scope)
        try fields.serialize(declaredAt)
        try fields.serialize(height)
        try fields.serialize(application, tag: 0)
        try fields.serialize(optional: withdrawal, tag: 1)
    }
}

/// That a department's system may come for one kind of an owner's licences at all (证照类型权限), whatever it relies on.
public struct Entitlement: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let owner: DepartmentName
    public let department: DepartmentName
    public let application: ApplicationName
    public let type: LicenceTypeCode
    public let actions: [UseAction]
    public let fields: [LicenceColumn]
    public let notBefore: Timestamp
    public let notAfter: Timestamp
    public let writtenAt: Timestamp
    public let height: Height
    public var withdrawal: Withdrawal?

    package init(_ entitle: Entitle, by owner: DepartmentName, at time: Timestamp, height: Height) {
        self.owner = owner
        department = entitle.department
        application = entitle.application
        type = entitle.type
        actions = entitle.actions
        fields = entitle.fields
        notBefore = entitle.notBefore
        notAfter = entitle.notAfter
        writtenAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "entitlement")
        owner = try fields.label()
        department = try fields.label()
        application = try fields.domainText(limit: 32)
        type = try fields.domainText(limit: 21)
        actions = try fields.useActions()
        self.fields = try fields.columns()
        notBefore = try fields.timestamp()
        notAfter = try fields.timestamp()
        writtenAt = try fields.timestamp()
        height = try fields.number()
        withdrawal = try fields.optional(tag: 0)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(text: application.text)
        try fields.serialize(text: type.text)
        try fields.serialize(actions: actions)
        try fields.serialize(columns: self.fields)
        try fields.serialize(notBefore)
        try fields.serialize(notAfter)
        try fields.serialize(writtenAt)
        try fields.serialize(height)
        try fields.serialize(optional: withdrawal, tag: 0)
    }
}
