import Formats
public import Identity
import SwiftASN1

/// What a use of a licence relies on (用证依据).
public enum Authority: Hashable, Sendable {
    /// The holder's grant to the department (持证主体授权).
    case grant(GrantIdentifier)
    /// A rule that needs nobody's consent (法定依据).
    case statutoryBasis(BasisIdentifier)
    /// The owner's answer to the department's request (经批准的用证申请).
    case answeredRequest(AccessRequestIdentifier)
    /// The holder in person, or the holder's agent: proved with the request itself (持证主体本人).
    case holder

    /// The record's name; `nil` where the holder is there in person.
    public var record: Digest? {
        switch self {
        case .grant(let identifier): identifier.digest
        case .statutoryBasis(let identifier): identifier.digest
        case .answeredRequest(let identifier): identifier.digest
        case .holder: nil
        }
    }

    /// The word by which exports and the read model call the kind.
    public var kind: String {
        switch self {
        case .grant: "grant"
        case .statutoryBasis: "statutoryBasis"
        case .answeredRequest: "answeredRequest"
        case .holder: "holder"
        }
    }
}

extension ASN1NodeCollection.Iterator {
    /// A CHOICE by explicit tag: `[0]` grant, `[1]` basis, `[2]` request, each a digest, `[3]` NULL for the holder.
    mutating func authority() throws -> Authority {
        guard let node = next(), node.identifier.tagClass == .contextSpecific else {
            throw FormatError(.malformed, "an authority is missing")
        }
        let tag = node.identifier.tagNumber
        func digest() throws -> Digest {
            try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) { try $0.digest() }
        }
        switch tag {
        case 0: return .grant(GrantIdentifier(try digest()))
        case 1: return .statutoryBasis(BasisIdentifier(try digest()))
        case 2: return .answeredRequest(AccessRequestIdentifier(try digest()))
        case 3:
            _ = try DER.explicitlyTagged(node, tagNumber: tag, tagClass: .contextSpecific) {
                try ASN1Null(derEncoded: $0)
            }
            return .holder
        default: throw FormatError(.outOfRange, "[\(tag)] is no authority")
        }
    }
}

extension DER.Serializer {
    mutating func serialize(_ authority: Authority) throws {
        let tag: UInt =
            switch authority {
            case .grant: 0
            case .statutoryBasis: 1
            case .answeredRequest: 2
            case .holder: 3
            }
        try serialize(explicitlyTaggedWithTagNumber: tag, tagClass: .contextSpecific) { coder in
            if let record = authority.record {
                try coder.serialize(record)
            } else {
                try coder.serialize(ASN1Null())
            }
        }
    }
}
