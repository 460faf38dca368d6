import Foundation
import Licences
import Testing

@Suite struct UnifiedSocialCreditCodeTests {
    static let sound = [
        "91350100M000100Y43", "91650100MA7ABCD12T", "11650000MB1A0001XQ", "11100000000013338W", "11100000MB0143028R",
        "11100000MB03271699", "111000000000131433", "11100000000013127D", "11220000013544541J", "11330105002500287C",
        "113700000045046442", "11430000006122244L",
    ]

    @Test(arguments: sound) func readsAndPrintsCodesInRealUse(_ text: String) throws {
        let code = try UnifiedSocialCreditCode(text)
        #expect(code.text == text)
        #expect(code.description == text)
        #expect(code.region?.text == String(text.dropFirst(2).prefix(6)))
        #expect(code.organisationCode == String(text.dropFirst(8).dropLast()))
    }

    @Test func warnsOnImportOfAnEarlyCodeThatFailsItsCheck() throws {
        let text = "91350100M0001TGQXM"
        #expect(error { () throws(LicenceError) in try UnifiedSocialCreditCode(text) }?.code == .wrongCheckCharacter)
        let imported = try UnifiedSocialCreditCode.importing(text)
        #expect(imported.value.text == text)
        #expect(imported.warnings.count == 1)
        #expect(imported.warnings.first?.message.contains("check character 'M' should be '1'") == true)
        #expect(imported.warnings.first?.position == 18)
    }

    @Test func checksTheOrganisationsOwnCodeToo() throws {
        let imported = try UnifiedSocialCreditCode.importing("11650000MB1A00012Q")
        #expect(imported.warnings.map(\.position) == [17, 18])
        #expect(imported.warnings.first?.expected == "X")
        #expect(imported.warnings.first?.found == "2")
    }

    @Test(arguments: Array("IOSVZ")) func refusesLettersThatLookLikeDigits(_ letter: Character) {
        let refusal = error { () throws(LicenceError) in
            try UnifiedSocialCreditCode.importing("91650100M\(letter)7ABCD12T")
        }
        #expect(refusal?.code == .wrongCharacter)
        #expect(refusal?.position == 10)
        #expect(refusal?.found == String(letter))
    }

    @Test(arguments: ["", "91650100MA7ABCD12", "91650100MA7ABCD12TT", String(repeating: "9", count: 1_000_000)])
    func refusesWrongLengths(_ text: String) {
        #expect(error { () throws(LicenceError) in try UnifiedSocialCreditCode(text) }?.code == .wrongLength)
    }

    @Test func refusesALetterInTheRegionAndWarnsOfAnUnknownOne() throws {
        #expect(
            error { () throws(LicenceError) in try UnifiedSocialCreditCode("916A0100MA7ABCD12T") }?.position == 4
        )
        #expect(try UnifiedSocialCreditCode.importing("91990100MA7ABCD12T").warnings.first?.code == .unknownRegion)
    }

    @Test func detectsEverySubstitutionOfOneCharacter() throws {
        for text in Self.sound {
            for position in text.indices {
                for character in "0123456789ABCDEFGHJKLMNPQRTUWXY" where character != text[position] {
                    let changed = text.replacingCharacters(in: position...position, with: String(character))
                    #expect((try? UnifiedSocialCreditCode(changed)) == nil, "\(changed)")
                }
            }
        }
    }

    @Test func repeatsNothingOfAPersonsNumberInTheWrongColumn() {
        let refusal = error { () throws(LicenceError) in try UnifiedSocialCreditCode("650102199001011239") }
        #expect(refusal?.description.contains("19900101") == false)
    }
}
