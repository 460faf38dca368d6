public import Formats
public import Identity
public import SwiftASN1

/// Arguments of `applications.claim`: that what stands in the same transaction is the one request under a key.
public struct ClaimRequest: DERSequence, Hashable {
    /// Names caller and idempotency key: see ``RequestKey``.
    public let key: Digest
    /// What the request asks for: its method, path and body.
    public let request: Digest

    public init(key: Digest, request: Digest) {
        self.key = key
        self.request = request
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        key = try fields.digest()
        request = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(key)
        try fields.serialize(request)
    }
}

/// The question `applications.claimed`: what has become of a request under a key.
public struct ClaimQuestion: DERSequence, Hashable {
    public let department: DepartmentName
    public let key: Digest

    public init(department: DepartmentName, key: Digest) {
        self.department = department
        self.key = key
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        department = try fields.label()
        key = try fields.digest()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: department.rawValue)
        try fields.serialize(key)
    }
}

/// A claim as the ledger has it: the request was carried out, by this transaction.
public struct ClaimRecord: DERSequence, Hashable {
    public let request: Digest
    public let transaction: TransactionIdentifier
    public let height: Height
    /// It holds for ``ApplicationLimits/claimLifetime`` from then on.
    public let claimedAt: Timestamp

    package init(request: Digest, transaction: TransactionIdentifier, height: Height, claimedAt: Timestamp) {
        self.request = request
        self.transaction = transaction
        self.height = height
        self.claimedAt = claimedAt
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        request = try fields.digest()
        transaction = TransactionIdentifier(try fields.digest())
        height = try fields.number()
        claimedAt = try fields.timestamp()
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(request)
        try fields.serialize(transaction.digest)
        try fields.serialize(height)
        try fields.serialize(claimedAt)
    }
}

/// Which of a department's claims the ledger still has: the entry `claims`.
package struct ClaimRange: DERSequence, Hashable {
    /// The number of the oldest, counted from 0 over all that there ever were.
    package internal(set) var first: UInt64
    /// The number of the next.
    package internal(set) var next: UInt64

    package init(first: UInt64, next: UInt64) { (self.first, self.next) = (first, next) }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        first = UInt64(try fields.integer(in: 0...Int64.max))
        next = UInt64(try fields.integer(in: Int64(first)...Int64.max))
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(first)
        try fields.serialize(next)
    }
}

/// The key of the claim of a number: the entry `claimNumber`.
package struct ClaimPlace: DERSequence, Hashable {
    package let key: Digest

    package init(_ key: Digest) { self.key = key }

    package init(fields: inout ASN1NodeCollection.Iterator) throws { key = try fields.digest() }

    package func serialize(fields: inout DER.Serializer) throws { try fields.serialize(key) }
}
