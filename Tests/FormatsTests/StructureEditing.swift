import Formats
import Identity
import SwiftASN1

extension MerklePath {
    /// The path with other fields, by way of its DER, for a path that was parsed is the only one that may be wrong.
    func changed(index: Int? = nil, siblings: [Digest]? = nil) throws -> MerklePath {
        try changed(index: Int64(index ?? Int(self.index)), size: Int64(size), siblings: siblings)
    }

    func changed(index: Int64, size: Int64, siblings: [Digest]? = nil) throws -> MerklePath {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(size)
            try coder.serialize(index)
            try coder.appendConstructedNode(identifier: .sequence) { list in
                for sibling in siblings ?? self.siblings {
                    try list.serialize(ASN1OctetString(contentBytes: sibling.bytes[...]))
                }
            }
        }
        return try MerklePath(derBytes: serializer.serializedBytes, limit: 1 << 16)
    }
}

extension TransactionBody {
    /// The body's DER with any list of calls, also one that it may not have.
    func bytes(withCalls calls: [Call]) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(Self.version)
            for octets in [channel.digest.bytes, submitter.digest.bytes, idempotencyKey.bytes] {
                try coder.serialize(ASN1OctetString(contentBytes: octets[...]))
            }
            try coder.serialize(lastValidHeight.rawValue)
            try coder.appendConstructedNode(identifier: .sequence) { list in
                for call in calls {
                    try list.serialize(call)
                }
            }
        }
        return serializer.serializedBytes
    }
}

extension QuorumCertificate {
    /// The certificate's DER with the signatures of `signers` alone and a bitmap for `count` validators.
    func bytes(signers chosen: [Int], of count: Int) throws -> [UInt8] {
        var bitmap = [UInt8](repeating: 0, count: (count + 7) / 8)
        for index in chosen { bitmap[index / 8] |= 0x80 >> UInt8(index % 8) }
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(statement)
            try coder.serialize(ASN1BitString(bytes: bitmap[...], paddingBits: bitmap.count * 8 - count))
            try coder.appendConstructedNode(identifier: .sequence) { list in
                for index in chosen {
                    try list.serialize(ASN1OctetString(contentBytes: signatures[index].bytes[...]))
                }
            }
        }
        return serializer.serializedBytes
    }
}
