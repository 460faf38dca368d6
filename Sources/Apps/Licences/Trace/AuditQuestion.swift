public import Identity
public import Ledger

/// The questions that auditors ask again and again (常设审计查询), as questions to the read model.
///
/// Their answers are as good as the node whose read model it is. What has to be proved is asked of the ledger as a
/// trace.
public enum AuditQuestion: String, CaseIterable, Sendable, Codable {
    case usesOfLicence = "uses-of-licence"
    case usesOfHolder = "uses-of-holder"
    case resolutionsOfHolder = "resolutions-of-holder"
    case usesOutsideCases = "uses-outside-cases"
    case usesOnEndedAuthority = "uses-on-ended-authority"
    case denialsByReason = "denials-by-reason"
    case busiestOperators = "busiest-operators"
    case usesAfterEnd = "uses-after-end"
    case allowedWithoutRelease = "allowed-without-release"
    case grantsNeverUsed = "grants-never-used"
    case grantsExhausted = "grants-exhausted"
    case caseTimeline = "case-timeline"
    case requestsOpen = "requests-open"

    /// What a question is about besides the period; `nil` where it is about everybody.
    public enum Parameter: String, Sendable {
        case licence, holder, department, caseNumber
    }

    public var parameter: Parameter? {
        switch self {
        case .usesOfLicence: .licence
        case .usesOfHolder, .resolutionsOfHolder: .holder
        case .usesOutsideCases: .department
        case .caseTimeline: .caseNumber
        default: nil
        }
    }

    /// What it asks, for people.
    public var title: BilingualText {
        switch self {
        case .usesOfLicence: BilingualText("all events of a licence", "某证照的全部用证记录")
        case .usesOfHolder: BilingualText("who acted on a holder's licences", "谁使用过某持证主体的证照")
        case .resolutionsOfHolder: BilingualText("who has resolved a pseudonym", "谁解析过某持证主体假名")
        case .usesOutsideCases:
            BilingualText("allowed uses of a department that name no case", "某部门未关联办件的用证")
        case .usesOnEndedAuthority:
            BilingualText("decisions that rely on what was withdrawn or over", "依据已撤回或已过期的用证申请")
        case .denialsByReason: BilingualText("denials by department and reason", "按部门和原因统计拒绝")
        case .busiestOperators:
            BilingualText("operators above the 99th percentile of their decisions", "用证次数高于第99百分位的经办人")
        case .usesAfterEnd:
            BilingualText("allowed uses of licences after their status had ended them", "证照终止之后的用证")
        case .allowedWithoutRelease: BilingualText("allowed decisions that nothing was released on", "已允许而无释放记录")
        case .grantsNeverUsed: BilingualText("grants that nobody has relied on", "从未使用的授权")
        case .grantsExhausted: BilingualText("grants whose count is used up", "次数已用尽的授权")
        case .caseTimeline: BilingualText("everything in a case, in order", "某办件的用证时间线")
        case .requestsOpen: BilingualText("access requests without an answer", "未答复的用证申请")
        }
    }

    /// The SELECT: its parameters are the first and the last moment in milliseconds, then that of ``parameter``.
    public var sql: String {
        switch self {
        case .usesOfLicence: Self.events + " AND licence = ?3 ORDER BY time, rowid_order"
        case .usesOfHolder: Self.events + " AND holder = ?3 ORDER BY time, rowid_order"
        case .resolutionsOfHolder:
            """
            SELECT time, department, application, operator, purpose, item, case_number, basis, key, identifier FROM uses
            WHERE event = 'resolution' AND time BETWEEN ?1 AND ?2 AND holder = ?3 ORDER BY time, height
            """
        case .caseTimeline: Self.events + " AND case_number = ?3 ORDER BY time, rowid_order"
        case .usesOutsideCases:
            """
            SELECT time, licence, application, action, purpose, authority, identifier FROM uses
            WHERE event = 'decision' AND outcome = 'allowed' AND case_number IS NULL
                AND time BETWEEN ?1 AND ?2 AND department = ?3 ORDER BY time
            """
        case .usesOnEndedAuthority:
            """
            SELECT uses.time, uses.department, uses.licence, uses.outcome, uses.authority, uses.authority_record,
                authorisations.not_after, authorisations.ended_at
            FROM uses JOIN authorisations ON authorisations.identifier = uses.authority_record
            WHERE uses.event = 'decision' AND uses.time BETWEEN ?1 AND ?2
                AND (authorisations.ended_at < uses.time OR authorisations.not_after < uses.time) ORDER BY uses.time
            """
        case .denialsByReason:
            """
            SELECT department, reasons, count(*) AS denials, min(time) AS first, max(time) AS last FROM uses
            WHERE event = 'decision' AND outcome = 'denied' AND time BETWEEN ?1 AND ?2
            GROUP BY department, reasons ORDER BY denials DESC, department, reasons
            """
        default: laterSQL
        }
    }

    private var laterSQL: String {
        switch self {
        case .busiestOperators:
            """
            WITH counts AS (
                SELECT department, operator, count(*) AS decisions FROM uses
                WHERE event = 'decision' AND operator IS NOT NULL AND time BETWEEN ?1 AND ?2
                GROUP BY department, operator
            ), ranked AS (
                SELECT *, row_number() OVER (ORDER BY decisions) AS place, count(*) OVER () AS operators FROM counts
            )
            SELECT department, operator, decisions FROM ranked
            WHERE place * 100 > operators * 99 ORDER BY decisions DESC, department, operator
            """
        case .usesAfterEnd:
            """
            SELECT uses.time, uses.department, uses.licence, uses.action, catalogue.status, catalogue.changed_at
            FROM uses JOIN catalogue ON catalogue.licence = uses.licence
            WHERE uses.event = 'decision' AND uses.outcome = 'allowed' AND catalogue.status <> '01'
                AND catalogue.changed_at < uses.time AND uses.time BETWEEN ?1 AND ?2 ORDER BY uses.time
            """
        case .allowedWithoutRelease:
            """
            SELECT decisions.time, decisions.department, decisions.owner, decisions.licence, decisions.identifier
            FROM uses AS decisions
            WHERE decisions.event = 'decision' AND decisions.outcome = 'allowed'
                AND decisions.time BETWEEN ?1 AND ?2 AND NOT EXISTS (
                    SELECT 1 FROM use_rows AS releases
                    WHERE releases.kind = 1 AND releases.identifier = decisions.identifier)
            ORDER BY decisions.time
            """
        case .grantsNeverUsed:
            """
            SELECT kind, identifier, holder, department, not_before, not_after, written_at, ended_at
            FROM authorisations WHERE kind = 'grant' AND uses = 0 AND written_at BETWEEN ?1 AND ?2 ORDER BY written_at
            """
        case .grantsExhausted:
            """
            SELECT kind, identifier, holder, department, maximum_uses, uses, not_after FROM authorisations
            WHERE uses >= maximum_uses AND written_at BETWEEN ?1 AND ?2 ORDER BY written_at
            """
        default:
            """
            SELECT identifier, owner, department, application, written_at FROM authorisations
            WHERE kind = 'answeredRequest' AND answer IS NULL AND ended_at IS NULL
                AND written_at BETWEEN ?1 AND ?2 ORDER BY written_at
            """
        }
    }

    private static let events = """
        SELECT time, event, department, application, action, purpose, case_number, outcome, reasons, licence, holder,
            authority, authority_record, identifier FROM (SELECT *, height AS rowid_order FROM uses)
        WHERE time BETWEEN ?1 AND ?2
        """

    /// The values of the question's parameters.
    /// - Parameters:
    ///   - period: of ledger time.
    ///   - value: of ``parameter``, where there is one.
    public static func arguments(period: ClosedRange<Timestamp>, value: SQLValue?) -> [SQLValue] {
        let bounds: [SQLValue] = [
            .integer(period.lowerBound.milliseconds), .integer(period.upperBound.milliseconds),
        ]
        return bounds + (value.map { [$0] } ?? [])
    }
}
