public import Formats
public import Identity
public import SwiftASN1

/// That the owner has released what a decision allowed (用证释放): written before it is handed out, once for each decision.
public struct Release: DERSequence, Hashable {
    public enum Kind: Int64, Hashable, Sendable, Codable {
        /// Fields, with their proofs against the metadata root.
        case fields = 0
        /// The licence's file.
        case file = 1
    }

    public static let version: Int64 = 1

    public let decision: DecisionIdentifier
    public let licence: LicenceIdentifier
    public let owner: DepartmentName
    public let holder: HolderPseudonym?
    public let requester: DepartmentName
    public let action: UseAction
    public let context: UseContext
    public let kind: Kind
    /// What was delivered, in the fixed order; within what the decision permits.
    public let fields: [LicenceColumn]
    /// The digest of what was delivered, before it was encrypted.
    public let delivered: Digest
    /// The owner's key that released.
    public let releaser: KeyIdentifier
    public let releasedAt: Timestamp
    public let height: Height

    package init(
        of decision: Decision, _ release: ReleaseUse, by releaser: KeyIdentifier, at time: Timestamp, height: Height
    ) {
        self.decision = decision.identifier
        licence = decision.licence
        owner = decision.owner
        holder = decision.holder
        requester = decision.requester
        action = decision.action
        context = decision.context
        kind = release.kind
        fields = release.fields
        delivered = release.delivered
        self.releaser = releaser
        releasedAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "release")
        decision = DecisionIdentifier(try fields.digest())
        licence = try fields.licenceIdentifier()
        owner = try fields.label()
        requester = try fields.label()
        action = try fields.useAction()
        context = try UseContext(derEncoded: &fields)
        kind = try fields.releaseKind()
        self.fields = try fields.columns()
        delivered = try fields.digest()
        releaser = KeyIdentifier(try fields.digest())
        releasedAt = try fields.timestamp()
        height = try fields.number()
        holder = try fields.optionalPseudonym(tag: 0)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(decision.digest)
        try fields.serialize(text: licence.text)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: requester.rawValue)
        try fields.serialize(enumerated: action.rawValue)
        try fields.serialize(context)
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(columns: self.fields)
        try fields.serialize(delivered)
        try fields.serialize(releaser.digest)
        try fields.serialize(releasedAt)
        try fields.serialize(height)
        try fields.serialize(holder, tag: 0)
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func releaseKind() throws -> Release.Kind {
        let number = try enumerated()
        guard let kind = Release.Kind(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no kind of release: 0 fields, 1 file")
        }
        return kind
    }
}
