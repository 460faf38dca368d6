public import Identity
public import SwiftASN1

/// Something that a contract announced while a transaction took effect.
public struct LedgerEvent: DERSequence, Hashable {
    public let contract: String
    public let name: String
    /// DER of the event's own type.
    public let payload: [UInt8]

    public init(contract: String, name: String, payload: [UInt8]) {
        self.contract = contract
        self.name = name
        self.payload = payload
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        contract = try fields.text(limit: Call.maximumNameByteCount)
        name = try fields.text(limit: Call.maximumNameByteCount)
        payload = try fields.octets(limit: Transaction.maximumByteCount)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: contract)
        try fields.serialize(text: name)
        try fields.serialize(octets: payload)
    }
}

/// Why a transaction was rejected: the call that failed and the contract's own code.
public struct Rejection: DERSequence, Hashable, Codable {
    /// Position in the transaction of the call that failed.
    public let call: Int
    /// The contract's code, a word such as `alreadyIssued`.
    public let code: String
    /// What happened and what to do, in English. The same on every node, for it is part of the outcome.
    public let message: String

    /// - Precondition: `code` has at most 64 and `message` at most 1,024 bytes of UTF-8.
    public init(call: Int, code: String, message: String) {
        precondition(code.utf8.count <= 64 && message.utf8.count <= 1_024, "a rejection is short")
        self.call = call
        self.code = code
        self.message = message
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        call = Int(try fields.integer(in: 0...Int64(TransactionBody.maximumCallCount)))
        code = try fields.text(limit: 64)
        message = try fields.text(limit: 1_024)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(call)
        try fields.serialize(text: code)
        try fields.serialize(text: message)
    }
}

/// What became of a transaction (执行结果): exactly one for each transaction in a block.
public struct Outcome: DERSequence, Hashable {
    public enum Status: Hashable, Sendable {
        /// Every call took effect; one return value for each call, DER of the method's result type.
        case applied(events: [LedgerEvent], returnValues: [[UInt8]])
        /// No call took effect.
        case rejected(Rejection)
    }

    /// Longest DER of an outcome.
    public static let maximumByteCount = 4 << 20

    public let transaction: TransactionIdentifier
    public let height: Height
    /// Position of the transaction in its block.
    public let index: Int
    public let status: Status

    public init(transaction: TransactionIdentifier, height: Height, index: Int, status: Status) {
        self.transaction = transaction
        self.height = height
        self.index = index
        self.status = status
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        transaction = TransactionIdentifier(try fields.digest())
        height = try fields.number()
        index = Int(try fields.integer(in: 0...Int64(Block.maximumTransactionCount)))
        switch try fields.enumerated() {
        case 0:
            status = .applied(
                events: try fields.list(limit: TransactionBody.maximumCallCount) { try LedgerEvent(derEncoded: &$0) },
                returnValues: try fields.list(limit: TransactionBody.maximumCallCount) {
                    try $0.octets(limit: Transaction.maximumByteCount)
                }
            )
        case 1:
            status = .rejected(try Rejection(derEncoded: &fields))
        case let other:
            throw FormatError(.outOfRange, "\(other) is no status of an outcome")
        }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(transaction.digest)
        try fields.serialize(height)
        try fields.serialize(index)
        switch status {
        case .applied(let events, let returnValues):
            try fields.serialize(enumerated: 0)
            try fields.serialize(list: events) { try $0.serialize($1) }
            try fields.serialize(list: returnValues) { try $0.serialize(octets: $1) }
        case .rejected(let rejection):
            try fields.serialize(enumerated: 1)
            try fields.serialize(rejection)
        }
    }

    /// The Merkle root over the DER of a block's outcomes, in the order of its transactions.
    public static func root(_ outcomes: [Outcome], suite: any CryptoSuite) -> Digest {
        MerkleTree(leaves: outcomes.map(\.derBytes), suite: suite).root
    }
}
