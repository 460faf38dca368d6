public import Identity
public import SwiftASN1

/// What the chain of a trail hashes for each element.
public struct TrailLink: DERSequence, Hashable {
    public let previous: Digest
    public let element: [UInt8]

    public init(previous: Digest, element: [UInt8]) {
        self.previous = previous
        self.element = element
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        previous = try fields.digest()
        element = try fields.octets(limit: EntrySubject.maximumValueByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(previous)
        try fields.serialize(octets: element)
    }
}
