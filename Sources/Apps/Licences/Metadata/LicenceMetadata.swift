internal import Formats
public import Identity

/// The fields that a licence prints, in a fixed order, and the one digest of them that goes on the ledger.
///
/// The digest is the root of a Merkle tree (RFC 9162, section 2.1) with one salted leaf for each field, so that a
/// holder can show one field with its proof and keep the others to themselves.
public struct LicenceMetadata: Hashable, Sendable {
    /// The fields, in the order of the leaves. A table's columns may stand in any order; these never move.
    public static let names: [LicenceColumn] = [
        .certificateIdentifier, .certificateTypeName, .certificateName, .holderName, .holderCode, .holderCodeType,
        .issuingAuthorityName, .issuingAuthorityCode, .issuedOn, .validFrom, .validUntil, .regionCode,
    ]

    public let identifier: LicenceIdentifier
    /// One field for each name of ``names``.
    public let fields: [LicenceField]

    /// The metadata of a row. Values are the domain types' own spelling, so two tables that say the same give the same.
    public init(_ row: LicenceRow) {
        identifier = row.identifier
        fields = Self.names.map { LicenceField(name: $0, value: row.text(of: $0)) }
    }

    /// The root over the fields under `salts`.
    /// - Throws: ``LicenceError`` with code `wrongSalts` where they belong to another licence.
    public func root(salts: LicenceSalts, suite: any CryptoSuite) throws(LicenceError) -> Digest {
        try tree(salts: salts, suite: suite).root
    }

    /// One field with what proves it.
    /// - Throws: ``LicenceError`` with code `wrongSalts` where they belong to another licence.
    public func disclosure(
        of name: LicenceColumn, salts: LicenceSalts, suite: any CryptoSuite
    ) throws(LicenceError) -> LicenceFieldDisclosure? {
        let tree = try tree(salts: salts, suite: suite)
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        return LicenceFieldDisclosure(field: fields[index], salt: salts.salts[index], path: tree.path(to: index))
    }

    private func tree(salts: LicenceSalts, suite: any CryptoSuite) throws(LicenceError) -> MerkleTree {
        guard salts.identifier == identifier, salts.salts.count == fields.count else {
            throw LicenceError(
                .wrongSalts, "the salts belong to \(salts.identifier), the metadata to \(identifier)",
                found: salts.identifier.text, expected: identifier.text
            )
        }
        return MerkleTree(leaves: zip(fields, salts.salts).map { $0.leaf(salt: $1) }, suite: suite)
    }
}

extension LicenceMetadata: CustomStringConvertible {
    public var description: String { "metadata of \(identifier)" }
}

extension LicenceRow {
    /// The value of a column as the domain types spell it; empty for a file that is not there.
    func text(of column: LicenceColumn) -> String {
        switch column {
        case .certificateIdentifier: identifier.text
        case .certificateTypeName: typeName.text
        case .certificateName: name.text
        case .holderName: holderName.text
        case .holderCode: holder.text
        case .holderCodeType: holder.type
        case .issuingAuthorityName: issuerName.text
        case .issuingAuthorityCode: issuer.text
        case .issuedOn: issuedOn.text
        case .validFrom: validity.from.text
        case .validUntil: validity.untilText
        case .regionCode: region.text
        case .file: file?.text ?? ""
        }
    }
}
