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

    public init(body: TransactionBody, signature: Signature) {
        self.body = body
        self.signature = signature
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        body = try TransactionBody(derEncoded: &fields)
        signature = try fields.signature()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(body)
        try fields.serialize(signature)
    }
}
