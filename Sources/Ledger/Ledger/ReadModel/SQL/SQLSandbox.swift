import GRDB
import GRDBSQLite

/// Runs one statement on a connection that can do nothing but read the model's tables, within limits.
///
/// The file is open for reading only and `query_only` is set, so nothing here could be written if all else failed. On
/// top of that SQLite asks for leave for every access while it compiles (`sqlite3_set_authorizer`): only SELECT,
/// columns of the model's own tables and functions of a list have it; no ATTACH, no PRAGMA, no transaction, no
/// extension. It asks whether to go on every thousand steps (`sqlite3_progress_handler`), and refuses values that are
/// too long (`sqlite3_limit`).
final class SQLSandbox {
    private enum Verdict {
        case notPermitted(String)
        case late
        case tooLarge
    }

    /// How many steps of SQLite's machine pass between two looks at the clock: some 50 microseconds.
    private static let stepsBetweenChecks: Int32 = 1_000
    /// No statement that a person writes asks for so much leave; one that unfolds itself while it is compiled does.
    private static let maximumRequestCount = 200_000

    private let connection: OpaquePointer
    private let limits: SQLLimits
    private let deadline: ContinuousClock.Instant
    private let memoryBefore: Int64
    private let tables: Set<String>
    private let modules: Set<String>
    private var requestCount = 0
    private var verdict: Verdict?

    /// Prepares a connection, on which nothing else is done any more.
    /// - Parameter tables: the model's own, by the names that they have in the schema.
    init(_ connection: OpaquePointer, tables: Set<String>, modules: Set<String>, limits: SQLLimits) {
        self.connection = connection
        self.limits = limits
        self.tables = tables
        self.modules = modules
        deadline = .now.advanced(by: limits.duration)
        memoryBefore = sqlite3_memory_used()
    }

    /// Compiles and runs a statement.
    func run(
        _ sql: String,
        _ arguments: [SQLValue]
    ) throws(LedgerError) -> (columns: [String], rows: [[SQLValue]], isTruncated: Bool) {
        guard sql.utf8.count <= SQLLimits.statementBytes, !sql.utf8.contains(0) else {
            throw LedgerError(.wrongQuery, "a statement has at most \(SQLLimits.statementBytes) bytes and no NUL")
        }
        guard SQLExpansion.isBounded(sql) else {
            throw LedgerError(
                .sizeLimitExceeded,
                "the statement names the same thing too often, level upon level: ask in several questions")
        }
        confine()
        defer { release() }
        let statement = try compile(sql)
        defer { sqlite3_finalize(statement.handle) }
        guard statement.parameterCount == arguments.count else {
            throw LedgerError(
                .wrongQuery, "the statement has \(statement.parameterCount) parameters, \(arguments.count) are given")
        }
        do throws(LedgerError) {
            try statement.bind(arguments)
            return try rows(of: statement)
        } catch {
            throw judged(error)
        }
    }

    private func rows(
        of statement: PreparedStatement
    ) throws(LedgerError) -> (columns: [String], rows: [[SQLValue]], isTruncated: Bool) {
        let columns = statement.columnNames
        var rows: [[SQLValue]] = []
        var byteCount = 0
        while try statement.step() {
            let row = columns.indices.map { statement.value(at: $0) }
            byteCount += row.reduce(0) { $0 + $1.byteCount }
            guard rows.count < limits.rowCount, byteCount <= limits.byteCount else {
                return (columns, rows, isTruncated: true)
            }
            rows.append(row)
        }
        return (columns, rows, isTruncated: false)
    }

    // MARK: Compiling

    private func compile(_ sql: String) throws(LedgerError) -> PreparedStatement {
        let bytes = Array(sql.utf8CString)
        let (statement, tail) = try compile(bytes[...])
        guard let statement else { throw LedgerError(.wrongQuery, "there is no statement to run") }
        do throws(LedgerError) {
            guard sqlite3_stmt_readonly(statement.handle) != 0 else {
                throw LedgerError(
                    .queryNotPermitted, "only SELECT is permitted: the model is written by its node alone")
            }
            // Space and comments after a statement are none.
            guard try compile(tail).statement == nil else {
                throw LedgerError(.wrongQuery, "there is more than one statement: ask one question at a time")
            }
        } catch {
            sqlite3_finalize(statement.handle)
            throw error
        }
        return statement
    }

    /// Compiles the first statement of a text that ends with NUL.
    private func compile(
        _ text: ArraySlice<CChar>
    ) throws(LedgerError) -> (statement: PreparedStatement?, tail: ArraySlice<CChar>) {
        var handle: OpaquePointer?
        let (code, used) = text.withUnsafeBufferPointer { buffer in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(connection, buffer.baseAddress, -1, &handle, &tail)
            let used = tail.flatMap { tail in buffer.baseAddress.map { tail - $0 } } ?? buffer.count
            return (code, used)
        }
        guard code == SQLITE_OK else {
            throw judged(LedgerError(readModel: DatabaseError(sqlite: code, of: connection)), code: code)
        }
        return (handle.map { PreparedStatement(handle: $0) }, text[(text.startIndex + used)...])
    }

    // MARK: Limits

    private func confine() {
        let bounds: [(Int32, Int)] = [
            (SQLITE_LIMIT_LENGTH, SQLLimits.valueBytes), (SQLITE_LIMIT_SQL_LENGTH, SQLLimits.statementBytes),
            (SQLITE_LIMIT_COLUMN, 100), (SQLITE_LIMIT_EXPR_DEPTH, 100), (SQLITE_LIMIT_COMPOUND_SELECT, 50),
            (SQLITE_LIMIT_VDBE_OP, 100_000), (SQLITE_LIMIT_FUNCTION_ARG, 32), (SQLITE_LIMIT_ATTACHED, 0),
            (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256), (SQLITE_LIMIT_VARIABLE_NUMBER, 100),
            (SQLITE_LIMIT_TRIGGER_DEPTH, 1), (SQLITE_LIMIT_WORKER_THREADS, 0),
        ]
        for (name, bound) in bounds {
            sqlite3_limit(connection, name, Int32(bound))
        }
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_set_authorizer(
            connection,
            { context, action, first, second, _, _ in
                guard let context else { return SQLITE_DENY }
                let sandbox = Unmanaged<SQLSandbox>.fromOpaque(context).takeUnretainedValue()
                return sandbox.permits(action, first, second) ? SQLITE_OK : SQLITE_DENY
            },
            context
        )
        sqlite3_progress_handler(
            connection, Self.stepsBetweenChecks,
            { context in
                guard let context else { return 1 }
                return Unmanaged<SQLSandbox>.fromOpaque(context).takeUnretainedValue().mayGoOn() ? 0 : 1
            },
            context
        )
    }

    private func release() {
        sqlite3_progress_handler(connection, 0, nil, nil)
        sqlite3_set_authorizer(connection, nil, nil)
    }

    private func mayGoOn() -> Bool {
        if ContinuousClock.now >= deadline { verdict = verdict ?? .late }
        if sqlite3_memory_used() - memoryBefore > Int64(limits.memoryBytes) { verdict = verdict ?? .tooLarge }
        return verdict == nil
    }

    private func permits(_ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?) -> Bool {
        // Compiling asks no progress handler, and a statement may unfold itself without end.
        requestCount += 1
        if requestCount > Self.maximumRequestCount { verdict = verdict ?? .tooLarge }
        guard mayGoOn() else { return false }
        let first = first.map { String(cString: $0) } ?? ""
        let second = second.map { String(cString: $0) } ?? ""
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE:
            return true
        case SQLITE_READ:
            // Without a column it is only said that a table, or an expression of WITH, is named.
            let isOwn = tables.contains(first) || second.isEmpty && !isModule(first)
            if !isOwn { verdict = .notPermitted("to read '\(first)'") }
            return isOwn
        case SQLITE_FUNCTION:
            let isKnown = SQLFunctions.names.contains(second.lowercased())
            if !isKnown { verdict = .notPermitted("to call \(second)()") }
            return isKnown
        default:
            verdict = .notPermitted("to do anything but SELECT")
            return false
        }
    }

    private func isModule(_ name: String) -> Bool {
        let name = name.lowercased()
        return modules.contains(name) || name.hasPrefix("pragma_") || name.hasPrefix("sqlite_")
    }

    /// The error that a failure of SQLite amounts to.
    private func judged(_ error: LedgerError, code: Int32 = SQLITE_OK) -> LedgerError {
        switch verdict {
        case .notPermitted(let what):
            return LedgerError(.queryNotPermitted, "it is not permitted \(what): only the model's tables are read")
        case .late:
            return LedgerError(
                .timeLimitExceeded,
                "the question has taken \(limits.duration) and was ended: narrow it to an index, or allow more time")
        case .tooLarge:
            return LedgerError(
                .sizeLimitExceeded, "the question needs more memory than it may have: narrow it, or sort less")
        case nil:
            break
        }
        let code = code == SQLITE_OK ? sqlite3_errcode(connection) : code
        switch code & 0xff {
        case SQLITE_TOOBIG:
            return LedgerError(
                .sizeLimitExceeded, "a statement, value or row is longer than \(SQLLimits.valueBytes) bytes")
        case SQLITE_ERROR, SQLITE_RANGE, SQLITE_MISMATCH:
            let message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "it does not compile"
            return LedgerError(.wrongQuery, "SQLite says: \(message)")
        case SQLITE_INTERRUPT:
            return LedgerError(.cancelled, "the task was cancelled")
        default:
            return error
        }
    }
}
