public import Formats
public import Identity
public import SwiftASN1

/// How surely a person was recognised (实名等级): the four levels that national identity authentication distinguishes.
public enum RealNameLevel: Int64, CaseIterable, Sendable, Codable, Comparable {
    /// Name and number agree.
    case one = 1
    /// Name, number and a factor that the person has, such as a telephone.
    case two = 2
    /// Name, number and face, or a bank card.
    case three = 3
    /// In person at a counter, or with the identity card's chip.
    case four = 4

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// What shows that the holder (or the holder's agent) wants it (持证主体确认).
public enum HolderProof: Hashable, Sendable {
    /// A signature by the key that is bound to the pseudonym on the ledger.
    case signature(HolderSignature)
    /// The word of the department that calls: its counter has seen the person.
    case attestation(CounterAttestation)
}

/// A holder's signature over a ``HolderStatement``.
public struct HolderSignature: DERSequence, Hashable {
    /// The statement holds up to this moment of ledger time, and counts once.
    public let notAfter: Timestamp
    public let signature: Signature

    public init(notAfter: Timestamp, signature: Signature) {
        self.notAfter = notAfter
        self.signature = signature
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        notAfter = try fields.timestamp()
        signature = try fields.signature()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(notAfter)
        try fields.serialize(signature)
    }
}

/// A counter's word that the holder was there and wants it (窗口核验).
public struct CounterAttestation: DERSequence, Hashable {
    public let level: RealNameLevel
    /// The digest of what was shown and signed at the counter, which the department keeps.
    public let evidence: Digest

    public init(level: RealNameLevel, evidence: Digest) {
        self.level = level
        self.evidence = evidence
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        let number = try fields.enumerated()
        guard let level = RealNameLevel(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no real-name level: 1 to 4")
        }
        self.level = level
        evidence = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(enumerated: level.rawValue)
        try fields.serialize(evidence)
    }
}

/// What a holder signs: that something with this content shall be done, on this ledger, until this moment.
public struct HolderStatement: DERSequence, Hashable {
    public enum Kind: Int64, Sendable {
        case bind = 0
        case grant = 1
        case withdraw = 2
        case use = 3
    }

    public let channel: ChannelIdentifier
    public let kind: Kind
    /// The digest of the DER of what is asked for, without the proof.
    public let content: Digest
    public let notAfter: Timestamp

    public init(channel: ChannelIdentifier, kind: Kind, content: Digest, notAfter: Timestamp) {
        self.channel = channel
        self.kind = kind
        self.content = content
        self.notAfter = notAfter
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        channel = ChannelIdentifier(try fields.digest())
        let number = try fields.enumerated()
        guard let kind = Kind(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no kind of holder's statement")
        }
        self.kind = kind
        content = try fields.digest()
        notAfter = try fields.timestamp()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(channel.digest)
        try fields.serialize(enumerated: kind.rawValue)
        try fields.serialize(content)
        try fields.serialize(notAfter)
    }

    public func digest(suite: any CryptoSuite) -> Digest { suite.digest(of: derBytes) }

    /// Signs the statement with the holder's device key.
    /// - Throws: ``IdentityError`` where the key's store refuses.
    public func signed(by key: any SigningKey, suite: any CryptoSuite) throws(IdentityError) -> HolderSignature {
        HolderSignature(notAfter: notAfter, signature: try key.sign(digest(suite: suite), for: .holderStatement))
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func holderProof() throws -> HolderProof {
        guard let node = next() else { throw FormatError(.malformed, "a holder's proof is missing") }
        return try Self.holderProof(node)
    }

    /// A proof under the explicit tags 8 and 9, which may be missing.
    mutating func optionalHolderProof() throws -> HolderProof? {
        if let signature = try optional(HolderSignature.self, tag: 8) { return .signature(signature) }
        return try optional(CounterAttestation.self, tag: 9).map { .attestation($0) }
    }

    private static func holderProof(_ node: ASN1Node) throws -> HolderProof {
        let tag = node.identifier.tagNumber
        switch (node.identifier.tagClass, tag) {
        case (.contextSpecific, 8):
            return .signature(
                try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) {
                    try HolderSignature(derEncoded: $0)
                })
        case (.contextSpecific, 9):
            return .attestation(
                try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) {
                    try CounterAttestation(derEncoded: $0)
                })
        default:
            throw FormatError(.outOfRange, "a holder's proof is a signature [8] or an attestation [9]")
        }
    }
}

extension DER.Serializer {
    mutating func serialize(_ proof: HolderProof?) throws {
        switch proof {
        case .signature(let signature): try serialize(optional: signature, tag: 8)
        case .attestation(let attestation): try serialize(optional: attestation, tag: 9)
        case nil: return
        }
    }
}
