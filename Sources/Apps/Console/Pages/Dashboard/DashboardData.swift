/// All figures of the dashboard, as one document: what its module draws, and what others may compare.
///
/// Times are milliseconds since 1970-01-01T00:00:00Z, of the ledger. Each figure is defined on the page of definitions
/// under its member's name.
struct DashboardData: Codable, Sendable, Equatable {
    /// Cases that were opened in the period.
    struct Cases: Codable, Sendable, Equatable {
        let opened: Int
        /// Of them, those that were opened since midnight in China.
        let today: Int
        /// Of any age.
        let ever: Int
        let running: Int
        let completed: Int
        let endedOtherwise: Int
        /// Steps in hand whose limit has gone by, of cases of any age.
        let overdueSteps: Int
        /// Cases opened on each of the last fourteen days in China, the oldest first.
        let openedByDay: [Int]
    }

    /// How long steps took, against what was promised.
    struct Duration: Codable, Sendable, Equatable {
        let matter: String
        let matterTitle: Title
        let step: String
        let stepTitle: Title
        let department: Title
        let settled: Int
        let inTime: Int
        let medianMilliseconds: Int64?
        /// What the definition in force promises, in words; `nil` where it promises nothing.
        let promise: Title?
    }

    /// How far cases of a matter have come, step by step.
    struct Funnel: Codable, Sendable, Equatable {
        struct Step: Codable, Sendable, Equatable {
            let step: String
            let title: Title
            let begun: Int
            let inHand: Int
            let settled: Int
        }

        let matter: String
        let title: Title
        let opened: Int
        let steps: [Step]
    }

    /// A case in its time for objections.
    struct Window: Codable, Sendable, Equatable {
        let code: String
        let title: Title
        let step: Title
        let begunAt: Int64
        /// `nil` where the end is not known.
        let endsAt: Int64?
        let consents: Int
        let asked: Int
        let objections: Int
    }

    /// All cases in their time for objections.
    struct WindowTotals: Codable, Sendable, Equatable {
        let running: Int
        /// Of the oldest of them, as many as are looked at one by one, those that end within three days.
        let endingSoon: Int
        /// Objections in cases that were opened in the period.
        let objections: Int
    }

    /// What departments and applicants had of the cases that were opened in the period. What the read model could not
    /// count in time is `nil`.
    struct Service: Codable, Sendable, Equatable {
        /// Steps that were settled, and those of them within their limits.
        let settled: Int?
        let inTime: Int?
        /// How often content of a case was given out to a department, which the applicant did not hand in again.
        let given: Int?
        /// Steps that were begun, and those of them for which content was given out.
        let begunSteps: Int?
        let suppliedSteps: Int?
        /// Grades, from 1 to 5: how many of each.
        let ratings: [Int]?
    }

    /// Grants of holders, and to agents.
    struct Grants: Codable, Sendable, Equatable {
        let inForce: Int
        /// Recorded in the period.
        let new: Int
        /// Run out or withdrawn in the period.
        let ended: Int
    }

    /// All licences of the catalogue.
    struct LicenceTotals: Codable, Sendable, Equatable {
        let count: Int
        let inForce: Int
        /// Put on the ledger since midnight in China.
        let today: Int
        let types: Int
        let regions: Int
    }

    /// The disk of this node.
    struct Storage: Codable, Sendable, Equatable {
        /// `nil` where the system does not tell.
        let freeBytes: UInt64?
        /// `nil` where it is not known yet.
        let dailyGrowthBytes: UInt64?
    }

    /// Licences of one kind or one region.
    struct Share: Codable, Sendable, Equatable {
        let name: String
        let title: Title
        let count: Int
        let inForce: Int
    }

    /// Decisions of one hour.
    struct Hour: Codable, Sendable, Equatable {
        let beginsAt: Int64
        let allowed: Int
        let denied: Int
    }

    struct Reason: Codable, Sendable, Equatable {
        /// The words for machines, with spaces between.
        let reason: String
        /// The first of them, in words for people.
        let title: Title
        let count: Int
    }

    struct Uses: Codable, Sendable, Equatable {
        let allowed: Int
        let denied: Int
        let released: Int
        /// Presentations that were shown.
        let presented: Int
        /// Verifications that departments have recorded: consistent, and others.
        let matched: Int
        let differing: Int
        let hours: [Hour]
        let reasons: [Reason]
    }

    struct Block: Codable, Sendable, Equatable {
        let height: UInt64
        let time: Int64
        let proposer: String
        let transactions: Int
        let rejected: Int
    }

    struct Pace: Codable, Sendable, Equatable {
        /// Between a block with transactions and the one before it, of the last hundred, in milliseconds.
        let blockMedian: Int64?
        let blockNinetyFifth: Int64?
        /// From a transaction's arrival at this node to its outcome; `nil` where the gateway does not measure it.
        let commitMedian: Int64?
        let commitNinetyFifth: Int64?
    }

    struct Node: Codable, Sendable, Equatable {
        let member: String
        let department: String
        let title: Title
        let isReachable: Bool
        let isOwn: Bool
        let height: UInt64?
        let lag: UInt64?
    }

    struct Title: Codable, Sendable, Equatable {
        let zh: String
        let en: String

        init(_ phrase: Phrase) { (zh, en) = (phrase.chinese, phrase.english) }

        init(_ text: String) { (zh, en) = (text, text) }
    }

    let height: UInt64
    let time: Int64
    /// Days over which cases, durations and the funnel are counted.
    let periodDays: Int
    let standing: String
    let cases: Cases
    let durations: [Duration]
    let funnels: [Funnel]
    let windows: [Window]
    let windowTotals: WindowTotals
    let service: Service
    let grants: Grants?
    let licences: LicenceTotals
    let storage: Storage
    let licencesByType: [Share]
    let licencesByRegion: [Share]
    let uses: Uses
    let blocks: [Block]
    let pace: Pace
    let nodes: [Node]
    let quorum: Int
    let validatorCount: Int
}
