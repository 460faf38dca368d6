import GRDB
import GRDBSQLite

/// The tables of a read model, open for writing within one transaction.
public final class ReadModelTables {
    /// Most values whose numbers are remembered within a transaction: departments, kinds and keys are few.
    private static let maximumNumberCount = 4_096

    private let database: Database
    private var statements: [String: PreparedStatement] = [:]
    private var numbers: [SQLValue: Int64] = [:]

    init(_ database: Database) { self.database = database }

    /// Runs a statement that returns no rows.
    /// - Parameters:
    ///   - sql: written in the source, never put together from data; it is compiled once.
    ///   - values: one for each parameter.
    /// - Returns: how many rows it has changed.
    /// - Throws: ``LedgerError``.
    @discardableResult
    public func execute(_ sql: String, _ values: [SQLValue]) throws(LedgerError) -> Int {
        try statement(sql).run(values)
    }

    /// Inserts a row into a table that numbers its rows.
    /// - Returns: the row's number.
    /// - Throws: ``LedgerError``.
    public func insert(_ sql: String, _ values: [SQLValue]) throws(LedgerError) -> Int64 {
        try execute(sql, values)
        return sqlite3_last_insert_rowid(database.sqliteConnection)
    }

    /// The number under which the table `dictionary` has a value, which is put there if need be: for what stands in
    /// many rows.
    /// - Throws: ``LedgerError``.
    public func number(of value: SQLValue) throws(LedgerError) -> Int64 {
        if let number = numbers[value] { return number }
        let number: Int64
        if let known = try integer("SELECT number FROM dictionary WHERE value = ?", [value]) {
            number = known
        } else {
            number = try insert("INSERT INTO dictionary (value) VALUES (?)", [value])
        }
        if numbers.count >= Self.maximumNumberCount { numbers.removeAll(keepingCapacity: true) }
        numbers[value] = number
        return number
    }

    /// The integer that a statement finds first, `nil` where it finds none.
    /// - Throws: ``LedgerError``.
    public func integer(_ sql: String, _ values: [SQLValue]) throws(LedgerError) -> Int64? {
        let statement = try statement(sql)
        defer { sqlite3_reset(statement.handle) }
        try statement.bind(values)
        guard try statement.step(), case .integer(let integer) = statement.value(at: 0) else { return nil }
        return integer
    }

    private func statement(_ sql: String) throws(LedgerError) -> PreparedStatement {
        if let known = statements[sql] { return known }
        do {
            // The connection keeps it.
            let statement = PreparedStatement(handle: try database.cachedStatement(sql: sql).sqliteStatement)
            statements[sql] = statement
            return statement
        } catch {
            throw LedgerError(readModel: error)
        }
    }
}
