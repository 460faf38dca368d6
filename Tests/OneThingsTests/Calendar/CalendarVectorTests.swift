import Identity
import Licences
import OneThings
import Testing
import VectorTestKit

/// The bytes of the calendar and of time limits.
@Suite("Bytes of the calendar")
struct CalendarVectorTests {
    @Test func structuresAreThoseOfTheVectors() throws {
        let calendar = try NoticeOf2026.calendar()
        let proposal = TableProposal(table: calendar, approvals: ["market", "tax"].compactMap { Label($0) })
        let vectors = [
            Vector("StatutoryCalendar-empty", StatutoryCalendar.empty),
            Vector("StatutoryCalendar", calendar),
            Vector("CalendarYear", calendar.years[0]),
            Vector("CalendarProposal", proposal),
            Vector("CalendarAnswer", TableAnswer(table: StatutoryCalendar.empty, proposal: proposal)),
            Vector("TimeLimit", try TimeLimit(3, .workingDays)),
        ]
        let file = VectorFile(
            "structures-onethings",
            comment: "Structures of one-things, from fixed values: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: vectors) == [])
    }
}
