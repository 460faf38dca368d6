public import Formats
import GRDB
import Identity

/// Where a transaction stands in the chain.
public struct LocatedTransaction: Sendable, Hashable {
    public let height: Height
    /// Its position in the block, from 0.
    public let index: Int
}

extension ReadModel {
    /// Most transactions that are looked up at a time: as many as a block has.
    public static let maximumLookupCount = Block.maximumTransactionCount

    /// Where transactions stand, by their identifiers; those that the model does not have are left out.
    /// - Returns: their places, and the height up to which the answer holds: what came later is not in it, and of a
    ///   model that was filled from the state, neither is what came before (``firstHeight()``).
    /// - Precondition: at most ``maximumLookupCount`` identifiers.
    /// - Throws: ``LedgerError`` with code `readModelIncomplete`, or as storage fails.
    public func places(
        of identifiers: [TransactionIdentifier]
    ) async throws(LedgerError) -> (height: Height, places: [TransactionIdentifier: LocatedTransaction]) {
        precondition(identifiers.count <= Self.maximumLookupCount, "a block has at most 10,000 transactions")
        let answer = try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT height, position FROM transaction_rows WHERE identifier = ?")
            var places: [TransactionIdentifier: LocatedTransaction] = [:]
            for identifier in identifiers {
                let arguments: StatementArguments = [identifier.digest.bytes.blob]
                guard let row = try Row.fetchOne(statement, arguments: arguments) else { continue }
                places[identifier] = LocatedTransaction(
                    height: Height(rawValue: UInt64(max(0, try row.integer(at: 0)))),
                    index: Int(try row.integer(at: 1))
                )
            }
            return places
        }
        return (answer.height, answer.value)
    }

    /// Where a transaction stands; as ``places(of:)``.
    /// - Throws: ``LedgerError``.
    public func place(
        of identifier: TransactionIdentifier
    ) async throws(LedgerError) -> (height: Height, place: LocatedTransaction?) {
        let answer = try await places(of: [identifier])
        return (answer.height, answer.places[identifier])
    }

    /// The first height whose transactions are in the model: 1, unless it was filled from the state.
    /// - Throws: ``LedgerError``.
    public func firstHeight() async throws(LedgerError) -> Height {
        let answer = try await read { try Int64.fetchOne($0, sql: "SELECT first_height FROM read_model") ?? 1 }
        return Height(rawValue: UInt64(max(0, answer.value)))
    }
}
