import Formats
public import Identity
public import SwiftASN1

/// One step of a change of members: on the wire an ASN.1 `CHOICE` with implicit context tags.
///
/// Whether a node votes is said by the role in its certificate: `validator` or `observer`.
public enum MembershipOperation: Hashable, Sendable {
    /// Tag 0: a node joins.
    case add(MemberNode)
    /// Tag 1: a node leaves.
    case remove(MemberName)
    /// Tag 2: another node of the same department and role takes a node's place.
    case replace(MemberName, by: MemberNode)
    /// Tag 3: a node has a new certificate under its name, as a rule with a new key. DER of the certificate.
    case rotate([UInt8])
    /// Tag 4: a node listens elsewhere.
    case move(MemberName, to: NodeEndpoint)
}

extension MembershipOperation: DERSerializable, DERParseable {
    public init(derEncoded node: ASN1Node) throws {
        let tag = node.identifier
        guard tag.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "an operation on the membership has no context tag")
        }
        self = try DER.sequence(node, identifier: tag) { fields in
            switch tag.tagNumber {
            case 0: .add(try MemberNode(derEncoded: &fields))
            case 1: .remove(try fields.member())
            case 2: .replace(try fields.member(), by: try MemberNode(derEncoded: &fields))
            case 3: .rotate(try fields.octets(limit: MemberCertificate.maximumByteCount))
            case 4: .move(try fields.member(), to: try NodeEndpoint(derEncoded: &fields))
            default:
                throw FormatError(
                    .unknownVersion, "\(tag.tagNumber) is the tag of no operation on the membership that is known here")
            }
        }
    }

    public func serialize(into coder: inout DER.Serializer) throws {
        let tag = ASN1Identifier(tagWithNumber: tagNumber, tagClass: .contextSpecific)
        try coder.appendConstructedNode(identifier: tag) { fields in
            switch self {
            case .add(let node): try fields.serialize(node)
            case .remove(let member): try fields.serialize(member)
            case .replace(let member, let node):
                try fields.serialize(member)
                try fields.serialize(node)
            case .rotate(let certificate): try fields.serialize(octets: certificate)
            case .move(let member, let endpoint):
                try fields.serialize(member)
                try fields.serialize(endpoint)
            }
        }
    }

    private var tagNumber: UInt {
        switch self {
        case .add: 0
        case .remove: 1
        case .replace: 2
        case .rotate: 3
        case .move: 4
        }
    }
}

extension ASN1NodeCollection.Iterator {
    /// A member's name, `department/role/name`.
    package mutating func member() throws -> MemberName {
        let text = try text(limit: 96)
        guard let member = MemberName(text) else {
            throw FormatError(.outOfRange, "a member is department/role/name")
        }
        return member
    }
}

extension DER.Serializer {
    package mutating func serialize(_ member: MemberName) throws {
        try serialize(text: member.description)
    }
}
