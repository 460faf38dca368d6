import Formats
import Identity
import Licences

/// What each figure of the dashboard is: in words, and as the question to the read model that gives it.
enum DashboardQuestion: String, CaseIterable, Sendable {
    case cases, casesEver, overdueSteps, openedByDay, durations, openedByMatter, funnels, windows, windowTotals
    case promises, reuse, ratings, grants, licences, licencesByType, licencesByRegion
    case uses, denialReasons, blocks, pace

    /// Days over which cases are counted.
    static let periodDays = 30
    /// Days whose openings are shown one by one.
    static let dayCount = 14

    var title: Phrase {
        switch self {
        case .cases: Phrase("Cases", "办件")
        case .casesEver: Phrase("Cases of any age", "累计办件")
        case .overdueSteps: Phrase("Overdue steps", "超期环节")
        case .openedByDay: Phrase("Opened by day", "每日受理")
        case .durations: Phrase("Durations against the promise", "办理时效与承诺")
        case .openedByMatter: Phrase("Opened by matter", "分事项受理")
        case .funnels: Phrase("Funnel of steps", "环节漏斗")
        case .windows: Phrase("In their time for objections", "异议期中的注销")
        case .windowTotals: Phrase("Times for objections and objections", "异议期与异议")
        case .promises: Phrase("Service", "办事成效")
        case .reuse: Phrase("Materials that nobody hands in again", "材料复用")
        case .ratings: Phrase("Grades", "好差评")
        case .grants: Phrase("Grants", "授权")
        case .licences: Phrase("Licences on the ledger", "上链证照")
        case .licencesByType: Phrase("Licences by kind", "证照类型")
        case .licencesByRegion: Phrase("Licences by region", "证照属地")
        case .uses: Phrase("Uses and denials", "用证与拒绝")
        case .denialReasons: Phrase("Why denied", "拒绝原因")
        case .blocks: Phrase("Newest blocks", "最新区块")
        case .pace: Phrase("Time between blocks", "出块间隔")
        }
    }

    /// What the figure counts.
    var definition: Phrase {
        switch self {
        case .cases:
            Phrase(
                "Cases that were opened in the last 30 days in China, today among them, by how they stand as blocks "
                    + "have recorded it; running includes those being annulled.",
                "近 30 日（含今日，北京时间）受理的办件，按区块记录的状态统计；在办含撤销中。")
        case .casesEver: Phrase("All cases that this ledger has.", "账本上的全部办件。")
        case .overdueSteps:
            Phrase(
                "Steps in a department's hand whose limit is recorded as gone by, in cases of any age.",
                "在部门手中且已记录超期的环节，不限受理时间。")
        case .openedByDay:
            Phrase("Cases opened on each of the last 14 days in China.", "近 14 日每日受理的办件数（北京时间）。")
        case .durations:
            Phrase(
                "Of cases opened in the last 30 days, steps that were settled: how many without going past their "
                    + "limit, and the middle time from the beginning of the last attempt to its answer, beside what "
                    + "the definition in force promises. Times in which a clock stood still count here.",
                "近 30 日受理办件中已办结的环节：未超期的数量，以及最后一次推送至办结的中位时长，并列现行定义的承诺。停表时间计入。")
        case .openedByMatter:
            Phrase("Cases opened in the last 30 days, by matter.", "近 30 日受理的办件数，按事项。")
        case .funnels:
            Phrase(
                "Of cases opened in the last 30 days: how many have begun a step, have it in hand, have it settled or "
                    + "waived. Cases that leave a step out are not counted there.",
                "近 30 日受理的办件中，已开始、在办、已办结（含免办）各环节的数量；不涉及该环节的不计。")
        case .windows:
            Phrase(
                "Cases whose time for objections runs, the oldest first: its end by ledger time, answers, objections.",
                "正处于异议期的办件，最早者在前：到期时间、已回复、异议。")
        default: laterDefinition
        }
    }

    private var laterDefinition: Phrase {
        switch self {
        case .windowTotals:
            Phrase(
                "Cases whose time for objections runs; of the 24 oldest, those whose time ends within three days; "
                    + "objections in cases opened in the last 30 days.",
                "正处于异议期的办件数；其中最早的 24 件中三日内到期的件数；近 30 日受理办件收到的异议数。")
        case .promises:
            Phrase(
                "Of cases opened in the last 30 days: steps settled within their limit, among all that were settled.",
                "近 30 日受理办件已办结的环节中，未超期者所占比例。")
        case .reuse:
            Phrase(
                "Of cases opened in the last 30 days: how often a department was given content of the case, which the "
                    + "applicant therefore did not hand in again; and the share of begun steps for which that was so.",
                "近 30 日受理办件：部门从办件调取材料的次数，即申请人免于重复提交；以及有调取的环节占已开始环节的比例（复用率）。")
        case .ratings:
            Phrase(
                "Grades from 1 to 5 that applicants have given to cases opened in the last 30 days, on average.",
                "近 30 日受理办件的申请人评价（1 至 5），取平均值。")
        case .grants:
            Phrase(
                "Grants of holders and to agents: in force now by ledger time; recorded, and run out or withdrawn, "
                    + "in the last 30 days.", "持证主体授权与代理授权：按账本时间现行有效；近 30 日新增；近 30 日到期或撤回。")
        case .licences:
            Phrase(
                "Licences of the catalogue; those with the status 01 as it was last written; those put on the ledger "
                    + "today in China.", "目录中的证照；其中最后写入状态为 01 者；当日（北京时间）上链者。")
        case .licencesByType:
            Phrase(
                "Licences of the catalogue by kind, and how many of them have the status 01. One that has run out "
                    + "since and that nobody has renewed is counted as it was last written.",
                "目录中的证照，按类型；其中状态为 01 的数量。过期未延续者按最后写入状态计。")
        case .licencesByRegion: Phrase("Licences of the catalogue by region (GB/T 2260).", "目录中的证照，按属地（GB/T 2260）。")
        case .uses:
            Phrase(
                "Decisions on uses of licences in the last 24 hours of ledger time, by hour, allowed and denied; "
                    + "releases of content, presentations, and verifications that departments have recorded, "
                    + "consistent and other.",
                "近 24 小时（账本时间）的用证判定，按小时，允许与拒绝；以及内容释放、亮证，和部门登记的核验（一致、不一致）。")
        case .denialReasons: Phrase("Reasons of the denied decisions among them.", "其中被拒绝判定的原因。")
        case .blocks: Phrase("The newest blocks of this node's read model.", "本节点读模型中的最新区块。")
        default:
            Phrase(
                "Between a block with transactions and the one before it, of the last 100 such blocks: the middle one "
                    + "and the 95th of a hundred. It bounds how long a transaction waits for its block.",
                "最近 100 个含交易区块与其前一区块的时间差：中位与第 95 百分位。")
        }
    }

    /// Where what it counts is shown.
    /// - Parameter time: of the ledger, which periods end with.
    func path(at time: Timestamp) -> String {
        let from = Told.day(Timestamp(milliseconds: Self.beginning(of: time, days: Self.periodDays)))
        return switch self {
        case .cases, .openedByDay, .openedByMatter, .funnels, .reuse: "/onethings?from=\(from)"
        case .casesEver: "/onethings"
        case .overdueSteps: "/onethings?late=1"
        case .durations, .promises: "/onethings?from=\(from)&status=completed"
        case .ratings: "/onethings?from=\(from)&rated=1"
        case .windows, .windowTotals: "/onethings?status=running"
        case .grants: "/trace/authorisations?of=grants"
        case .licences, .licencesByType, .licencesByRegion: "/explorer/licences"
        case .uses: "/trace"
        case .denialReasons: "/trace?outcome=denied"
        case .blocks, .pace: "/explorer/blocks"
        }
    }

    /// When what it counts begins, in milliseconds since 1970-01-01T00:00:00Z: the value of `?1` in ``sql``; `nil`
    /// where there is no such value.
    func beginning(at time: Timestamp) -> Int64? {
        switch self {
        case .cases, .durations, .openedByMatter, .funnels, .windowTotals, .promises, .reuse, .ratings, .grants:
            Self.beginning(of: time, days: Self.periodDays)
        case .openedByDay: Self.beginning(of: time, days: Self.dayCount)
        case .licences: Self.beginning(of: time, days: 1)
        case .uses, .denialReasons: (time.milliseconds / 3_600_000 - 23) * 3_600_000
        case .casesEver, .overdueSteps, .windows, .licencesByType, .licencesByRegion, .blocks, .pace: nil
        }
    }

    /// The beginning of the first of so many days in China, of which the last is the one of `time`.
    private static func beginning(of time: Timestamp, days: Int) -> Int64 {
        let day = CalendarDate(beijing: time).dayNumber - days + 1
        return CalendarDate(dayNumber: day)?.beijingBeginning.milliseconds ?? 0
    }

    /// The SELECT as it can be asked on the command line, with its values in it.
    func question(at time: Timestamp) -> String {
        guard let beginning = beginning(at: time) else { return sql }
        return sql.split(separator: "?1", omittingEmptySubsequences: false).joined(separator: String(beginning))
    }

    private static let chosen =
        "WITH chosen AS (SELECT code, matter, status, opened_at FROM cases WHERE opened_at >= ?1)"
    private static let inHand = "('pushed', 'acknowledged', 'asking', 'suspended', 'returned', 'objected')"

    /// The SELECT.
    var sql: String {
        switch self {
        case .cases:
            """
            SELECT count(*), coalesce(sum(status IN ('running', 'annulling')), 0),
                coalesce(sum(status = 'completed'), 0),
                coalesce(sum(status IN ('ended', 'withdrawn', 'annulled')), 0)
            FROM cases WHERE opened_at >= ?1
            """
        case .casesEver: "SELECT count(*) FROM cases"
        case .overdueSteps:
            "SELECT count(*) FROM case_steps WHERE is_overdue = 1 AND status IN \(Self.inHand)"
        case .openedByDay:
            """
            SELECT (opened_at - ?1) / 86400000 AS day, count(*) FROM cases WHERE opened_at >= ?1
            GROUP BY day ORDER BY day
            """
        case .durations:
            """
            \(Self.chosen),
                timed AS (
                    SELECT matter, step, department, is_overdue, ended_at - begun_at AS took,
                        row_number() OVER (PARTITION BY matter, step ORDER BY ended_at - begun_at) AS place,
                        count(*) OVER (PARTITION BY matter, step) AS count
                    FROM case_steps WHERE status = 'settled' AND is_window = 0 AND code IN (SELECT code FROM chosen))
            SELECT matter, step, max(department), count(*), sum(is_overdue = 0),
                max(CASE WHEN place = (count + 1) / 2 THEN took END)
            FROM timed GROUP BY matter, step ORDER BY count(*) DESC, matter, step
            """
        case .openedByMatter:
            "SELECT matter, count(*) FROM cases WHERE opened_at >= ?1 GROUP BY matter ORDER BY count(*) DESC, matter"
        case .funnels:
            """
            \(Self.chosen)
            SELECT matter, step, sum(attempt > 0), sum(status IN \(Self.inHand)),
                sum(status IN ('settled', 'waived'))
            FROM case_steps WHERE status <> 'leftOut' AND code IN (SELECT code FROM chosen) GROUP BY matter, step
            """
        case .windows:
            """
            SELECT code, step FROM case_steps
            WHERE is_window = 1 AND status IN ('pushed', 'acknowledged', 'objected') ORDER BY begun_at, code
            """
        default: laterSQL
        }
    }

    private var laterSQL: String {
        switch self {
        case .windowTotals:
            """
            \(Self.chosen)
            SELECT (SELECT count(*) FROM case_steps
                    WHERE is_window = 1 AND status IN ('pushed', 'acknowledged', 'objected')),
                (SELECT count(*) FROM case_events WHERE kind = 'objected' AND code IN (SELECT code FROM chosen))
            """
        case .promises:
            """
            \(Self.chosen)
            SELECT count(*), coalesce(sum(is_overdue = 0), 0) FROM case_steps
            WHERE status = 'settled' AND is_window = 0 AND code IN (SELECT code FROM chosen)
            """
        case .reuse:
            """
            \(Self.chosen),
                given AS (
                    SELECT code, step FROM case_events WHERE kind = 'released' AND code IN (SELECT code FROM chosen))
            SELECT (SELECT count(*) FROM given),
                (SELECT count(*) FROM case_steps
                    WHERE attempt > 0 AND is_window = 0 AND code IN (SELECT code FROM chosen)),
                (SELECT count(*) FROM (SELECT DISTINCT code, step FROM given))
            """
        case .ratings:
            "SELECT rating, count(*) FROM cases WHERE opened_at >= ?1 AND rating IS NOT NULL GROUP BY rating"
        case .grants:
            """
            WITH now AS (SELECT time FROM read_model)
            SELECT coalesce(sum(ended_at IS NULL AND not_before <= now.time AND not_after > now.time), 0),
                coalesce(sum(written_at >= ?1), 0),
                coalesce(sum(coalesce(ended_at, not_after) BETWEEN ?1 AND now.time), 0)
            FROM authorisations, now WHERE kind IN ('grant', 'agentGrant')
            """
        case .licences:
            """
            SELECT count(*), coalesce(sum(status = '01'), 0), coalesce(sum(issued_at >= ?1), 0),
                count(DISTINCT type), count(DISTINCT region) FROM catalogue
            """
        case .licencesByType:
            "SELECT type, count(*), sum(status = '01') FROM catalogue GROUP BY type ORDER BY count(*) DESC, type"
        case .licencesByRegion:
            "SELECT region, count(*), sum(status = '01') FROM catalogue GROUP BY region ORDER BY count(*) DESC, region"
        case .uses:
            """
            SELECT (time - ?1) / 3600000 AS hour,
                CASE event WHEN 'decision' THEN outcome WHEN 'release' THEN 'released'
                    WHEN 'presentation' THEN 'presented'
                    ELSE CASE outcome WHEN '0' THEN 'matched' ELSE 'differing' END END AS what, count(*)
            FROM uses WHERE time >= ?1 AND event IN ('decision', 'release', 'presentation', 'verification')
            GROUP BY hour, what ORDER BY hour, what
            """
        case .denialReasons:
            """
            SELECT reasons, count(*) FROM uses
            WHERE time >= ?1 AND event = 'decision' AND outcome = 'denied' GROUP BY reasons
            ORDER BY count(*) DESC, reasons
            """
        case .blocks:
            "SELECT height, time, proposer, transaction_count, rejected_count FROM blocks ORDER BY height DESC"
        default:
            """
            WITH gaps AS (
                SELECT blocks.time - (SELECT time FROM blocks AS before WHERE before.height = blocks.height - 1) AS gap
                FROM blocks WHERE blocks.transaction_count > 0 ORDER BY blocks.height DESC LIMIT 100),
                placed AS (
                    SELECT gap, row_number() OVER (ORDER BY gap) AS place, count(*) OVER () AS count
                    FROM gaps WHERE gap IS NOT NULL)
            SELECT max(CASE WHEN place = (count + 1) / 2 THEN gap END),
                max(CASE WHEN place = (count * 95 + 99) / 100 THEN gap END)
            FROM placed
            """
        }
    }
}
