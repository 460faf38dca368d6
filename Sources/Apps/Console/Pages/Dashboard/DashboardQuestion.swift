import Identity

/// What each figure of the dashboard is: in words, and as the question to the read model that gives it.
enum DashboardQuestion: String, CaseIterable, Sendable {
    case cases, overdueSteps, openedByDay, durations, openedByMatter, funnels, windows, licencesByType, licencesByRegion
    case uses, denialReasons, blocks, pace

    var title: Phrase {
        switch self {
        case .cases: Phrase("Cases", "办件")
        case .overdueSteps: Phrase("Overdue steps", "超期环节")
        case .openedByDay: Phrase("Opened by day", "每日受理")
        case .durations: Phrase("Durations against the promise", "办理时效与承诺")
        case .openedByMatter: Phrase("Opened by matter", "分事项受理")
        case .funnels: Phrase("Funnel of steps", "环节漏斗")
        case .windows: Phrase("In their time for objections", "异议期中的注销")
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
        case .licencesByType:
            Phrase(
                "Licences of the catalogue by kind, and how many of them have the status 01. One that has run out "
                    + "since and that nobody has renewed is counted as it was last written.",
                "目录中的证照，按类型；其中状态为 01 的数量。过期未延续者按最后写入状态计。")
        case .licencesByRegion: Phrase("Licences of the catalogue by region (GB/T 2260).", "目录中的证照，按属地（GB/T 2260）。")
        case .uses:
            Phrase(
                "Decisions on uses of licences in the last 24 hours of ledger time, by hour, allowed and denied; and "
                    + "releases of content.", "近 24 小时（账本时间）的用证判定，按小时，允许与拒绝；以及内容释放。")
        case .denialReasons: Phrase("Reasons of the denied decisions among them.", "其中被拒绝判定的原因。")
        case .blocks: Phrase("The newest blocks of this node's read model.", "本节点读模型中的最新区块。")
        case .pace:
            Phrase(
                "Between a block with transactions and the one before it, of the last 100 such blocks: the middle one "
                    + "and the 95th of a hundred. It bounds how long a transaction waits for its block.",
                "最近 100 个含交易区块与其前一区块的时间差：中位与第 95 百分位。")
        }
    }

    /// Where what it counts is shown.
    var path: String {
        switch self {
        case .cases, .openedByDay, .openedByMatter, .funnels: "/onethings"
        case .overdueSteps: "/onethings?late=1"
        case .durations: "/onethings?status=completed"
        case .windows: "/onethings?status=running"
        case .licencesByType, .licencesByRegion: "/explorer/search"
        case .uses: "/trace?event=decision"
        case .denialReasons: "/trace?outcome=denied"
        case .blocks, .pace: "/explorer/blocks"
        }
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
        case .licencesByType:
            "SELECT type, count(*), sum(status = '01') FROM catalogue GROUP BY type ORDER BY count(*) DESC, type"
        case .licencesByRegion:
            "SELECT region, count(*), sum(status = '01') FROM catalogue GROUP BY region ORDER BY count(*) DESC, region"
        case .uses:
            """
            SELECT (time - ?1) / 3600000 AS hour, CASE event WHEN 'release' THEN 'released' ELSE outcome END AS what,
                count(*)
            FROM uses WHERE time >= ?1 AND event IN ('decision', 'release') GROUP BY hour, what ORDER BY hour, what
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
