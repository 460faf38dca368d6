public import Formats
public import Identity
public import SwiftASN1

/// What the requester signs when it asks the owner's node for what a decision allows (取件请求).
///
/// The connection says who calls, by a certificate for TLS; the signature is by the very key that asked the ledger, so
/// that nobody else of the department can use the ticket, and no other node can pass the order on as its own.
public struct ReleaseOrder: DERSequence, Hashable {
    public static let version: Int64 = 1

    public let channel: ChannelIdentifier
    /// The department whose node is asked.
    public let owner: DepartmentName
    public let decision: DecisionIdentifier
    public let kind: Release.Kind

    public init(channel: ChannelIdentifier, owner: DepartmentName, decision: DecisionIdentifier, kind: Release.Kind) {
        (self.channel, self.owner, self.decision, self.kind) = (channel, owner, decision, kind)
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "release order")
        channel = ChannelIdentifier(try fields.digest())
        owner = try fields.label()
        decision = DecisionIdentifier(try fields.digest())
        kind = try fields.releaseKind()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(channel.digest)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(decision.digest)
        try fields.serialize(enumerated: kind.rawValue)
    }

    /// Signs the order with the key that asked the ledger.
    /// - Throws: `IdentityError` where the key's store refuses.
    public func signed(by key: any SigningKey, suite: any CryptoSuite) throws(IdentityError) -> Signature {
        try key.sign(suite.digest(of: derBytes), for: .releaseOrder)
    }

    /// Whether `signature` is over this order, by `key`.
    public func isSigned(_ signature: Signature, by key: any VerificationKey, suite: any CryptoSuite) -> Bool {
        key.isValid(signature, of: suite.digest(of: derBytes), for: .releaseOrder)
    }
}
