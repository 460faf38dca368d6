public import Formats
public import Identity
public import SwiftASN1

/// Who is behind a pseudonym, as far as the ledger knows (持证主体登记): how surely a department has recognised the person,
/// and the key of their device.
public struct HolderBinding: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let holder: HolderPseudonym
    /// The department that has identified the holder.
    public let department: DepartmentName
    public let level: RealNameLevel
    /// DER `SubjectPublicKeyInfo` of the key that signs for the holder; `nil` for a holder without a device.
    public let key: [UInt8]?
    public let boundAt: Timestamp
    public let height: Height

    package init(_ bind: BindHolder, by department: DepartmentName, at time: Timestamp, height: Height) {
        holder = bind.holder
        self.department = department
        level = bind.level
        key = bind.key
        boundAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "holder's binding")
        holder = try fields.pseudonym()
        department = try fields.label()
        level = try fields.realNameLevel()
        boundAt = try fields.timestamp()
        height = try fields.number()
        key = try fields.optionalOctets(tag: 0, limit: Decision.maximumKeyByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(holder)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(enumerated: level.rawValue)
        try fields.serialize(boundAt)
        try fields.serialize(height)
        try fields.serialize(optionalOctets: key, tag: 0)
    }
}

/// That two pseudonyms are one holder's, of a newer and an older key epoch (假名换代关联).
public struct HolderLink: DERSequence, Hashable {
    /// Most links from a pseudonym to the holder's first one.
    public static let maximumLength = 8

    public let older: HolderPseudonym
    /// How many links lead from the newer pseudonym to the first one.
    public let length: Int64
    public let department: DepartmentName

    package init(older: HolderPseudonym, length: Int64, department: DepartmentName) {
        self.older = older
        self.length = length
        self.department = department
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        older = try fields.pseudonym()
        length = try fields.integer(in: 1...Int64(Self.maximumLength))
        department = try fields.label()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(older)
        try fields.serialize(length)
        try fields.serialize(text: department.rawValue)
    }
}

/// That uses are stopped (用证冻结): of a licence, of a holder's licences, or by a department.
public struct Freeze: DERSequence, Hashable {
    public let basis: String
    public let by: DepartmentName
    public let at: Timestamp
    public let height: Height

    package init(basis: String, by: DepartmentName, at: Timestamp, height: Height) {
        self.basis = basis
        self.by = by
        self.at = at
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        basis = try fields.text(limit: StatutoryBasis.maximumReferenceByteCount)
        by = try fields.label()
        at = try fields.timestamp()
        height = try fields.number()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: basis)
        try fields.serialize(text: by.rawValue)
        try fields.serialize(at)
        try fields.serialize(height)
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func realNameLevel() throws -> RealNameLevel {
        let number = try enumerated()
        guard let level = RealNameLevel(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no real-name level: 1 to 4")
        }
        return level
    }
}
