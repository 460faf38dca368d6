public import Identity
public import SwiftASN1

/// The head of a trail: how many elements it has and the digest that chains them. Who holds the elements and the head
/// knows that these are all and in which order.
///
/// `chain(0)` is 32 zero bytes, `chain(n) = digest(DER TrailLink { previous: chain(n - 1), element })`.
public struct TrailHead: DERSequence, Hashable {
    public let count: UInt64
    public let chain: Digest

    /// The head of a trail without elements.
    public static let empty = TrailHead(count: 0, chain: .zero)

    public init(count: UInt64, chain: Digest) {
        self.count = count
        self.chain = chain
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        count = UInt64(try fields.integer(in: 0...Int64.max - 1))
        chain = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(count)
        try fields.serialize(chain)
    }

    /// The head after one more element.
    public func appending(_ element: [UInt8], suite: any CryptoSuite) -> TrailHead {
        let link = TrailLink(previous: chain, element: element)
        return TrailHead(count: count + 1, chain: suite.digest(of: link.derBytes))
    }
}
