import Console
import Testing

/// Titles in drawings stay within their boxes.
@Suite struct LetteringTests {
    private static let titles = [
        "Registration of the establishment", "Opening of the housing fund account",
        "Social insurance registration",
        "Acceptance", "住房公积金单位缴存登记及账户设立", "受理", "Closing of the account at 中国建设银行 in the region",
        "Donaudampfschifffahrtsgesellschaft", "MMMMMMMMMMMMMMMMMMMMMMMMMMMM", "a", " ", "👨‍👩‍👧 família",
    ]

    @Test(arguments: titles) func noLineIsWiderThanItsRoom(title: String) {
        for width in [3_000, 8_000, 12_285] {
            for count in 1...3 {
                let lines = Lettering.lines(title, width: width, count: count)
                #expect((1...count).contains(lines.count))
                #expect(lines.allSatisfy { Lettering.width(of: $0) <= width }, "\(lines)")
            }
        }
    }

    @Test func whatFitsIsWholeAndWhatDoesNotSaysSo() {
        #expect(Lettering.lines("Acceptance", width: 12_285, count: 2) == ["Acceptance"])
        #expect(
            Lettering.lines("Opening of the housing fund account", width: 12_285, count: 2)
                == ["Opening of the housing", "fund account"])
        #expect(Lettering.lines("住房公积金单位缴存登记", width: 6_000, count: 2) == ["住房公积金单", "位缴存登记"])
        let cut = Lettering.lines("Registration of the establishment", width: 8_000, count: 1)
        #expect(cut.count == 1 && cut[0].hasSuffix("…") && cut[0].hasPrefix("Reg"))
        #expect(Lettering.lines("", width: 100, count: 1) == [""])
    }

    @Test func aWidthWithoutRoomEndsAllTheSame() {
        #expect(Lettering.lines("受理登记", width: 0, count: 2).count == 2)
        #expect(!Lettering.lines("受理登记", width: -5, count: 0).isEmpty)
    }
}
