public import Formats
public import Identity
public import Licences
public import SwiftASN1

/// Asks the department that keeps a list of content for the items that a step needs (调取所需信息).
public struct CaseFetchOrder: DERSequence, Hashable {
    public static let formatVersion: Int64 = 1
    static let maximumKeyByteCount = 512

    public let channel: ChannelIdentifier
    public let code: OneThingCode
    /// The step that needs the items, in the hand of the department that asks.
    public let step: Label
    public let attempt: Int64
    /// The list of content that the items stand in.
    public let content: Int64
    /// In ascending order, each once.
    public let items: [Label]
    /// The public key, in DER, that the answer is encrypted to.
    public let recipientKey: [UInt8]

    /// - Throws: ``OneThingError`` with code `wrongContent` where nothing is asked for, or an item twice.
    public init(
        channel: ChannelIdentifier, code: OneThingCode, step: Label, attempt: Int64, content: Int64, items: [Label],
        recipientKey: [UInt8]
    ) throws(OneThingError) {
        (self.channel, self.code, self.step, self.attempt) = (channel, code, step, attempt)
        (self.content, self.items, self.recipientKey) = (content, items.sorted(), recipientKey)
        try check()
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.formatVersion, of: "order for content of a case")
        channel = ChannelIdentifier(try fields.digest())
        code = try fields.domainText(limit: 64)
        step = try fields.label()
        attempt = try fields.integer(in: 1...Int64(OneThingLimits.attemptCount))
        content = try fields.integer(in: 0...Int64(OneThingLimits.contentCount))
        items = try fields.labels(limit: CaseItems.maximumCount)
        recipientKey = try fields.octets(limit: Self.maximumKeyByteCount)
        try check()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.formatVersion)
        try fields.serialize(channel.digest)
        try fields.serialize(text: code.text)
        try fields.serialize(step)
        try fields.serialize(attempt)
        try fields.serialize(content)
        try fields.serialize(labels: items)
        try fields.serialize(octets: recipientKey)
    }

    private func check() throws(OneThingError) {
        guard !items.isEmpty, zip(items, items.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw OneThingError(.wrongContent, "an order names at least one item, and each once")
        }
    }

    /// What tells the order from every other: the same again is the same order.
    public func digest(suite: any CryptoSuite) -> Digest { suite.digest(of: derBytes) }

    /// What sealed items belong to, so that no answer passes for that to another order.
    public func sealingContext(suite: any CryptoSuite) -> [UInt8] {
        Array("zhenglian case release 1".utf8) + digest(suite: suite).bytes
    }
}
