public import Formats
public import SwiftASN1

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
