public import Formats
public import Identity
public import SwiftASN1

/// A datum or a paper of a case (信息项或材料), with the salt that hides it on the ledger.
///
/// Its DER is its leaf in the tree of ``CaseItems``: DER keeps the members apart, so that no two items share a leaf,
/// and the salt keeps a value that is easily guessed, such as an identity number, from being found by trying.
public struct CaseItem: DERSequence, Hashable {
    public enum Kind: Int64, NumberedName {
        /// 信息项: the value is the datum itself.
        case datum = 0
        /// 材料: the value is the digest of its file.
        case paper = 1
    }

    /// 128 bits: not to be found by trying.
    public static let saltByteCount = 16

    public let name: Label
    public let kind: Kind
    /// The datum in UTF-8; of a paper, the digest of its file.
    public let value: [UInt8]
    let salt: [UInt8]

    /// A datum.
    /// - Parameter generator: makes the salt; outside of tests the system's.
    /// - Throws: ``OneThingError`` with code `wrongContent` where it is empty or too long.
    public init(
        _ name: Label, datum: String, using generator: inout some RandomNumberGenerator
    ) throws(OneThingError) {
        guard (1...OneThingLimits.datumByteCount).contains(datum.utf8.count) else {
            throw OneThingError(
                .wrongContent, "the datum '\(name)' has 1 to \(OneThingLimits.datumByteCount) bytes")
        }
        (self.name, kind, value) = (name, .datum, Array(datum.utf8))
        salt = generator.bytes(Self.saltByteCount)
    }

    /// A paper, by the digest of its file.
    /// - Parameter generator: makes the salt; outside of tests the system's.
    public init(_ name: Label, paper: Digest, using generator: inout some RandomNumberGenerator) {
        (self.name, kind, value) = (name, .paper, paper.bytes)
        salt = generator.bytes(Self.saltByteCount)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        salt = try fields.octets(limit: Self.saltByteCount)
        name = try fields.label()
        kind = try fields.named()
        value = try fields.octets(limit: OneThingLimits.datumByteCount)
        let isWhole =
            switch kind {
            case .datum: !value.isEmpty && String(validating: value, as: UTF8.self) != nil
            case .paper: value.count == Digest.byteCount
            }
        guard salt.count == Self.saltByteCount, isWhole else {
            throw FormatError(.outOfRange, "an item has a salt, and text or the digest of a file")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(octets: salt)
        try fields.serialize(name)
        try fields.serialize(kind)
        try fields.serialize(octets: value)
    }

    /// The datum; `nil` of a paper.
    public var datum: String? { kind == .datum ? String(decoding: value, as: UTF8.self) : nil }

    /// The digest of the paper's file; `nil` of a datum.
    public var file: Digest? { kind == .paper ? Digest(value) : nil }
}

extension CaseItem: CustomStringConvertible {
    /// The name only: the value may be personal data, and the salt is a secret.
    public var description: String { "\(name)" }
}
