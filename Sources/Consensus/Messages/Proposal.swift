public import Formats
public import Identity
public import SwiftASN1

/// A leader's signature under what it proposes, without the block: enough to prove who proposed what.
public struct SignedProposal: DERSequence, Hashable {
    public let statement: ProposalStatement
    /// By the leader of the statement's view, for ``SigningPurpose/proposal``.
    public let signature: Signature

    public init(statement: ProposalStatement, signature: Signature) {
        self.statement = statement
        self.signature = signature
    }

    /// Signs a proposal.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    public init(
        _ statement: ProposalStatement,
        key: any SigningKey,
        suite: any CryptoSuite
    ) throws(IdentityError) {
        self.init(
            statement: statement,
            signature: try key.sign(statement.digest(suite: suite), for: .proposal)
        )
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        statement = try ProposalStatement(derEncoded: &fields)
        signature = try fields.signature()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(statement)
        try fields.serialize(signature)
    }

    /// Whether the proposal is of the set's epoch and signed by the leader of its view.
    public func isValid(in validators: ValidatorSet, suite: any CryptoSuite) -> Bool {
        guard statement.epoch == validators.epoch, let leader = validators[validators.leader(of: statement.view)] else {
            return false
        }
        return leader.key.isValid(signature, of: statement.digest(suite: suite), for: .proposal)
    }
}

/// A leader's proposal with the block that it is about.
///
/// That the bytes are the block of the statement's digest is not known before the node has verified them: consensus
/// knows blocks as digests and bytes only.
public struct Proposal: DERSequence, Hashable {
    /// No channel allows a longer block; ``ChannelLimits/maximumBlockBytes`` may allow less.
    public static let maximumBlockByteCount = 8 << 20

    public let signed: SignedProposal
    /// DER of the ``Block``.
    public let block: [UInt8]

    public var statement: ProposalStatement { signed.statement }

    public init(signed: SignedProposal, block: [UInt8]) {
        self.signed = signed
        self.block = block
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        signed = try SignedProposal(derEncoded: &fields)
        block = try fields.octets(limit: Self.maximumBlockByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(signed)
        try fields.serialize(octets: block)
    }
}
