public import SwiftASN1

// CHOICEs by the tag of what stands there: an OCTET STRING is a digest, a SEQUENCE what it is the digest of.

extension SnapshotGroup: DERParseable, DERSerializable {
    public init(derEncoded node: ASN1Node) throws {
        guard node.identifier == .sequence else {
            self = .superseded(try node.digest())
            return
        }
        self = .positions(
            try DER.sequence(node, identifier: .sequence) { nodes in
                var positions: [SnapshotPosition] = []
                while let next = nodes.next() {
                    guard positions.count < Self.entryCount else {
                        throw FormatError(.tooLarge, "a group of the state has more than \(Self.entryCount) entries")
                    }
                    positions.append(try SnapshotPosition(derEncoded: next))
                }
                return positions
            })
    }

    public func serialize(into coder: inout DER.Serializer) throws {
        switch self {
        case .superseded(let digest): try coder.serialize(digest)
        case .positions(let positions): try coder.serialize(list: positions) { try $0.serialize($1) }
        }
    }
}

extension SnapshotPosition: DERParseable, DERSerializable {
    public init(derEncoded node: ASN1Node) throws {
        self =
            node.identifier == .sequence
            ? .active(try SnapshotEntry(derEncoded: node)) : .superseded(try node.digest())
    }

    public func serialize(into coder: inout DER.Serializer) throws {
        switch self {
        case .superseded(let digest): try coder.serialize(digest)
        case .active(let entry): try coder.serialize(entry)
        }
    }
}
