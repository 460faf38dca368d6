import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// Departments vote on the calendar, and what is over stays.
@Suite("The contract of the calendar")
struct CalendarContractTests {
    private let consortium: TestConsortium
    private let node: InProcessClient
    /// The year of the first block.
    private let thisYear: Int

    init() throws {
        consortium = try TestConsortium()
        node = try InProcessClient(consortium, contracts: [CalendarContract()])
        thisYear = CalendarDate(beijing: TestConsortium.createdAt).year
    }

    private func client(_ department: Int, role: Role = .administrator) throws -> OneThingsClient {
        ZhenglianClient(
            ledger: node, identity: try consortium.member("desk", department: department, role: role)
        ).oneThings
    }

    private func calendar(_ version: UInt64, years: [Int], basis: String = "notice") throws -> StatutoryCalendar {
        try StatutoryCalendar(
            version: version,
            years: years.map { year in
                let newYear = try CalendarDate("\(year)0101")
                return try CalendarYear(year: year, basis: basis, holidays: [newYear], workingWeekendDays: [])
            })
    }

    private func code(_ body: () async throws -> Outcome) async throws -> ContractError.Code? {
        do {
            _ = try await body()
            return nil
        } catch let error as TransactionRejected {
            return error.code
        }
    }

    /// Has more than half of the departments adopt it.
    private func adopt(_ calendar: StatutoryCalendar) async throws {
        try await client(0).propose(calendar)
        let digest = consortium.suite.digest(of: calendar.derBytes)
        for department in 1...consortium.genesis.document.departments.count / 2 {
            try await client(department).approveCalendar(digest)
        }
    }

    @Test func moreThanHalfOfTheDepartmentsPutACalendarInForce() async throws {
        let next = try calendar(2, years: [thisYear, thisYear + 1])
        try await client(0).propose(next)
        let proposed = try await client(1).calendar()
        #expect(proposed.table == .empty)
        #expect(proposed.proposal?.table == next)
        #expect(proposed.proposal?.approvals == [consortium.authorities[0].anchor.department])
        try await adopt(next)
        let adopted = try await client(1).calendar()
        #expect(adopted.table == next)
        #expect(adopted.proposal == nil)
    }

    @Test func onlyAdministratorsDecideAndOnlyOnWhatTheyHaveSeen() async throws {
        let next = try calendar(2, years: [thisYear])
        #expect(try await code { try await client(0, role: .client).propose(next) } == .notPermitted)
        #expect(try await code { try await client(0).approveCalendar(consortium.suite.digest(of: [])) } == .notFound)
        #expect(try await code { try await client(0).propose(calendar(3, years: [thisYear])) } == .wrongVersion)
        try await client(0).propose(next)
        #expect(
            try await code { try await client(1).approveCalendar(consortium.suite.digest(of: [])) } == .stateHasMoved)
    }

    @Test func aYearThatIsOverNeitherChangesNorComesNorGoes() async throws {
        #expect(try await code { try await client(0).propose(calendar(2, years: [thisYear - 1])) } == .yearIsOver)
        try await adopt(calendar(2, years: [thisYear, thisYear + 1]))
        // What is not over may be mended.
        let mended = try calendar(3, years: [thisYear, thisYear + 1], basis: "another notice")
        #expect(try await code { try await client(0).propose(mended) } == nil)
        let digest = consortium.suite.digest(of: mended.derBytes)
        let newYear = try CalendarDate("\(thisYear + 1)0101").beijingBeginning
        try await node.idle(1, apart: newYear.since(TestConsortium.createdAt))
        // The year ended between the proposal and its approval.
        #expect(try await code { try await client(1).approveCalendar(digest) } == .yearIsOver)
        let left = try calendar(3, years: [thisYear + 1])
        #expect(try await code { try await client(0).propose(left) } == .yearIsOver)
    }

    @Test func aNoticeHoldsNoPersonsNumber() async throws {
        let next = try calendar(2, years: [thisYear], basis: "notice 650102199001011239")
        #expect(try await code { try await client(0).propose(next) }?.rawValue == "personalData")
    }
}
