package import Formats
import Identity
package import SwiftASN1

/// How many, within one window of ledger time; a later window begins at nothing. One entry serves all windows, so that
/// the state does not grow with time.
package struct WindowCount: DERSequence, Hashable {
    package let window: Int64
    package let count: Int64

    package init(window: Int64, count: Int64) {
        self.window = window
        self.count = count
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        window = try fields.integer(in: 0...Int64.max)
        count = try fields.integer(in: 0...Int64.max - 1)
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(window)
        try fields.serialize(count)
    }
}

/// How many decisions a member has asked for in a block, and in the last transaction of it.
package struct Pace: DERSequence, Hashable {
    package let height: Height
    package let inBlock: Int64
    package let transaction: TransactionIdentifier
    package let inTransaction: Int64

    package init(height: Height, inBlock: Int64, transaction: TransactionIdentifier, inTransaction: Int64) {
        self.height = height
        self.inBlock = inBlock
        self.transaction = transaction
        self.inTransaction = inTransaction
    }

    package init(fields: inout ASN1NodeCollection.Iterator) throws {
        height = try fields.number()
        inBlock = try fields.integer(in: 0...Int64.max - 1)
        transaction = TransactionIdentifier(try fields.digest())
        inTransaction = try fields.integer(in: 0...Int64.max - 1)
    }

    package func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(height)
        try fields.serialize(inBlock)
        try fields.serialize(transaction.digest)
        try fields.serialize(inTransaction)
    }
}
