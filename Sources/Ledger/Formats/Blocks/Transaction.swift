public import Identity
public import SwiftASN1

/// One call of a contract's method within a transaction.
public struct Call: DERSequence, Hashable {
    /// Longest name of a contract or method, in UTF-8 bytes.
    public static let maximumNameByteCount = 64

    public let contract: String
    public let method: String
    /// DER of the method's argument type.
    public let arguments: [UInt8]

    public init(contract: String, method: String, arguments: [UInt8]) {
        self.contract = contract
        self.method = method
        self.arguments = arguments
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        contract = try fields.text(limit: Self.maximumNameByteCount)
        method = try fields.text(limit: Self.maximumNameByteCount)
        arguments = try fields.octets(limit: Transaction.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: contract)
        try fields.serialize(text: method)
        try fields.serialize(octets: arguments)
    }
}

/// What makes one submission different from another that says the same: 16 bytes, chosen by the submitter.
public struct IdempotencyKey: Hashable, Sendable {
    public static let byteCount = 16

    public let bytes: [UInt8]

    /// Makes a key from exactly 16 bytes; `nil` for any other number.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The first 16 bytes of a digest: the same content makes the same key.
    public init(_ digest: Digest) {
        self.bytes = Array(digest.bytes.prefix(Self.byteCount))
    }
}

/// The digest of a transaction's body: its name for ever.
public struct TransactionIdentifier: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let digest: Digest

    public init(_ digest: Digest) { self.digest = digest }

    public init(from decoder: any Decoder) throws { self.init(try Digest(from: decoder)) }

    public func encode(to encoder: any Encoder) throws { try digest.encode(to: encoder) }

    public static func < (left: Self, right: Self) -> Bool { left.digest < right.digest }

    public var description: String { digest.description }
}

/// What a submitter signs: one or more calls that take effect together or not at all.
public struct TransactionBody: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// Most calls under one signature.
    public static let maximumCallCount = 1_000

    /// The ledger that the transaction is meant for, and no other.
    public let channel: ChannelIdentifier
    /// The key whose signature the transaction bears; its certificate is registered on the ledger.
    public let submitter: KeyIdentifier
    public let idempotencyKey: IdempotencyKey
    /// No block above this height may hold the transaction: after it, the submitter knows that nothing will come any
    /// more.
    public let lastValidHeight: Height
    public let calls: [Call]

    /// - Precondition: 1 to ``maximumCallCount`` calls.
    public init(
        channel: ChannelIdentifier,
        submitter: KeyIdentifier,
        idempotencyKey: IdempotencyKey,
        lastValidHeight: Height,
        calls: [Call]
    ) {
        precondition((1...Self.maximumCallCount).contains(calls.count), "a transaction has 1 to 1,000 calls")
        self.channel = channel
        self.submitter = submitter
        self.idempotencyKey = idempotencyKey
        self.lastValidHeight = lastValidHeight
        self.calls = calls
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "transaction")
        channel = ChannelIdentifier(try fields.digest())
        submitter = KeyIdentifier(try fields.digest())
        guard let key = IdempotencyKey(try fields.octets(limit: IdempotencyKey.byteCount)) else {
            throw FormatError(.outOfRange, "an idempotency key is an OCTET STRING of 16 bytes")
        }
        idempotencyKey = key
        lastValidHeight = try fields.number()
        calls = try fields.list(limit: Self.maximumCallCount) { try Call(derEncoded: &$0) }
        guard !calls.isEmpty else {
            throw FormatError(.outOfRange, "a transaction has no call")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(channel.digest)
        try fields.serialize(submitter.digest)
        try fields.serialize(octets: idempotencyKey.bytes)
        try fields.serialize(lastValidHeight)
        try fields.serialize(list: calls) { try $0.serialize($1) }
    }

    /// The digest of the body's DER.
    public func identifier(suite: any CryptoSuite) -> TransactionIdentifier {
        TransactionIdentifier(suite.digest(of: derBytes))
    }

    /// Signs the body.
    /// - Throws: ``IdentityError`` where the key cannot sign.
    public func signed(with key: any SigningKey, suite: any CryptoSuite) throws(IdentityError) -> Transaction {
        Transaction(
            body: self,
            signature: try key.sign(identifier(suite: suite).digest, for: .transaction)
        )
    }
}

/// A signed transaction (交易).
public struct Transaction: DERSequence, Hashable {
    /// No channel allows a larger one; ``ChannelLimits`` may allow less.
    public static let maximumByteCount = 1 << 20

    public let body: TransactionBody
    public let signature: Signature
    private let encoding: TransactionEncoding

    public init(body: TransactionBody, signature: Signature) {
        self.body = body
        self.signature = signature
        encoding = TransactionEncoding()
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        self.init(body: try TransactionBody(derEncoded: &fields), signature: try fields.signature())
    }

    /// Parses a transaction and keeps its DER: it is hashed, put into blocks and stored as it came, again and again.
    public init(derEncoded node: ASN1Node, withIdentifier identifier: ASN1Identifier) throws {
        (body, signature, encoding) = try DER.sequence(node, identifier: identifier) { fields in
            var rest = fields
            guard let bodyNode = rest.next() else { throw FormatError(.malformed, "a transaction has no body") }
            let encoding = TransactionEncoding(of: node, body: bodyNode)
            return (try TransactionBody(derEncoded: &fields), try fields.signature(), encoding)
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(body)
        try fields.serialize(signature)
    }

    public func serialize(into coder: inout DER.Serializer, withIdentifier identifier: ASN1Identifier) throws {
        if let bytes = encoding.bytes, identifier == Self.defaultIdentifier {
            coder.serializeRawBytes(bytes)
        } else {
            try coder.appendConstructedNode(identifier: identifier) { try serialize(fields: &$0) }
        }
    }

    /// The transaction's DER: what it was parsed from, or put together.
    public var derBytes: [UInt8] {
        if let bytes = encoding.bytes { return bytes }
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(self)
        } catch {
            preconditionFailure("a transaction of valid fields does not serialize: \(error)")
        }
        return serializer.serializedBytes
    }

    /// The digest of the body's DER.
    public func identifier(suite: any CryptoSuite) -> TransactionIdentifier {
        guard let bytes = encoding.bodyBytes else { return body.identifier(suite: suite) }
        return TransactionIdentifier(suite.digest(of: Array(bytes)))
    }
}

/// The DER that a transaction was parsed from. DER has one form for each value, so it adds nothing to the value, and
/// two transactions are as equal with it as without.
private struct TransactionEncoding: Hashable, Sendable {
    let bytes: [UInt8]?
    private let body: Range<Int>

    init() {
        bytes = nil
        body = 0..<0
    }

    init(of node: ASN1Node, body bodyNode: ASN1Node) {
        let start = bodyNode.encodedBytes.startIndex - node.encodedBytes.startIndex
        // A copy of its own: the transaction must not keep the whole block alive that it came in.
        bytes = Array(node.encodedBytes)
        body = start..<start + bodyNode.encodedBytes.count
    }

    var bodyBytes: ArraySlice<UInt8>? { bytes?[body] }

    static func == (left: Self, right: Self) -> Bool { true }

    func hash(into hasher: inout Hasher) {}
}
