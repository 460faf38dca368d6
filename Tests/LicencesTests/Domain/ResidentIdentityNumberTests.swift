import Foundation
import Licences
import Testing

@Suite struct ResidentIdentityNumberTests {
    /// The two examples of GB 11643-1999 and one synthetic number.
    static let sound = ["11010519491231002X", "440524188001010014", "650102199001011239"]

    @Test(arguments: sound) func readsTheStandardsExamples(_ text: String) throws {
        #expect(try ResidentIdentityNumber(text).text == text)
    }

    @Test func saysWhichCheckCharacterShouldStandThere() {
        let refusal = error { () throws(LicenceError) in try ResidentIdentityNumber("110105194912310021") }
        #expect(refusal?.code == .wrongCheckCharacter)
        #expect(refusal?.message.contains("check character '1' should be 'X'") == true)
    }

    @Test(arguments: [
        ("11010519491231002x", LicenceError.Code.wrongCheckCharacter),
        ("65010219900101123", .wrongLength),
        ("6501021990010112399", .wrongLength),
        ("65010219900101123９", .wrongLength),
        ("990102199001011239", .unknownRegion),
        ("650102199013011239", .wrongDate),
        ("650102199002291239", .wrongDate),
        ("650102169901011239", .wrongDate),
        ("65010219900101A239", .wrongCharacter),
    ])
    func refuses(_ text: String, _ code: LicenceError.Code) {
        #expect(error { () throws(LicenceError) in try ResidentIdentityNumber(text) }?.code == code)
    }

    @Test func detectsEverySubstitutionAndEveryExchangeOfNeighbours() throws {
        for text in Self.sound {
            let characters = Array(text)
            for position in characters.indices {
                for character in "0123456789" where character != characters[position] {
                    var changed = characters
                    changed[position] = character
                    #expect((try? ResidentIdentityNumber(String(changed))) == nil)
                }
                guard position > 0, characters[position] != characters[position - 1] else { continue }
                var changed = characters
                changed.swapAt(position, position - 1)
                #expect((try? ResidentIdentityNumber(String(changed))) == nil)
            }
        }
    }

    @Test func showsItselfMaskedWhereverItIsPrinted() throws {
        let number = try ResidentIdentityNumber("650102199001011239")
        var dumped = ""
        dump(number, to: &dumped)
        let holder = HolderCode.person(number)
        for shown in ["\(number)", String(reflecting: number), dumped, "\(holder)", "\([holder])"] {
            #expect(!shown.contains("19900101"), "\(shown)")
        }
        #expect("\(number)" == "650102***********9")
        #expect(holder.text == "650102199001011239")
    }

    @Test func errorsDoNotRepeatTheNumber() {
        for text in ["650102199001011238", "650102199013011239", "65010219900101123A"] {
            let refusal = error { () throws(LicenceError) in try ResidentIdentityNumber(text) }
            #expect(refusal?.description.contains("6501021990") == false)
        }
    }
}
