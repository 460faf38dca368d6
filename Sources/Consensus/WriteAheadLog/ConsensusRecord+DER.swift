import Formats
public import SwiftASN1

/// Records on disk: an ASN.1 `CHOICE` with context tags, like messages on the wire.
extension ConsensusRecord: DERSerializable, DERParseable {
    public init(derEncoded node: ASN1Node) throws {
        let tag = node.identifier
        guard tag.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "a record of the write-ahead log has no context tag")
        }
        switch tag.tagNumber {
        case 0:
            self = try DER.sequence(node, identifier: tag) {
                .clearance(above: try $0.number(), epoch: try $0.number())
            }
        case 1: self = .vote(try VoteStatement(derEncoded: node, withIdentifier: tag))
        case 2: self = .proposal(try Proposal(derEncoded: node, withIdentifier: tag))
        case 3: self = .certificate(try QuorumCertificate(derEncoded: node, withIdentifier: tag))
        default:
            throw FormatError(.unknownVersion, "\(tag.tagNumber) is the tag of no record that is known here")
        }
    }

    public func serialize(into coder: inout DER.Serializer) throws {
        switch self {
        case .clearance(let view, let epoch):
            try coder.appendConstructedNode(identifier: Self.tag(0)) {
                try $0.serialize(view)
                try $0.serialize(epoch)
            }
        case .vote(let statement): try statement.serialize(into: &coder, withIdentifier: Self.tag(1))
        case .proposal(let proposal): try proposal.serialize(into: &coder, withIdentifier: Self.tag(2))
        case .certificate(let certificate): try certificate.serialize(into: &coder, withIdentifier: Self.tag(3))
        }
    }

    private static func tag(_ number: UInt) -> ASN1Identifier {
        ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
    }
}
