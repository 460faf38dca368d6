public import Formats
public import Identity
public import SwiftASN1

/// The name of something that a call has written: the digest of the transaction and of the number that the call bears
/// within it. Nobody can choose it, and nobody else can take it.
public protocol RecordIdentifier: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    var digest: Digest { get }
    init(_ digest: Digest)
}

extension RecordIdentifier {
    /// The identifier of what call number `nonce` of a transaction writes.
    public init(of transaction: TransactionIdentifier, nonce: CallNonce, suite: any CryptoSuite) {
        self.init(suite.digest(of: RecordOrigin(transaction: transaction, nonce: nonce).derBytes))
    }

    /// Reads 64 hexadecimal digits; `nil` for anything else.
    public init?(_ text: String) {
        guard let digest = Digest(hexadecimal: text) else { return nil }
        self.init(digest)
    }

    public var description: String { digest.description }

    public static func < (left: Self, right: Self) -> Bool { left.digest < right.digest }

    public init(from decoder: any Decoder) throws { self.init(try Digest(from: decoder)) }

    public func encode(to encoder: any Encoder) throws { try digest.encode(to: encoder) }
}

/// The name of a grant (授权).
public struct GrantIdentifier: RecordIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// The name of a statutory basis (法定用证依据).
public struct BasisIdentifier: RecordIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// The name of a department's request for access (用证申请).
public struct AccessRequestIdentifier: RecordIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// The name of an access decision (访问决定).
public struct DecisionIdentifier: RecordIdentifier {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
}

/// Tells the calls of one transaction apart: 0 to 999, chosen by whoever makes the calls.
public struct CallNonce: Hashable, Sendable {
    public static let range: ClosedRange<Int64> = 0...999

    public let number: Int64

    /// - Precondition: within ``range``.
    public init(_ number: Int64 = 0) {
        precondition(Self.range.contains(number), "a call is numbered from 0 to 999")
        self.number = number
    }
}

/// What the identifier of a record is the digest of.
package struct RecordOrigin: DERSequence, Hashable {
    package let transaction: TransactionIdentifier
    package let nonce: CallNonce

    package init(transaction: TransactionIdentifier, nonce: CallNonce) {
        self.transaction = transaction
        self.nonce = nonce
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        transaction = TransactionIdentifier(try fields.digest())
        nonce = try fields.nonce()
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(transaction.digest)
        try fields.serialize(nonce.number)
    }
}

/// The result of a method that has written a record: its name.
public struct RecordWritten<Identifier: RecordIdentifier>: DERSequence, Hashable {
    public let identifier: Identifier

    public init(_ identifier: Identifier) { self.identifier = identifier }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        identifier = Identifier(try fields.digest())
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(identifier.digest)
    }
}
