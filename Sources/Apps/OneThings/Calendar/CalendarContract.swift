import Formats
import Identity
public import Ledger
import Licences

/// The contract that keeps the statutory calendar (法定工作日历): departments vote on its next version, year by year.
///
/// A year that is over stays as it was: clocks that have run through it ended where they ended.
public struct CalendarContract: Contract {
    /// The name by which calls find the contract.
    public static let contractName = "calendar"

    /// The names of methods and queries, as calls spell them.
    public enum Method {
        public static let propose = "propose"
        public static let approve = "approve"
        public static let calendar = "calendar"
    }

    public let name = contractName
    public let version = 1

    public init() {}

    public var methods: [ContractMethod] {
        [ContractMethod(Method.propose, propose), ContractMethod(Method.approve, approve)]
    }

    public var queries: [ContractQuery] { [ContractQuery(Method.calendar, calendar)] }

    private static let inForce = StateKey("calendar", [])
    private static let proposal = StateKey("proposal", [])

    private static var vote: TableVote<StatutoryCalendar> {
        TableVote(table: inForce, proposal: proposal, name: "calendar")
    }

    private func propose(_ next: StatutoryCalendar, in context: inout ContractContext) throws(ContractError) -> NoResult
    {
        let current = try Self.calendar(in: &context)
        try Self.check(next, after: current, at: context.blockTime)
        _ = try Self.vote.propose(next, after: current, in: &context)
        return NoResult()
    }

    private func approve(_ approval: ApproveTable, in context: inout ContractContext) throws(ContractError) -> NoResult
    {
        if let proposal = try context.get(Self.proposal, as: TableProposal<StatutoryCalendar>.self) {
            // A year may have ended since it was proposed.
            try Self.check(proposal.table, after: try Self.calendar(in: &context), at: context.blockTime)
        }
        _ = try Self.vote.approve(approval, in: &context)
        return NoResult()
    }

    private func calendar(
        _: NoResult, on snapshot: inout ContractSnapshot
    ) throws(ContractError) -> TableAnswer<StatutoryCalendar> {
        TableAnswer(
            table: try Self.calendar(in: &snapshot),
            proposal: try snapshot.get(Self.proposal, as: TableProposal<StatutoryCalendar>.self))
    }

    /// The calendar in force, as any contract reads it.
    /// - Throws: `ContractError` with code `stateUnavailable`.
    static func calendar(in reader: inout some ContractReader) throws(ContractError) -> StatutoryCalendar {
        try reader.get(inForce, of: contractName, as: StatutoryCalendar.self) ?? .empty
    }

    private static func check(
        _ next: StatutoryCalendar, after current: StatutoryCalendar, at time: Timestamp
    ) throws(ContractError) {
        guard next.derBytes.count <= StatutoryCalendar.maximumByteCount else {
            throw ContractError(
                .limitExceeded,
                "a calendar has at most \(StatutoryCalendar.maximumByteCount) bytes: leave out old notices")
        }
        let today = CalendarDate(beijing: time)
        for year in current.years where year.year < today.year && next.year(year.year) != year {
            throw ContractError(.yearIsOver, "the year \(year.year) is over: it stays in the calendar as it is")
        }
        for year in next.years where year.year < today.year && current.year(year.year) == nil {
            throw ContractError(
                .yearIsOver, "the year \(year.year) is over: it does not come into the calendar any more")
        }
        for year in next.years {
            do throws(LicenceError) {
                try PersonalDataGuard().check(Array(year.basis.utf8))
            } catch {
                throw ContractError(.personalData, "the notice of \(year.year): \(error.message)")
            }
        }
    }
}

extension ContractError.Code {
    /// The year is over, and its calendar is not changed any more.
    public static let yearIsOver = Self(rawValue: "yearIsOver")
}
