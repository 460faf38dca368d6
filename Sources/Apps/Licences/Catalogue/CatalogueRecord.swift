public import Formats
public import Identity
public import SwiftASN1

/// What the catalogue (证照目录账本) holds about a licence now: its version in force, whose it is by pseudonym, for how
/// long, where it is kept, and its state. Never a name, a number of a person or a file.
public struct CatalogueRecord: DERSequence, Hashable {
    /// What stays of a licence that was taken down (下链墓碑).
    public struct Tombstone: DERSequence, Hashable {
        /// The rule or decision by which it was taken down.
        public let basis: String
        /// Ledger time.
        public let takenDownAt: Timestamp

        public init(basis: String, takenDownAt: Timestamp) {
            (self.basis, self.takenDownAt) = (basis, takenDownAt)
        }

        public init(fields: inout ASN1NodeCollection.Iterator) throws {
            basis = try fields.text(limit: CatalogueRecord.maximumBasisByteCount)
            takenDownAt = try fields.timestamp()
        }

        public func serialize(fields: inout DER.Serializer) throws {
            try fields.serialize(text: basis)
            try fields.serialize(takenDownAt)
        }
    }

    public static let version: Int64 = 1
    /// Longest basis: a reference to a rule and a decision, not a story.
    public static let maximumBasisByteCount = 256
    /// Longest locator.
    public static let maximumLocatorByteCount = 128

    /// The version that the entry is of.
    public var identifier: LicenceIdentifier
    /// The department that issued it, the only one that may write about it (所有者).
    public let department: DepartmentName
    /// Whom it belongs to; `nil` where the library did not say, and once it is taken down.
    public var holder: HolderPseudonym?
    public var validity: LicenceValidity
    /// 颁发日期, as the licence says.
    public var issuedOn: CalendarDate
    public var region: RegionCode
    /// The status as it was last written. ``effectiveStatus(at:)`` also knows what has expired since.
    public var status: LicenceStatus
    /// What was done last.
    public var operation: LicenceOperation
    /// The root of the salted tree over the licence's fields; `nil` once it is taken down.
    public var metadataRoot: Digest?
    /// Where the owner's node keeps the licence; `nil` where it is not said, and once it is taken down.
    public var locator: String?
    /// The version before, or the licence that this one was transferred in from (关联证照标识).
    public var related: LicenceIdentifier?
    /// Present once it is taken down.
    public var tombstone: Tombstone?
    /// The rule or decision that the last operation names.
    public var basis: String?
    /// Counts the states of this entry, from 1.
    public var revision: UInt64
    /// The digest of the entry's DER before the last operation; `nil` for the first.
    public var previous: Digest?
    /// Ledger time at which this version came on the ledger.
    public var issuedAt: Timestamp
    /// Ledger time of the last operation.
    public var changedAt: Timestamp
    public var changedHeight: Height
    /// The transaction of the last operation: what a receipt is asked for.
    public var transaction: TransactionIdentifier

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "catalogue record")
        identifier = try fields.licenceIdentifier()
        department = try fields.label()
        validity = try fields.validity()
        issuedOn = try fields.domainText(limit: 8)
        region = try fields.domainText(limit: 6)
        status = try fields.domainText(limit: 2)
        operation = try fields.domainText(limit: 2)
        revision = UInt64(try fields.integer(in: 1...Int64.max))
        issuedAt = try fields.timestamp()
        changedAt = try fields.timestamp()
        changedHeight = try fields.number()
        transaction = TransactionIdentifier(try fields.digest())
        holder = try fields.optionalPseudonym(tag: 0)
        metadataRoot = try fields.optionalDigest(tag: 1)
        locator = try fields.optionalText(tag: 2, limit: Self.maximumLocatorByteCount)
        related = try fields.optionalDomainText(tag: 3)
        tombstone = try DER.optionalExplicitlyTagged(&fields, tagNumber: 4, tagClass: .contextSpecific) {
            try Tombstone(derEncoded: $0)
        }
        basis = try fields.optionalText(tag: 5, limit: Self.maximumBasisByteCount)
        previous = try fields.optionalDigest(tag: 6)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: identifier.text)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(validity)
        try fields.serialize(text: issuedOn.text)
        try fields.serialize(text: region.text)
        try fields.serialize(text: status.text)
        try fields.serialize(text: operation.text)
        try fields.serialize(revision)
        try fields.serialize(issuedAt)
        try fields.serialize(changedAt)
        try fields.serialize(changedHeight)
        try fields.serialize(transaction.digest)
        try fields.serialize(holder, tag: 0)
        try fields.serialize(metadataRoot, tag: 1)
        try fields.serialize(optionalText: locator, tag: 2)
        try fields.serialize(related, tag: 3)
        if let tombstone {
            try fields.serialize(explicitlyTaggedWithTagNumber: 4, tagClass: .contextSpecific) {
                try $0.serialize(tombstone)
            }
        }
        try fields.serialize(optionalText: basis, tag: 5)
        try fields.serialize(previous, tag: 6)
    }

    /// The record of a version that has just come on the ledger.
    package init(
        _ particulars: CatalogueParticulars, department: DepartmentName, operation: LicenceOperation,
        related: LicenceIdentifier?, at time: Timestamp, height: Height, transaction: TransactionIdentifier
    ) {
        identifier = particulars.identifier
        self.department = department
        holder = particulars.holder
        validity = particulars.validity
        issuedOn = particulars.issuedOn
        region = particulars.region
        status = .valid
        self.operation = operation
        metadataRoot = particulars.metadataRoot
        locator = particulars.locator
        self.related = related
        revision = 1
        issuedAt = time
        changedAt = time
        changedHeight = height
        self.transaction = transaction
    }
}

extension CatalogueRecord {
    /// The status at a point of ledger time: what is valid or suspended expires by itself after its last day (Beijing).
    public func effectiveStatus(at time: Timestamp) -> LicenceStatus {
        guard status == .valid || status == .suspended, let until = validity.until,
            until < CalendarDate(beijing: time)
        else { return status }
        return .expired
    }

    /// Whether the licence may be used like this at a point of ledger time.
    ///
    /// One that is taken down never may; before its first day, a licence can be looked up, and nothing else.
    public func isUsable(for action: UseAction, at time: Timestamp, table: LicenceCodeTable) -> Bool {
        guard tombstone == nil, table.allows(action, of: effectiveStatus(at: time)) else { return false }
        return action == .query || validity.from <= CalendarDate(beijing: time)
    }
}
