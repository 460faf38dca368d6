import Formats
import Foundation
import GRDB
import Identity
import Ledger
import LedgerTestKit
import Testing

/// A question in SQL reads the model's tables and does nothing else, whatever it tries.
struct SQLTests {
    private let followed: FollowedLedger
    private var model: ReadModel { followed.model }

    init() async throws {
        followed = try await FollowedLedger(blocks: 4)
        try await followed.model.catchUp(with: followed.disk.ledger)
    }

    private func code(_ sql: String, limits: SQLLimits = SQLLimits()) async -> LedgerError.Code? {
        await failure(LedgerError.self) { try await model.query(sql: sql, limits: limits) }?.code
    }

    @Test func questionsAreAnsweredAsOfAHeight() async throws {
        let answer = try await model.query(
            sql: "SELECT key, value, 1.5 AS number, NULL AS missing FROM notes WHERE height >= ? ORDER BY key",
            arguments: [.integer(3)])
        #expect(answer.height == Height(rawValue: 4))
        #expect(answer.columns == ["key", "value", "number", "missing"])
        #expect(answer.rows.count == 2)
        #expect(answer.rows[0][0] == .text("2"))
        #expect(answer.rows[0][2...] == [.real("1.5"), .null])
        #expect(!answer.isTruncated)
        let everyKind: [SQLValue] = [.null, .integer(-7), .text(""), .text("证照"), .blob([]), .blob([0, 255])]
        let echoed = try await model.query(sql: "SELECT ?, ?, ?, ?, ?, ?", arguments: everyKind)
        #expect(echoed.rows == [everyKind])
    }

    @Test(arguments: [
        "WITH recent AS (SELECT * FROM transactions WHERE height > 2) SELECT count(*) FROM recent",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n",
        "SELECT row_number() OVER (ORDER BY height) FROM blocks",
        "SELECT department, group_concat(methods, ', ') FROM transactions GROUP BY department HAVING count(*) > 1",
        "SELECT datetime(time / 1000, 'unixepoch'), hex(digest) FROM blocks",
        "SELECT name FROM sqlite_schema WHERE type = 'view'",
        "SELECT t.status, o.error FROM transactions t JOIN outcomes o USING (height, position)",
        "VALUES (1), (2)",
        "EXPLAIN QUERY PLAN SELECT * FROM blocks",
        "SELECT 1; -- with a remark",
        "SELECT methods FROM transactions WHERE methods LIKE 'notes.%' UNION SELECT 'x' EXCEPT SELECT 'y'",
    ])
    func whatOnlyReadsIsPermitted(_ sql: String) async throws {
        #expect(try await !model.query(sql: sql).rows.isEmpty)
    }

    @Test(arguments: [
        "INSERT INTO notes VALUES ('a', x'00', 1)",
        "UPDATE read_model SET height = 99",
        "DELETE FROM blocks",
        "REPLACE INTO notes VALUES ('a', x'00', 1)",
        "WITH x AS (SELECT 1) DELETE FROM blocks",
        "INSERT INTO notes SELECT 'a', x'00', 1 RETURNING key",
        "DROP TABLE blocks",
        "DROP VIEW transactions",
        "CREATE TABLE mine (a)",
        "CREATE TEMP TABLE mine (a)",
        "CREATE VIEW mine AS SELECT 1",
        "CREATE TEMP VIEW mine AS SELECT 1",
        "CREATE INDEX mine ON blocks (time)",
        "CREATE TRIGGER mine AFTER INSERT ON blocks BEGIN SELECT 1; END",
        "CREATE TEMP TRIGGER mine AFTER INSERT ON blocks BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE mine USING fts5(a)",
        "ALTER TABLE blocks ADD COLUMN mine",
        "ALTER TABLE blocks RENAME TO mine",
        "ATTACH 'other.sqlite' AS other",
        "ATTACH ':memory:' AS other",
        "DETACH main",
        "VACUUM",
        "VACUUM INTO 'stolen.sqlite'",
        "REINDEX",
        "ANALYZE",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT mine",
        "RELEASE mine",
        "PRAGMA query_only = 0",
        "PRAGMA query_only",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = 1",
        "PRAGMA temp_store_directory = '/'",
        "PRAGMA table_info(blocks)",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "SELECT * FROM pragma_database_list",
        "SELECT count(*) FROM pragma_database_list",
        "SELECT * FROM pragma_table_info('blocks')",
        "SELECT * FROM pragma_query_only(0)",
        "SELECT * FROM json_each('[1]')",
        "SELECT count(*) FROM json_tree('[1]')",
        "SELECT load_extension('/usr/lib/evil.so')",
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('stolen', 'x')",
        "SELECT fts3_tokenizer('simple')",
        "SELECT randomblob(10)",
        "SELECT sqlite_compileoption_get(0)",
        "SELECT * FROM dbstat",
        "SELECT * FROM sqlite_dbpage",
        "SELECT * FROM sqlite_temp_schema",
        "SELECT 1; DROP TABLE blocks",
        "EXPLAIN DELETE FROM blocks",
        "SELECT (SELECT load_extension('x')) FROM blocks",
        "WITH x AS (SELECT load_extension('x')) SELECT 1 FROM x",
    ])
    func whateverElseItTriesIsRefused(_ sql: String) async throws {
        let before = try await model.contents()
        let code = await code(sql)
        #expect(code == .queryNotPermitted || code == .wrongQuery, "\(sql)")
        #expect(try await model.contents() == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: followed.disk.directory.url.path)
        #expect(names.allSatisfy { $0.hasPrefix("ledger.sqlite") || $0.hasPrefix("read-model.sqlite") }, "\(names)")
    }

    @Test(arguments: [
        "", ";", "-- nothing", "SELECT", "SELECT * FROM nowhere", "SELECT nothing FROM blocks", "SELECT 1; SELECT 2",
        "SELECT ?", "SELECT \"double\" FROM blocks", "SELECT 1\0; SELECT 2",
        "SELECT abs()", "SELECT height FROM blocks WHERE", "not SQL",
    ])
    func whatIsNoQuestionIsRefused(_ sql: String) async throws {
        #expect(await code(sql) == .wrongQuery)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0",
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            SELECT count(*) FROM n a, n b, n c WHERE a.i + b.i + c.i = 7
            """,
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT instr(hex(zeroblob(8000)), printf('%s1', hex(zeroblob(4000)))) FROM n WHERE i < 0
            """,
        ])
    func whatRunsForEverIsEnded(_ sql: String) async throws {
        var limits = SQLLimits()
        limits.duration = .milliseconds(300)
        let start = ContinuousClock.now
        #expect(await code(sql, limits: limits) == .timeLimitExceeded)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    /// Each of them would keep SQLite's compiler busy for minutes, in which it asks nobody.
    @Test(.timeLimit(.minutes(1)))
    func whatUnfoldsItselfWhileItIsCompiledIsRefused() async throws {
        let forms: [(name: String, reference: String)] = [
            ("c#", "c# a, c# b"), ("\"C#\"", "[c#] a, 'c#' b"), ("`c#`", "C# a, c# /* ( */ b"),
            ("c# (x)", "(SELECT * FROM c#) a, (SELECT * FROM c#) b"), ("c#", "c# a JOIN -- )\n c# b"),
        ]
        for (name, reference) in forms {
            let parts = (0...30).map { level in
                let own = name.replacing("#", with: "\(level)")
                let from = level == 0 ? "" : " FROM \(reference.replacing("#", with: "\(level - 1)"))"
                return "\(own) AS \(level % 2 == 0 ? "" : "NOT MATERIALIZED ")(SELECT 1 AS x\(from))"
            }
            let sql = "WITH \(parts.joined(separator: ", ")) SELECT x FROM c30"
            #expect(await code(sql) == .sizeLimitExceeded, "\(name) \(reference)")
        }
        var nested = "SELECT height AS x FROM blocks"
        for _ in 0..<14 { nested = "SELECT (x) || (x) || (x) AS x FROM (\(nested))" }
        #expect(await code(nested) == .sizeLimitExceeded)
        let wide = Array(repeating: "x", count: 30).joined(separator: ", ")
        var coalesced = "SELECT height AS x FROM blocks"
        for _ in 0..<4 { coalesced = "SELECT coalesce(\(wide)) AS x FROM (\(coalesced))" }
        #expect(await code(coalesced) == .sizeLimitExceeded)
    }

    @Test func whatPeopleAskIsNotTooLarge() async throws {
        let answer = try await model.query(
            sql: """
                WITH busy AS (
                    SELECT height, time, transaction_count, rejected_count FROM blocks
                    WHERE transaction_count > 0 AND rejected_count >= 0 AND height > 0 AND height < 1000000
                ),
                sums (height, done, total) AS (
                    SELECT height, sum(transaction_count - rejected_count) OVER (ORDER BY height),
                        sum(transaction_count) OVER (ORDER BY height)
                    FROM busy
                ),
                latest AS (SELECT max(height) AS height FROM sums)
                SELECT busy.height, busy.time, sums.done, sums.total, t.department, count(*) AS count,
                    CASE WHEN sums.total = 0 THEN 0 WHEN sums.done = 0 THEN 0 ELSE sums.done * 100 / sums.total END
                FROM busy JOIN sums ON sums.height = busy.height JOIN transactions t ON t.height = busy.height
                WHERE busy.height <= (SELECT height FROM latest)
                GROUP BY busy.height, busy.time, sums.done, sums.total, t.department
                ORDER BY busy.height, t.department
                """)
        #expect(answer.rows.count == 4)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "SELECT zeroblob(1000000000)",
            "SELECT hex(zeroblob(20000))",
            "SELECT replace(hex(zeroblob(10000)), '00', hex(zeroblob(10000)))",
            "WITH RECURSIVE n(t) AS (SELECT 'xx' UNION ALL SELECT t || t FROM n) SELECT t FROM n",
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            SELECT group_concat(i) FROM n
            """,
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
            SELECT hex(zeroblob(10000)) || i FROM n ORDER BY 1 DESC
            """,
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n)
            SELECT count(DISTINCT hex(zeroblob(10000)) || i) FROM n
            """,
        ])
    func whatWantsGigabytesIsEnded(_ sql: String) async throws {
        var limits = SQLLimits()
        limits.duration = .seconds(50)
        limits.memoryBytes = 64 << 20
        #expect(await code(sql, limits: limits) == .sizeLimitExceeded)
    }

    @Test func whatIsTooDeepOrTooLongIsRefused() async throws {
        let deep = String(repeating: "(", count: 500) + "1" + String(repeating: ")", count: 500)
        #expect(await code("SELECT \(deep)") != nil)
        #expect(await code("SELECT " + String(repeating: "1+", count: 500) + "1") == .wrongQuery)
        #expect(await code("SELECT '" + String(repeating: "x", count: 70_000) + "'") == .wrongQuery)
        let columns = (0..<200).map { "\($0)" }.joined(separator: ",")
        #expect(await code("SELECT \(columns)") == .wrongQuery)
        let pattern = String(repeating: "%a", count: 1_000)
        let like = await failure(LedgerError.self) {
            try await model.query(
                sql: "SELECT count(*) FROM blocks WHERE proposer LIKE ?", arguments: [.text(pattern)])
        }
        #expect(like != nil)
    }

    @Test func longAnswersAreCutAndSaySo() async throws {
        let numbers =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, hex(zeroblob(500)) FROM n"
        var limits = SQLLimits()
        limits.rowCount = 7
        let rows = try await model.query(sql: numbers, limits: limits)
        #expect(rows.isTruncated)
        #expect(rows.rows.count == 7)
        limits.rowCount = 1_000_000
        limits.byteCount = 100_000
        let bytes = try await model.query(sql: numbers, limits: limits)
        #expect(bytes.isTruncated)
        #expect((90...100).contains(bytes.rows.count))
        limits.rowCount = 4
        #expect(try await !model.query(sql: "SELECT height FROM blocks", limits: limits).isTruncated)
    }

    @Test func aWrongNumberOfArgumentsIsRefused() async throws {
        for arguments in [[], [SQLValue.null, .null]] {
            let error = await failure(LedgerError.self) {
                try await model.query(sql: "SELECT height FROM blocks WHERE height = ?", arguments: arguments)
            }
            #expect(error?.code == .wrongQuery)
        }
    }

    @Test func theModelIsReadWhileItIsWritten() async throws {
        var followed = followed
        let other = ReadModelQueries(path: followed.path)
        for height in 5...9 {
            try await followed.append([NotesContract.call("put", "n", [UInt8(height)])])
            try await model.catchUp(with: followed.disk.ledger)
            let answer = try await other.ask("SELECT max(height) FROM blocks")
            #expect(answer.height == Height(rawValue: UInt64(height)))
            #expect(answer.rows == [[.integer(Int64(height))]])
        }
        try model.close()
        #expect(try await other.ask("SELECT count(*) FROM blocks").rows == [[.integer(9)]])
    }

    @Test func whereThereIsNoModelIsSaid() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("read-model.sqlite")
        let error = await failure(LedgerError.self) { try await ReadModelQueries(path: path).ask("SELECT 1") }
        #expect(error?.code == .notFound)
        #expect(!FileManager.default.fileExists(atPath: path))
        try Data("not a database, though it is long enough to be taken for one".utf8)
            .write(to: URL(fileURLWithPath: path))
        let damaged = await failure(LedgerError.self) { try await ReadModelQueries(path: path).ask("SELECT 1") }
        #expect(damaged?.code == .readModelDamaged)
    }

    @Test func aSchemaMadeByOthersOpensNoDoor() async throws {
        try model.close()
        let queue = try DatabaseQueue(path: followed.path)
        try await queue.write { database in
            try database.execute(sql: "CREATE VIEW evil AS SELECT load_extension('x') AS a")
            try database.execute(sql: "CREATE VIEW sly AS SELECT name FROM pragma_database_list")
        }
        try queue.close()
        let queries = ReadModelQueries(path: followed.path)
        for view in ["evil", "sly"] {
            let error = await failure(LedgerError.self) { try await queries.ask("SELECT * FROM \(view)") }
            #expect(
                error?.code == .queryNotPermitted || error?.code == .wrongQuery, "\(view): \(String(describing: error))"
            )
        }
    }

    @Test func onlySoManyQuestionsAreUnderWay() async throws {
        var limits = SQLLimits()
        limits.duration = .milliseconds(500)
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let codes = await withTaskGroup(of: LedgerError.Code?.self) { group in
            for _ in 0..<12 {
                group.addTask { [limits] in
                    do throws(LedgerError) {
                        _ = try await model.query(sql: endless, limits: limits)
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.allSatisfy { $0 == .busy || $0 == .timeLimitExceeded })
        #expect(codes.contains(.busy))
        #expect(try await model.query(sql: "SELECT 1").rows == [[.integer(1)]])
    }
}
