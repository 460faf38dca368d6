import Identity
public import SwiftASN1

/// A receipt's proof of a trail: all its elements from a place on, and that there are no others after that place.
///
/// The chain of ``TrailHead`` is recomputed over the elements, from `preceding` on, and the state proves the head that
/// comes of it. With the empty head before them, the elements are the whole trail. A trail too long for one receipt is
/// proved from where its reader has got to: a head that is not the trail's at that place leads to no head of the state.
public struct ListSubject: DERSequence, Hashable {
    /// Most elements of one receipt.
    public static let maximumElementCount = 100_000

    /// Where the trail's head stands.
    public let name: StateName
    /// The trail's head before the first of the elements; ``TrailHead/empty`` for the whole trail.
    public let preceding: TrailHead
    /// The elements in the order in which they were appended.
    public let elements: [[UInt8]]
    /// Of the head's presence; where the trail is empty, of its absence.
    public let proof: StateProof

    public init(name: StateName, preceding: TrailHead = .empty, elements: [[UInt8]], proof: StateProof) {
        self.name = name
        self.preceding = preceding
        self.elements = elements
        self.proof = proof
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        name = try StateName(derEncoded: &fields)
        preceding = try TrailHead(derEncoded: &fields)
        elements = try fields.list(limit: Self.maximumElementCount) {
            try $0.octets(limit: EntrySubject.maximumValueByteCount)
        }
        proof = try StateProof(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(name)
        try fields.serialize(preceding)
        try fields.serialize(list: elements) { try $0.serialize(octets: $1) }
        try fields.serialize(proof)
    }

    /// The head that the elements lead to.
    func head(suite: any CryptoSuite) -> TrailHead {
        elements.reduce(preceding) { $0.appending($1, suite: suite) }
    }
}
