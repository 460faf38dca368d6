public import Formats
public import Identity
public import SwiftASN1

/// To whom a holder grants something.
public enum GrantRecipient: Hashable, Sendable {
    /// 持证主体授权代表: a person who acts for the holder. The scope says with which powers; an agent grants nothing on.
    case agent(HolderPseudonym)
    /// 用证部门: a department, and where one is named that system of it alone.
    case department(DepartmentName, ApplicationName?)
}

/// A holder's grant (授权), as the ledger holds it.
public struct Grant: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let identifier: GrantIdentifier
    public let grantor: HolderPseudonym
    public let recipient: GrantRecipient
    public let scope: UseScope
    /// How it was shown that the holder wants it.
    public let proof: HolderProof
    /// The department that wrote it at the holder's wish.
    public let writer: DepartmentName
    public let writtenAt: Timestamp
    public let height: Height
    /// 撤回
    public var withdrawal: Withdrawal?

    package init(
        _ identifier: GrantIdentifier,
        _ wish: GrantWish,
        proof: HolderProof,
        by writer: DepartmentName,
        at time: Timestamp,
        height: Height
    ) {
        self.identifier = identifier
        grantor = wish.grantor
        recipient = wish.recipient
        scope = wish.scope
        self.proof = proof
        self.writer = writer
        writtenAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "grant")
        identifier = GrantIdentifier(try fields.digest())
        grantor = try fields.pseudonym()
        recipient = try fields.grantRecipient()
        scope = try UseScope(derEncoded: &fields)
        writer = try fields.label()
        writtenAt = try fields.timestamp()
        height = try fields.number()
        withdrawal = try fields.optional(tag: 0)
        proof = try fields.holderProof()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(identifier.digest)
        try fields.serialize(grantor)
        try fields.serialize(recipient)
        try fields.serialize(scope)
        try fields.serialize(text: writer.rawValue)
        try fields.serialize(writtenAt)
        try fields.serialize(height)
        try fields.serialize(optional: withdrawal, tag: 0)
        try fields.serialize(proof)
    }
}

/// The end of a grant, a basis, an entitlement or a request, by whoever may end it.
public struct Withdrawal: DERSequence, Hashable {
    public let at: Timestamp
    public let height: Height
    /// The department that wrote the end.
    public let by: DepartmentName

    package init(at: Timestamp, height: Height, by: DepartmentName) {
        self.at = at
        self.height = height
        self.by = by
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        at = try fields.timestamp()
        height = try fields.number()
        by = try fields.label()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(at)
        try fields.serialize(height)
        try fields.serialize(text: by.rawValue)
    }
}

/// What a holder wants to grant: what the holder signs.
public struct GrantWish: DERSequence, Hashable {
    public let grantor: HolderPseudonym
    public let recipient: GrantRecipient
    public let scope: UseScope
    public let nonce: CallNonce

    public init(
        grantor: HolderPseudonym, recipient: GrantRecipient, scope: UseScope, nonce: CallNonce = CallNonce()
    ) {
        self.grantor = grantor
        self.recipient = recipient
        self.scope = scope
        self.nonce = nonce
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        grantor = try fields.pseudonym()
        recipient = try fields.grantRecipient()
        scope = try UseScope(derEncoded: &fields)
        nonce = try fields.nonce()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(grantor)
        try fields.serialize(recipient)
        try fields.serialize(scope)
        try fields.serialize(nonce.number)
    }

    /// What the holder signs.
    public func statement(notAfter: Timestamp, genesis: Genesis) -> HolderStatement {
        HolderStatement(
            channel: genesis.channel, kind: .grant, content: genesis.suite.digest(of: derBytes), notAfter: notAfter)
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func grantRecipient() throws -> GrantRecipient {
        guard let node = next(), node.identifier.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "a grant's recipient is missing")
        }
        let tag = node.identifier.tagNumber
        return try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) { node in
            try DER.sequence(node, identifier: .sequence) { fields in
                switch tag {
                case 0: .agent(try fields.pseudonym())
                case 1: .department(try fields.label(), try fields.optionalDomainText(tag: 0))
                default: throw FormatError(.outOfRange, "[\(tag)] is no recipient of a grant")
                }
            }
        }
    }
}

extension DER.Serializer {
    mutating func serialize(_ recipient: GrantRecipient) throws {
        let tag: UInt = if case .agent = recipient { 0 } else { 1 }
        try serialize(explicitlyTaggedWithTagNumber: tag, tagClass: .contextSpecific) { coder in
            try coder.appendConstructedNode(identifier: .sequence) { coder in
                switch recipient {
                case .agent(let agent):
                    try coder.serialize(agent)
                case .department(let department, let application):
                    try coder.serialize(text: department.rawValue)
                    try coder.serialize(application, tag: 0)
                }
            }
        }
    }
}
