import Formats
import GRDB

extension LedgerReader {
    /// The first height whose transactions and changes are here.
    func firstFollowableHeight() throws -> Height {
        let statement = try database.cachedStatement(sql: "SELECT min(height) FROM blocks")
        return Height(rawValue: UInt64(max(1, try Int64.fetchOne(statement) ?? 1)))
    }
}
