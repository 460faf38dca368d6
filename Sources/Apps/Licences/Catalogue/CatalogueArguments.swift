public import Formats
public import Identity
public import SwiftASN1

/// Arguments of `catalogue.issue` (新发、转入): a licence that the ledger has not seen.
public struct IssueLicence: DERSequence, Hashable {
    public let particulars: CatalogueParticulars
    /// ``LicenceOperation/issue``, or ``LicenceOperation/transferIn``.
    public let operation: LicenceOperation
    /// The licence that was transferred in; on this ledger or elsewhere.
    public let related: LicenceIdentifier?

    public init(
        _ particulars: CatalogueParticulars, operation: LicenceOperation = .issue, related: LicenceIdentifier? = nil
    ) {
        (self.particulars, self.operation, self.related) = (particulars, operation, related)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        particulars = try CatalogueParticulars(derEncoded: &fields)
        operation = try fields.domainText(limit: 2)
        related = try fields.optionalDomainText(tag: 0)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(particulars)
        try fields.serialize(text: operation.text)
        try fields.serialize(related, tag: 0)
    }
}

/// Arguments of `catalogue.supersede` (变更、延续、换发、补发): a new version, which supersedes the one before.
public struct SupersedeLicence: DERSequence, Hashable {
    /// The version that the catalogue has now.
    public let supersedes: LicenceIdentifier
    /// The new version: the same licence with the next version number.
    public let particulars: CatalogueParticulars
    public let operation: LicenceOperation
    /// The rule or decision; `nil` where the operation says enough.
    public let basis: String?

    public init(
        supersedes: LicenceIdentifier, by particulars: CatalogueParticulars, operation: LicenceOperation = .change,
        basis: String? = nil
    ) {
        (self.supersedes, self.particulars) = (supersedes, particulars)
        (self.operation, self.basis) = (operation, basis)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        supersedes = try fields.licenceIdentifier()
        particulars = try CatalogueParticulars(derEncoded: &fields)
        operation = try fields.domainText(limit: 2)
        basis = try fields.optionalText(tag: 0, limit: CatalogueRecord.maximumBasisByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: supersedes.text)
        try fields.serialize(particulars)
        try fields.serialize(text: operation.text)
        try fields.serialize(optionalText: basis, tag: 0)
    }
}

/// Arguments of `catalogue.changeStatus` (暂扣、发还、注销、撤销、吊销、转出、取消转出): another status, with its legal basis.
public struct ChangeLicenceStatus: DERSequence, Hashable {
    /// The version that the catalogue has now.
    public let identifier: LicenceIdentifier
    /// Why, as a code.
    public let operation: LicenceOperation
    /// The status that it has from now on.
    public let status: LicenceStatus
    /// The rule or decision, such as `行政许可法第七十条`; never a name or a number of a person.
    public let basis: String

    public init(
        identifier: LicenceIdentifier, operation: LicenceOperation, status: LicenceStatus, basis: String
    ) {
        (self.identifier, self.operation) = (identifier, operation)
        (self.status, self.basis) = (status, basis)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.licenceIdentifier()
        operation = try fields.domainText(limit: 2)
        status = try fields.domainText(limit: 2)
        basis = try fields.basis()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: identifier.text)
        try fields.serialize(text: operation.text)
        try fields.serialize(text: status.text)
        try fields.serialize(text: basis)
    }
}

/// Arguments of `catalogue.modify` (修改): other particulars of the same version, in the place of the state that the
/// owner has seen. What a licence prints changes by a new version only.
public struct ModifyLicence: DERSequence, Hashable {
    public let identifier: LicenceIdentifier
    /// The digest of the entry that this takes the place of: where somebody was faster, nothing is lost.
    public let previous: Digest
    /// The holder's pseudonym from now on, such as that of a new key epoch.
    public let holder: HolderPseudonym?
    public let locator: String?
    public let basis: String

    public init(
        identifier: LicenceIdentifier, previous: Digest, holder: HolderPseudonym?, locator: String?, basis: String
    ) {
        (self.identifier, self.previous) = (identifier, previous)
        (self.holder, self.locator, self.basis) = (holder, locator, basis)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.licenceIdentifier()
        previous = try fields.digest()
        basis = try fields.basis()
        holder = try fields.optionalPseudonym(tag: 0)
        locator = try fields.optionalText(tag: 1, limit: CatalogueRecord.maximumLocatorByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: identifier.text)
        try fields.serialize(previous)
        try fields.serialize(text: basis)
        try fields.serialize(holder, tag: 0)
        try fields.serialize(optionalText: locator, tag: 1)
    }
}

/// Arguments of `catalogue.takeDown` (下链): out of the current state, with a tombstone in its place.
public struct TakeDownLicence: DERSequence, Hashable {
    public let identifier: LicenceIdentifier
    /// The rule or decision, such as `个人信息保护法第四十七条`; never a name or a number of a person.
    public let basis: String

    public init(identifier: LicenceIdentifier, basis: String) {
        (self.identifier, self.basis) = (identifier, basis)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = try fields.licenceIdentifier()
        basis = try fields.basis()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: identifier.text)
        try fields.serialize(text: basis)
    }
}

extension ASN1NodeCollection.Iterator {
    /// Reads a legal basis, which is never empty.
    mutating func basis() throws -> String {
        let basis = try text(limit: CatalogueRecord.maximumBasisByteCount)
        guard !basis.isEmpty else { throw FormatError(.outOfRange, "nothing is done to a licence without a basis") }
        return basis
    }
}
