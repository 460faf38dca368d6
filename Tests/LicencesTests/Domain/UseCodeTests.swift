import Foundation
import Identity
import Licences
import Testing

@Suite struct UseCodeTests {
    private let digest = CryptoSuiteIdentifier.p256.suite.digest(of: Array("holder".utf8))

    @Test(arguments: [0, 1, 4_294_967_295] as [UInt32])
    func aPseudonymIsWrittenAndReadWithItsEpoch(_ epoch: UInt32) throws {
        let pseudonym = HolderPseudonym(epoch: epoch, digest: digest)
        #expect(pseudonym.text == "P\(epoch)-\(digest)")
        #expect(try HolderPseudonym(pseudonym.text) == pseudonym)
        #expect(pseudonym.bytes.count == HolderPseudonym.byteCount)
        #expect(HolderPseudonym(bytes: pseudonym.bytes) == pseudonym)
        #expect(HolderPseudonym(bytes: Array(pseudonym.bytes.dropLast())) == nil)
        let json = try JSONEncoder().encode([pseudonym])
        #expect(try JSONDecoder().decode([HolderPseudonym].self, from: json) == [pseudonym])
    }

    @Test(arguments: ["", "P", "P1", "P1-", "P01-x", "1-x", "P4294967296-x", "P1-X", "P+1-x", "P1-x-", "P1-x0"])
    func aPseudonymHasOneSpelling(_ form: String) throws {
        let text = form.replacing("x", with: digest.description).replacing(
            "X", with: digest.description.uppercased())
        #expect(throws: LicenceError(.wrongStructure, "")) { try HolderPseudonym(text) }
    }

    @Test func codesAreReadByTheirAlphabets() throws {
        #expect(try PurposeCode("BANK_LOAN-1").text == "BANK_LOAN-1")
        #expect(try ItemCode("370117002011").text == "370117002011")
        #expect(try ItemCode("11370800MB28559184370117002011X").text.count == 31)
        #expect(try CaseNumber("12441500196720244T3442199806003202206230068").text.count == 43)
        #expect(try OneThingCode("YJS-20261121-0001").text == "YJS-20261121-0001")
        #expect(try ApplicationName("bank-loan").text == "bank-loan")
    }

    @Test(arguments: ["", "贷款", "a", "A B", String(repeating: "A", count: 33)])
    func aPurposeIsACodeAndNoText(_ text: String) {
        #expect(throws: LicenceError.self) { try PurposeCode(text) }
    }

    @Test(arguments: ["", "3701170020", "370117002011-", "37011700201a"])
    func anItemHasTheLengthsOfItsStandard(_ text: String) {
        #expect(throws: LicenceError.self) { try ItemCode(text) }
    }

    @Test(arguments: ["A_B", "", "办件"]) func aCaseNumberIsNoText(_ text: String) {
        #expect(throws: LicenceError.self) { try CaseNumber(text) }
        #expect(throws: LicenceError.self) { try OneThingCode(text + "00000000_") }
    }

    @Test(arguments: [
        (0, "19700101"), (57_599_999, "19700101"), (57_600_000, "19700102"), (951_753_599_999, "20000228"),
        (951_753_600_000, "20000229"), (951_840_000_000, "20000301"), (1_767_225_600_000, "20260101"),
        (4_107_513_599_999, "21000228"), (4_107_513_600_000, "21000301"), (Int64.max, "99991231"),
    ])
    func aDayBeginsAtMidnightInBeijing(_ milliseconds: Int64, _ day: String) {
        #expect(CalendarDate(beijing: Timestamp(milliseconds: milliseconds)).text == day)
    }
}
