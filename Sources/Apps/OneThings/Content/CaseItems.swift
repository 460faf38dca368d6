public import Formats
public import Identity
public import SwiftASN1

/// What is in a list of content (信息与材料): the items of which the ledger has the names and one root.
///
/// The root is that of a Merkle tree (RFC 9162, section 2.1) with one salted leaf for each item, so that one item can
/// be given out with its proof, and the others stay where they are.
public struct CaseItems: DERSequence, Hashable {
    public static let formatVersion: Int64 = 1
    /// As many items as a definition names, each as long as one may be.
    public static let maximumByteCount = 1 << 20
    static let maximumCount = OneThingLimits.fieldCount + OneThingLimits.materialCount

    /// In the order of their names, each once.
    public let items: [CaseItem]

    /// The list of these items, in any order.
    /// - Throws: ``OneThingError`` with code `wrongContent`.
    public init(_ items: [CaseItem]) throws(OneThingError) {
        self.items = items.sorted { $0.name < $1.name }
        try check()
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.formatVersion, of: "list of a case's content")
        items = try fields.list(limit: Self.maximumCount) { try CaseItem(derEncoded: &$0) }
        try check()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.formatVersion)
        try fields.serialize(list: items) { try $0.serialize($1) }
    }

    private func check() throws(OneThingError) {
        guard (1...Self.maximumCount).contains(items.count) else {
            throw OneThingError(.wrongContent, "a list of content has 1 to \(Self.maximumCount) items")
        }
        if let pair = zip(items, items.dropFirst()).first(where: { $0.name >= $1.name }) {
            throw OneThingError(.wrongContent, "'\(pair.1.name)' stands in the content twice, or out of order")
        }
    }

    public subscript(_ name: Label) -> CaseItem? { items.first { $0.name == name } }

    /// What goes on the ledger.
    public func content(suite: any CryptoSuite) -> CaseContent {
        CaseContent(items: items.map(\.name), root: tree(suite: suite).root)
    }

    /// One item with what proves it; `nil` where it is not there.
    public func disclosure(of name: Label, suite: any CryptoSuite) -> CaseItemDisclosure? {
        guard let index = items.firstIndex(where: { $0.name == name }) else { return nil }
        return CaseItemDisclosure(item: items[index], path: tree(suite: suite).path(to: index))
    }

    private func tree(suite: any CryptoSuite) -> MerkleTree {
        MerkleTree(leaves: items.map(\.derBytes), suite: suite)
    }
}

/// One item of a list of content, shown without the others.
public struct CaseItemDisclosure: DERSequence, Hashable {
    public let item: CaseItem
    public let path: MerklePath

    public init(item: CaseItem, path: MerklePath) { (self.item, self.path) = (item, path) }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        item = try CaseItem(derEncoded: &fields)
        path = try MerklePath(derEncoded: &fields)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(item)
        try fields.serialize(path)
    }

    /// Whether the item stands in what the ledger has, under its own name.
    public func isProven(by content: CaseContent, suite: any CryptoSuite) -> Bool {
        // The position tells the name: a value proven in another's place is not proven.
        guard path.size == UInt64(content.items.count), content.items[Int(path.index)] == item.name else {
            return false
        }
        return path.root(leaf: MerkleTree.leafDigest(item.derBytes, suite: suite), suite: suite) == content.root
    }
}
