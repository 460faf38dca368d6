public import Formats
public import Identity
public import SwiftASN1

/// The file of a paper (材料文件).
public struct CaseFile: DERSequence, Hashable {
    public let paper: Label
    public let bytes: [UInt8]

    public init(paper: Label, bytes: [UInt8]) { (self.paper, self.bytes) = (paper, bytes) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        paper = try fields.label()
        bytes = try fields.octets(limit: ReleasedItems.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(paper)
        try fields.serialize(octets: bytes)
    }
}
