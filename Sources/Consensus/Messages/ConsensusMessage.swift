public import Formats
public import SwiftASN1

/// What validators tell each other: on the wire an ASN.1 `CHOICE` with implicit context tags.
public enum ConsensusMessage: Hashable, Sendable {
    /// Tag 0: a leader's proposal, with the block.
    case proposal(Proposal)
    /// Tag 1: one validator's vote.
    case vote(Vote)
    /// Tag 2: a quorum's votes.
    case certificate(QuorumCertificate)
    /// Tag 3: what the sender lacks.
    case certificateRequest(CertificateRequest)
    /// Tag 4: where the sender stands.
    case status(ValidatorStatus)

    /// No message's DER is longer: the largest block, and what surrounds it.
    public static let maximumByteCount = Proposal.maximumBlockByteCount + 4 * 1024

    public var channel: ChannelIdentifier {
        switch self {
        case .proposal(let proposal): proposal.statement.channel
        case .vote(let vote): vote.statement.channel
        case .certificate(let certificate): certificate.statement.channel
        case .certificateRequest(let request): request.channel
        case .status(let status): status.channel
        }
    }

    public var epoch: Epoch {
        switch self {
        case .proposal(let proposal): proposal.statement.epoch
        case .vote(let vote): vote.statement.epoch
        case .certificate(let certificate): certificate.statement.epoch
        case .certificateRequest(let request): request.epoch
        case .status(let status): status.epoch
        }
    }
}

extension ConsensusMessage: DERSerializable, DERParseable {
    public init(derEncoded node: ASN1Node) throws {
        guard node.identifier.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "a consensus message has no context tag")
        }
        let tag = node.identifier
        switch tag.tagNumber {
        case 0: self = .proposal(try Proposal(derEncoded: node, withIdentifier: tag))
        case 1: self = .vote(try Vote(derEncoded: node, withIdentifier: tag))
        case 2: self = .certificate(try QuorumCertificate(derEncoded: node, withIdentifier: tag))
        case 3: self = .certificateRequest(try CertificateRequest(derEncoded: node, withIdentifier: tag))
        case 4: self = .status(try ValidatorStatus(derEncoded: node, withIdentifier: tag))
        default:
            throw FormatError(.unknownVersion, "\(tag.tagNumber) is the tag of no consensus message that is known here")
        }
    }

    public func serialize(into coder: inout DER.Serializer) throws {
        switch self {
        case .proposal(let proposal): try proposal.serialize(into: &coder, withIdentifier: Self.tag(0))
        case .vote(let vote): try vote.serialize(into: &coder, withIdentifier: Self.tag(1))
        case .certificate(let certificate): try certificate.serialize(into: &coder, withIdentifier: Self.tag(2))
        case .certificateRequest(let request): try request.serialize(into: &coder, withIdentifier: Self.tag(3))
        case .status(let status): try status.serialize(into: &coder, withIdentifier: Self.tag(4))
        }
    }

    /// Parses a message from a peer.
    /// - Parameter limit: more bytes than this are refused before they are looked at: what the channel's block limit
    ///   allows, and at most ``maximumByteCount``.
    /// - Throws: ``FormatError``.
    public init(derBytes bytes: [UInt8], limit: Int = Self.maximumByteCount) throws(FormatError) {
        guard bytes.count <= limit else {
            throw FormatError(.tooLarge, "a consensus message of \(bytes.count) bytes; at most \(limit) are allowed")
        }
        do {
            self = try Self(derEncoded: bytes)
        } catch let error as FormatError {
            throw error
        } catch {
            throw FormatError(.malformed, "the bytes are no consensus message", cause: error)
        }
    }

    /// The message's DER.
    public var derBytes: [UInt8] { DER.bytes(of: self) }

    private static func tag(_ number: UInt) -> ASN1Identifier {
        ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
    }
}

extension DER {
    /// The DER of a value whose fields are all integers, strings or structures of such.
    static func bytes(of value: some DERSerializable) -> [UInt8] {
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(value)
        } catch {
            // Serializing throws only what a field's own serializer throws; none of these fields has a value that
            // cannot be written.
            preconditionFailure("\(type(of: value)) does not serialize: \(error)")
        }
        return serializer.serializedBytes
    }
}
