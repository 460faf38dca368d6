import Formats
public import Licences
package import SwiftASN1
public import Vault

/// The private part of one version of a licence: the fields that it prints, and the salts that hide them on the ledger.
public struct VaultedLicence: Hashable, Sendable {
    public let metadata: LicenceMetadata
    public let salts: LicenceSalts

    /// - Throws: `VaultError` with code `inconsistent` where the salts are another licence's.
    public init(metadata: LicenceMetadata, salts: LicenceSalts) throws(VaultError) {
        guard salts.identifier == metadata.identifier, salts.salts.count == metadata.fields.count else {
            throw VaultError(
                .inconsistent, "the salts belong to \(salts.identifier), the fields to \(metadata.identifier)")
        }
        (self.metadata, self.salts) = (metadata, salts)
    }

    public var identifier: LicenceIdentifier { metadata.identifier }
}

extension VaultedLicence: CustomStringConvertible {
    /// Nothing of what it holds.
    public var description: String { "private part of \(identifier)" }
}

/// What is sealed of a ``VaultedLicence``:
/// `SEQUENCE { version INTEGER, identifier UTF8String, SEQUENCE OF SEQUENCE { salt, name, value } }`.
package struct VaultedLicenceDocument: DERSequence {
    private static let version: Int64 = 1

    private let identifier: String
    private let leaves: [LicenceFieldLeaf]

    package init(_ licence: VaultedLicence) {
        identifier = licence.identifier.text
        leaves = zip(licence.metadata.fields, licence.salts.salts).map { field, salt in
            LicenceFieldLeaf(salt: salt.bytes, name: field.name.rawValue, value: field.value)
        }
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "licence in a vault")
        identifier = try fields.text(limit: 128)
        leaves = try fields.list(limit: LicenceColumn.allCases.count) {
            guard let node = $0.next() else { throw FormatError(.malformed, "a field is missing") }
            return try LicenceFieldLeaf(derEncoded: node, withIdentifier: .sequence)
        }
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(text: identifier)
        try fields.serialize(list: leaves) { try $0.serialize($1) }
    }

    /// - Throws: `VaultError` with code `corrupted`.
    package func licence() throws -> VaultedLicence {
        let identifier = try LicenceIdentifier(identifier)
        let fields = try leaves.map { leaf in
            guard let name = LicenceColumn(rawValue: leaf.name) else {
                throw VaultError(.corrupted, "there is no field '\(leaf.name)'")
            }
            return LicenceField(name: name, value: leaf.value)
        }
        let salts = try leaves.map { leaf in
            guard let salt = LicenceSalt(leaf.salt) else { throw VaultError(.corrupted, "a salt is of the wrong size") }
            return salt
        }
        return try VaultedLicence(
            metadata: LicenceMetadata(identifier: identifier, fields: fields),
            salts: LicenceSalts(identifier: identifier, salts: salts))
    }
}
