import Formats
import Identity
import LedgerTestKit
import Licences
import OneThings
import Testing
import ZhenglianClient

/// A licence that is used for a one-thing is used by those who take part, as long as the case is open.
@Suite("Uses within a one-thing")
struct UseWithinCaseTests {
    private let cases: TestCases
    private let licence: LicenceIdentifier

    init() async throws {
        cases = try await TestCases(matters: [TestMatters.closing()])
        licence = try await cases.issued()
    }

    /// Whether the decision on a use within a case gives the case as a reason against.
    private func isDeniedForTheCase(_ department: Int, _ code: OneThingCode) async throws -> Bool {
        let client = try cases.client(department)
        let request = UseRequest(
            licence: licence, application: try ApplicationName("counter"), authority: .holder,
            context: UseContext(purpose: try PurposeCode("DEREGISTRATION"), oneThing: code), action: .query,
            fields: [.certificateName], channel: .counter,
            recipientKey: client.identity.certificate.publicKey.subjectPublicKeyInfo, nonce: CallNonce())
        return try await client.uses.decide(request).reasons.contains(.oneThingNotOpen)
    }

    @Test func onlyThoseWhoTakePartUseLicencesForACaseAndOnlyWhileItIsOpen() async throws {
        let code = try await cases.open("closing", .licence(licence), options: ["individual"], items: ["promise"])
        #expect(try await !isDeniedForTheCase(1, code))
        #expect(try await isDeniedForTheCase(3, code), "department 3 has no part in it")
        // A code that this ledger did not give says nothing to it.
        #expect(try await !isDeniedForTheCase(3, OneThingCode("ELSEWHERE-0001")))
        try await cases.act(0, code, .withdraw(ReasonCode("CHANGED")))
        #expect(try await isDeniedForTheCase(1, code), "the case is over")
    }

    @Test func aCaseThatAClockHasEndedIsOverBeforeABlockSaysSo() async throws {
        let code = try await cases.open("closing", .licence(licence), items: ["promise"])
        try await cases.act(
            0, code, .answer(TestMatters.label("announcement"), attempt: 1, TestMatters.label("announced")))
        let end = try #require(try await cases.standing(code).deadlines.first?.end)
        // The window ends, and twenty days later the time to apply.
        try await cases.wait(until: end.advanced(by: .seconds(19 * 86_400)))
        #expect(try await !isDeniedForTheCase(1, code))
        try await cases.wait(until: end.advanced(by: .seconds(20 * 86_400)))
        #expect(try await isDeniedForTheCase(1, code))
    }
}
