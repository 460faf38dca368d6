public import Formats
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
        element = try fields.octets(limit: ExecutionLimits.valueBytes)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(previous)
        try fields.serialize(octets: element)
    }
}

extension ContractContext {
    /// Appends an element to a trail.
    /// - Returns: the element's position, from 0.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`.
    @discardableResult
    public mutating func append(_ element: some DERSequence, to trail: TrailKey) throws(ContractError) -> UInt64 {
        let head = try head(of: trail)
        let bytes = element.derBytes
        try put(trail.element(head.count), bytes)
        try put(trail.head, head.appending(bytes, suite: genesis.suite))
        return head.count
    }
}

extension ContractReader {
    /// The head of a trail; that of an empty one where nothing was appended.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`.
    public mutating func head(of trail: TrailKey) throws(ContractError) -> TrailHead {
        try get(trail.head, as: TrailHead.self) ?? .empty
    }

    /// The elements of a trail in the order in which they were appended.
    /// - Parameters:
    ///   - trail: the trail.
    ///   - first: position of the first element wanted.
    ///   - limit: most elements; no page has more than ``ExecutionLimits/entriesPerPage``.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`.
    public mutating func elements<Element: DERSequence>(
        of trail: TrailKey,
        from first: UInt64 = 0,
        limit: Int,
        as _: Element.Type
    ) throws(ContractError) -> [Element] {
        let count = try head(of: trail).count
        guard first < count else { return [] }
        let page = min(count - first, UInt64(max(0, min(limit, ExecutionLimits.entriesPerPage))))
        var elements: [Element] = []
        for index in first..<first + page {
            guard let element = try get(trail.element(index), as: Element.self) else {
                throw ContractError(.stateUnavailable, "a trail has lost an element")
            }
            elements.append(element)
        }
        return elements
    }
}
