public import Formats
public import Identity
public import Ledger
import Licences
import Nodes

/// What cases came to in a period (统计), by matter and by department, as the read model of a node has it.
///
/// It is made of what blocks have recorded, and of nothing else: the same heights give the same numbers on every node.
public struct OneThingStatistics: Sendable {
    /// The cases of one matter.
    public struct Matter: Sendable, Codable, Hashable {
        public let matter: String
        public let opened: Int
        public let running: Int
        public let completed: Int
        /// At ends that the definition names, withdrawn, or annulled.
        public let endedOtherwise: Int
        /// From opening to completion, in milliseconds of ledger time: the middle one, and the longest.
        public let medianMilliseconds: Int64?
        public let longestMilliseconds: Int64?
        /// Of 1 to 5, the mean of the grades that were given, in hundredths.
        public let meanGradeHundredths: Int64?
    }

    /// The steps that one department has done in one matter.
    public struct Step: Sendable, Codable, Hashable {
        public let matter: String
        public let step: String
        public let department: String
        /// Handoffs that were begun, further attempts among them.
        public let begun: Int
        public let settled: Int
        /// Those whose limit went by.
        public let overdue: Int
        public let returned: Int
        /// Alarms because nobody acknowledged.
        public let unacknowledged: Int
        /// From the beginning of the last attempt to its answer, in milliseconds of ledger time.
        public let medianMilliseconds: Int64?
        public let longestMilliseconds: Int64?
    }

    /// The numbers are as of this height of the node's read model.
    public let height: Height
    /// The ledger time of that height.
    public let time: Timestamp
    public let matters: [Matter]
    public let steps: [Step]

    /// Counts the cases that were opened in a period.
    /// - Parameters:
    ///   - dataPath: the node's data directory.
    ///   - period: of the cases' opening, by ledger time.
    /// - Throws: `LedgerError`.
    public init(
        dataPath: String, openedIn period: Range<Timestamp>
    ) async throws(LedgerError) {
        let model = ReadModelFile(dataPath: dataPath)
        let arguments: [SQLValue] = [
            .integer(period.lowerBound.milliseconds), .integer(period.upperBound.milliseconds),
        ]
        let limits = SQLLimits()
        let matters = try await model.ask(Self.mattersQuery, arguments: arguments, limits: limits)
        let steps = try await model.ask(Self.stepsQuery, arguments: arguments, limits: limits)
        // Two questions, and the model may have gone on between them: the later height is what both are at least of.
        height = min(matters.height, steps.height)
        time = min(matters.time, steps.time)
        self.matters = try matters.rows.map { (row) throws(LedgerError) in try Self.matter(row) }
        self.steps = try steps.rows.map { (row) throws(LedgerError) in try Self.step(row) }
    }

    private static let mattersQuery = """
        WITH chosen AS (SELECT * FROM cases WHERE opened_at >= ? AND opened_at < ?),
            timed AS (
                SELECT matter, ended_at - opened_at AS took,
                    row_number() OVER (PARTITION BY matter ORDER BY ended_at - opened_at) AS place,
                    count(*) OVER (PARTITION BY matter) AS count
                FROM chosen WHERE status = 'completed')
        SELECT matter, count(*), sum(status IN ('running', 'annulling')), sum(status = 'completed'),
            sum(status IN ('ended', 'withdrawn', 'annulled')),
            (SELECT took FROM timed WHERE timed.matter = chosen.matter AND place = (count + 1) / 2),
            (SELECT max(took) FROM timed WHERE timed.matter = chosen.matter),
            CAST(round(avg(rating) * 100) AS INTEGER)
        FROM chosen GROUP BY matter ORDER BY matter
        """

    private static let stepsQuery = """
        WITH chosen AS (SELECT code FROM cases WHERE opened_at >= ? AND opened_at < ?),
            steps AS (SELECT * FROM case_steps WHERE code IN chosen AND attempt > 0),
            events AS (SELECT code, step, kind, count(*) AS count FROM case_events
                WHERE code IN chosen AND kind IN ('overdue', 'returned', 'unacknowledged') GROUP BY code, step, kind),
            timed AS (
                SELECT matter, step, ended_at - begun_at AS took,
                    row_number() OVER (PARTITION BY matter, step ORDER BY ended_at - begun_at) AS place,
                    count(*) OVER (PARTITION BY matter, step) AS count
                FROM steps WHERE status = 'settled')
        SELECT steps.matter, steps.step, steps.department, sum(attempt), sum(status = 'settled'),
            coalesce(sum(overdue.count), 0), coalesce(sum(returned.count), 0), coalesce(sum(alarms.count), 0),
            (SELECT took FROM timed WHERE timed.matter = steps.matter AND timed.step = steps.step
                AND place = (count + 1) / 2),
            (SELECT max(took) FROM timed WHERE timed.matter = steps.matter AND timed.step = steps.step)
        FROM steps
            LEFT JOIN events AS overdue
                ON overdue.code = steps.code AND overdue.step = steps.step AND overdue.kind = 'overdue'
            LEFT JOIN events AS returned
                ON returned.code = steps.code AND returned.step = steps.step AND returned.kind = 'returned'
            LEFT JOIN events AS alarms
                ON alarms.code = steps.code AND alarms.step = steps.step AND alarms.kind = 'unacknowledged'
        GROUP BY steps.matter, steps.step, steps.department ORDER BY steps.matter, steps.department, steps.step
        """

    private static func matter(_ row: [SQLValue]) throws(LedgerError) -> Matter {
        guard row.count == 8, case .text(let matter) = row[0] else { throw Self.wrongRow }
        return Matter(
            matter: matter, opened: try count(row[1]), running: try count(row[2]), completed: try count(row[3]),
            endedOtherwise: try count(row[4]), medianMilliseconds: row[5].integer, longestMilliseconds: row[6].integer,
            meanGradeHundredths: row[7].integer)
    }

    private static func step(_ row: [SQLValue]) throws(LedgerError) -> Step {
        guard row.count == 10, case .text(let matter) = row[0], case .text(let step) = row[1],
            case .text(let department) = row[2]
        else { throw Self.wrongRow }
        return Step(
            matter: matter, step: step, department: department, begun: try count(row[3]), settled: try count(row[4]),
            overdue: try count(row[5]), returned: try count(row[6]), unacknowledged: try count(row[7]),
            medianMilliseconds: row[8].integer, longestMilliseconds: row[9].integer)
    }

    private static func count(_ value: SQLValue) throws(LedgerError) -> Int {
        guard let count = value.integer.flatMap(Int.init(exactly:)) else { throw wrongRow }
        return count
    }

    private static let wrongRow = LedgerError(.corrupted, "the read model's cases have a row that is none")
}

extension SQLValue {
    fileprivate var integer: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }
}
