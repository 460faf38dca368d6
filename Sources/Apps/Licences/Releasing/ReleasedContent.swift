public import Formats
public import Identity
public import SwiftASN1

/// What the owner hands out for a decision (释放内容): fields with their proofs, or the file, and for whom and what it was
/// handed out (加注). Its digest is the one that the ledger has of the release.
///
/// The digest stands where everybody in the consortium reads it, and fields are easily guessed; 16 random bytes keep it
/// from saying anything to whoever has not got the content.
public struct ReleasedContent: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// A file of 7 MiB and what stands around it.
    public static let maximumByteCount = (7 << 20) + (128 << 10)
    static let blindingByteCount = 16

    public let note: ReleaseNote
    public let kind: Release.Kind
    /// In the order of the decision's fields.
    public let disclosures: [LicenceFieldDisclosure]
    /// The bytes of the licence's file; `nil` where fields are released.
    public let file: [UInt8]?
    private let blinding: [UInt8]

    /// - Parameters:
    ///   - note: for whom and what it is.
    ///   - disclosures: the fields with their proofs.
    ///   - file: the file, for a release of one.
    ///   - generator: makes the random bytes; outside of tests the system's.
    public init(
        note: ReleaseNote, disclosures: [LicenceFieldDisclosure], file: [UInt8]?,
        using generator: inout some RandomNumberGenerator
    ) {
        self.note = note
        kind = file == nil ? .fields : .file
        self.disclosures = disclosures
        self.file = file
        blinding = generator.bytes(Self.blindingByteCount)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "released content")
        note = try ReleaseNote(derEncoded: &fields)
        kind = try fields.releaseKind()
        disclosures = try fields.list(limit: LicenceColumn.allCases.count) { try $0.disclosure() }
        blinding = try fields.octets(limit: Self.blindingByteCount)
        file = try fields.optionalOctets(tag: 0, limit: Self.maximumByteCount)
        guard blinding.count == Self.blindingByteCount, (file != nil) == (kind == .file) else {
            throw FormatError(.outOfRange, "released content is of one kind, with 16 random bytes")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(note)
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(list: disclosures) { try $0.serialize($1) }
        try fields.serialize(octets: blinding)
        try fields.serialize(optionalOctets: file, tag: 0)
    }

    /// What was delivered, as ``ReleaseUse/fields`` names it: the fields, and the file where it is there.
    public var columns: [LicenceColumn] {
        (disclosures.map(\.field.name) + (file == nil ? [] : [.file])).inOrder
    }

    /// The digest that stands on the ledger.
    public func digest(suite: any CryptoSuite) -> Digest { suite.digest(of: derBytes) }

    /// What sealed content belongs to: the decision, so that no release passes for another's.
    public static func sealingContext(of decision: DecisionIdentifier) -> [UInt8] {
        Array("zhenglian release 1".utf8) + decision.digest.bytes
    }
}

/// For whom and for what something was released (加注信息): who passes it on takes this along.
public struct ReleaseNote: DERSequence, Hashable {
    public let decision: DecisionIdentifier
    public let licence: LicenceIdentifier
    public let owner: DepartmentName
    public let requester: DepartmentName
    public let application: ApplicationName
    public let context: UseContext
    public let action: UseAction
    public let decidedAt: Timestamp

    package init(
        decision: DecisionIdentifier, licence: LicenceIdentifier, owner: DepartmentName, requester: DepartmentName,
        application: ApplicationName, context: UseContext, action: UseAction, decidedAt: Timestamp
    ) {
        self.decision = decision
        self.licence = licence
        self.owner = owner
        self.requester = requester
        self.application = application
        self.context = context
        self.action = action
        self.decidedAt = decidedAt
    }

    public init(_ decision: Decision) {
        self.init(
            decision: decision.identifier, licence: decision.licence, owner: decision.owner,
            requester: decision.requester, application: decision.application, context: decision.context,
            action: decision.action, decidedAt: decision.decidedAt)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        decision = DecisionIdentifier(try fields.digest())
        licence = try fields.licenceIdentifier()
        owner = try fields.label()
        requester = try fields.label()
        application = try fields.domainText(limit: 32)
        context = try UseContext(derEncoded: &fields)
        action = try fields.useAction()
        decidedAt = try fields.timestamp()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(decision.digest)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: requester.rawValue)
        try fields.serialize(text: application.text)
        try fields.serialize(context)
        try fields.serialize(enumerated: action.rawValue)
        try fields.serialize(decidedAt)
    }
}

extension ASN1NodeCollection.Iterator {
    /// `SEQUENCE { leaf SEQUENCE { salt, name, value }, path MerklePath }`
    fileprivate mutating func disclosure() throws -> LicenceFieldDisclosure {
        guard let node = next() else { throw FormatError(.malformed, "a field with its proof is missing") }
        return try DER.sequence(node, identifier: .sequence) { nodes in
            let leaf = try LicenceFieldLeaf(derEncoded: &nodes)
            guard let salt = LicenceSalt(leaf.salt), let name = LicenceColumn(rawValue: leaf.name) else {
                throw FormatError(.outOfRange, "'\(leaf.name)' is no field with a salt of 16 bytes")
            }
            return LicenceFieldDisclosure(
                field: LicenceField(name: name, value: leaf.value), salt: salt,
                path: try MerklePath(derEncoded: &nodes))
        }
    }
}

extension DER.Serializer {
    fileprivate mutating func serialize(_ disclosure: LicenceFieldDisclosure) throws {
        try appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(
                LicenceFieldLeaf(
                    salt: disclosure.salt.bytes, name: disclosure.field.name.rawValue, value: disclosure.field.value))
            try coder.serialize(disclosure.path)
        }
    }
}
