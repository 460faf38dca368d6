public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// What a case is about: a holder who has no licence yet, or a licence (办理对象).
public enum CaseSubject: DERSequence, Hashable {
    case holder(HolderPseudonym)
    case licence(LicenceIdentifier)

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        if let holder = try fields.optional(tag: 0, of: { try $0.pseudonym() }) {
            self = .holder(holder)
        } else if let licence: LicenceIdentifier = try fields.optional(tag: 1, of: { try $0.domainText(limit: 256) }) {
            self = .licence(licence)
        } else {
            throw FormatError(.malformed, "a case is about a holder or a licence")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        switch self {
        case .holder(let holder):
            try fields.serialize(optional: holder, tag: 0) { try $0.serialize(octets: $1.bytes) }
        case .licence(let licence):
            try fields.serialize(optional: licence, tag: 1) { try $0.serialize(text: $1.text) }
        }
    }

    /// What is the same for all cases on one subject: a licence whatever its version.
    var key: [UInt8] {
        switch self {
        case .holder(let holder): [0] + holder.bytes
        case .licence(let licence): [1] + Array(LicenceKey(licence).text.utf8)
        }
    }
}

/// A value of a case that stands on the ledger.
public struct CaseValue: DERSequence, Hashable {
    public let field: Label
    /// A code of `0-9`, `A-Z`, `a-z`, `.`, `-`, `_` and `/`: what has a name in it is no code.
    public let value: String

    /// - Throws: ``OneThingError`` with code `wrongValue`.
    public init(_ field: Label, _ value: String) throws(OneThingError) {
        (self.field, self.value) = (field, value)
        try check()
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        field = try fields.label()
        value = try fields.text(limit: OneThingLimits.valueByteCount)
        try check()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(field)
        try fields.serialize(text: value)
    }

    private func check() throws(OneThingError) {
        let isCode = value.utf8.allSatisfy { character in
            switch character {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: [".", "-", "_", "/"].contains(Unicode.Scalar(character))
            }
        }
        guard isCode, (1...OneThingLimits.valueByteCount).contains(value.utf8.count) else {
            throw OneThingError(
                .wrongValue,
                "the value of '\(field)' is no code: on the ledger stand 1 to \(OneThingLimits.valueByteCount) "
                    + "letters, digits, '.', '-', '_' and '/'")
        }
        do throws(LicenceError) {
            try PersonalDataGuard().check(Array(value.utf8))
        } catch {
            throw OneThingError(
                .wrongValue, "the value of '\(field)' looks like personal data, which stays off the ledger")
        }
    }
}

/// What the ledger holds of data and papers that came in (信息与材料存证): their names and one root over them, each with
/// its salt. The content itself is with the department that wrote this.
public struct CaseContent: DERSequence, Hashable {
    /// Names of data and papers, in the order of the leaves.
    public let items: [Label]
    /// The root of ``CaseItems``.
    public let root: Digest

    public init(items: [Label], root: Digest) { (self.items, self.root) = (items, root) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        items = try fields.labels(limit: OneThingLimits.fieldCount + OneThingLimits.materialCount)
        root = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(labels: items)
        try fields.serialize(root)
    }
}
