public import Identity
public import SwiftASN1

/// The journal's leaf for one block: what every later header vouches for.
public struct JournalLeaf: DERSequence, Hashable {
    public let height: Height
    public let header: Digest
    public let transactionsRoot: Digest
    public let outcomesRoot: Digest

    public init(height: Height, header: Digest, transactionsRoot: Digest, outcomesRoot: Digest) {
        self.height = height
        self.header = header
        self.transactionsRoot = transactionsRoot
        self.outcomesRoot = outcomesRoot
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        height = try fields.number()
        header = try fields.digest()
        transactionsRoot = try fields.digest()
        outcomesRoot = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(height)
        try fields.serialize(header)
        try fields.serialize(transactionsRoot)
        try fields.serialize(outcomesRoot)
    }
}
