import GRDB
import GRDBSQLite

/// A compiled statement, by SQLite's own interface (https://www.sqlite.org/c3ref/intro.html): GRDB's boxes for values
/// cost more than the insertion of a row.
struct PreparedStatement {
    /// The value's bytes are copied when they are bound (`SQLITE_TRANSIENT`, which is a cast that Swift does not
    /// import).
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Whose statement it is: a damaged read model is made anew, a damaged ledger stops the node.
    enum Owner {
        case ledger
        case readModel
    }

    let handle: OpaquePointer
    let owner: Owner

    init(handle: OpaquePointer, owner: Owner = .readModel) {
        self.handle = handle
        self.owner = owner
    }

    var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }

    var columnNames: [String] {
        (0..<sqlite3_column_count(handle)).map { column in
            sqlite3_column_name(handle, column).map { String(cString: $0) } ?? ""
        }
    }

    /// Runs a statement that returns no row.
    /// - Returns: how many rows it has changed.
    @discardableResult
    func run(_ values: [SQLValue]) throws(LedgerError) -> Int {
        defer { sqlite3_reset(handle) }
        try bind(values)
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    /// Gives what `read` makes of the first row; `nil` where there is none.
    func first<Value>(
        _ values: [SQLValue],
        _ read: (PreparedStatement) throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value? {
        defer { sqlite3_reset(handle) }
        try bind(values)
        return try step() ? try read(self) : nil
    }

    /// Gives what `read` makes of each row.
    func all<Value>(
        _ values: [SQLValue],
        _ read: (PreparedStatement) throws(LedgerError) -> Value
    ) throws(LedgerError) -> [Value] {
        defer { sqlite3_reset(handle) }
        try bind(values)
        var found: [Value] = []
        while try step() {
            found.append(try read(self))
        }
        return found
    }

    func bind(_ values: [SQLValue]) throws(LedgerError) {
        precondition(values.count == parameterCount, "a statement is given as many values as it has parameters")
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null:
            return sqlite3_bind_null(handle, index)
        case .integer(let integer):
            return sqlite3_bind_int64(handle, index, integer)
        case .real(let text), .text(let text):
            var text = text
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    // An empty string has no address, and without one SQLite would bind NULL.
                    sqlite3_bind_text64(
                        handle, index, characters.baseAddress ?? UnsafePointer(bitPattern: 1),
                        UInt64(characters.count), Self.copied, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
            return bytes.withUnsafeBytes {
                sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), Self.copied)
            }
        }
    }

    /// Goes on to the next row.
    /// - Returns: whether there is one.
    func step() throws(LedgerError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// A column of the row that was stepped to.
    func value(at column: Int) -> SQLValue {
        let column = Int32(column)
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER:
            return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT:
            return .real(text(at: column))
        case SQLITE_TEXT:
            return .text(text(at: column))
        case SQLITE_BLOB:
            let count = Int(sqlite3_column_bytes(handle, column))
            guard let address = sqlite3_column_blob(handle, column) else { return .blob([]) }
            return .blob([UInt8](UnsafeRawBufferPointer(start: address, count: count)))
        default:
            return .null
        }
    }

    private func text(at column: Int32) -> String {
        guard let address = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: address, count: count), as: UTF8.self)
    }

    func isNull(at column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    /// A column of bytes.
    /// - Throws: ``LedgerError`` with code `corrupted` where it is something else.
    func bytes(at column: Int) throws(LedgerError) -> [UInt8] {
        guard case .blob(let bytes) = value(at: column) else {
            throw LedgerError(.corrupted, "column \(column) of a row is not bytes; restore a backup")
        }
        return bytes
    }

    private func failure(_ code: Int32) -> LedgerError {
        let error = DatabaseError(sqlite: code, of: sqlite3_db_handle(handle))
        return switch owner {
        case .ledger: LedgerError(storage: error)
        case .readModel: LedgerError(readModel: error)
        }
    }
}

extension Database {
    /// A statement of the ledger, which the connection keeps compiled.
    func prepared(_ sql: String) throws(LedgerError) -> PreparedStatement {
        do {
            return PreparedStatement(handle: try cachedStatement(sql: sql).sqliteStatement, owner: .ledger)
        } catch {
            throw LedgerError(storage: error)
        }
    }
}

extension DatabaseError {
    /// What a connection says about its last call.
    init(sqlite code: Int32, of connection: OpaquePointer?) {
        self.init(
            resultCode: ResultCode(rawValue: code), message: sqlite3_errmsg(connection).map { String(cString: $0) })
    }
}
