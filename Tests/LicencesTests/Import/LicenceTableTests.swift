import Foundation
import Licences
import Testing

@Suite struct LicenceTableTests {
    private static let header = LicenceColumn.allCases.map(\.rawValue).joined(separator: ",")

    /// A sound row with the serial `serial`, its values in the header's order.
    private static func row(
        _ serial: String = "1", holderName: String = "张三", until: String = "20271231"
    ) throws -> String {
        let identifier = LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000000013338W032"),
            issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"),
            serial: try LicenceSerial(serial), version: .first
        )
        return [
            identifier.text, "建筑施工特种作业操作资格证", "操作资格证书", holderName, "650102199001011239", "111", "示范区",
            "11650000MB1A0001XQ", "20260101", "20260101", until, "650100", "",
        ].joined(separator: ",")
    }

    private func read(
        _ text: String, limits: LicenceLimits = .standard
    ) throws -> (rows: [LicenceRow], refused: [RefusedRow]) {
        try read(bytes: Array(text.utf8), limits: limits)
    }

    private func read(
        bytes: [UInt8], limits: LicenceLimits = .standard
    ) throws -> (rows: [LicenceRow], refused: [RefusedRow]) {
        var table = try LicenceTable(bytes: bytes, rules: LicenceTableRules(strictness: .issue), limits: limits)
        return try table.readAll()
    }

    @Test(arguments: ["\n", "\r\n"], ["", "\u{FEFF}"])
    func readsBothLineBreaksWithAndWithoutByteOrderMark(lineBreak: String, mark: String) throws {
        let lines = [Self.header, try Self.row("1"), "", try Self.row("2"), "   "]
        for end in ["", lineBreak] {
            let (rows, refused) = try read(mark + lines.joined(separator: lineBreak) + end)
            #expect(rows.map(\.line) == [2, 4])
            #expect(refused.isEmpty)
        }
    }

    @Test func readsColumnsInAnyOrder() throws {
        let names = Self.header.split(separator: ",")
        let values = try Self.row().split(separator: ",", omittingEmptySubsequences: false)
        var generator = SeededGenerator(seed: 11)
        let expected = try read(Self.header + "\n" + Self.row()).rows
        for _ in 0..<20 {
            let order = names.indices.shuffled(using: &generator)
            let text = [order.map { names[$0] }, order.map { values[$0] }].map { $0.joined(separator: ",") }
            #expect(try read(text.joined(separator: "\n")).rows == expected)
        }
    }

    @Test func readsQuotedValuesAndTrimsSpacesAroundValues() throws {
        let rows = try read("\(Self.header)\n\(Self.row(holderName: #"  "张, ""三""" "#, until: " 长期 "))").rows
        #expect(rows.first?.holderName.text == #"张, "三""#)
        #expect(rows.first?.validity.until == nil)
        #expect(try read("\(Self.header)\n\(Self.row(until: ""))").rows.first?.validity.untilText == "长期")
    }

    @Test func anUnclosedQuotationMarkBreaksItsOwnRowOnly() throws {
        let text = [
            Self.header, try Self.row("1", holderName: "\"张三"), try Self.row("2"),
            try Self.row("3", holderName: "\"张\n三\""),
        ]
        let (rows, refused) = try read(text.joined(separator: "\n"))
        #expect(rows.map(\.line) == [3])
        #expect(refused.map(\.line) == [2, 4, 5])
        #expect(refused.map { $0.errors[0].code } == [.wrongQuoting, .wrongQuoting, .wrongQuoting])
    }

    @Test(arguments: ["\u{0}", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{FEFF}", "\r"])
    func lineBreaksOfOtherKindsAndControlCharactersBreakTheirRow(_ character: String) throws {
        let text = [Self.header, try Self.row("1", holderName: "张\(character)三"), try Self.row("2")]
        let (rows, refused) = try read(text.joined(separator: "\n"))
        #expect(rows.map(\.line) == [3])
        #expect(refused.map { $0.errors[0].code } == [.controlCharacter])
    }

    @Test func aFileThatIsNotUTF8IsRefusedAsAWhole() throws {
        // The name in GB 18030, on the last line.
        let bytes = Array("\(Self.header)\n\(try Self.row("1"))\n".utf8) + [0xD5, 0xC5, 0xC8, 0xFD]
        let refusal = #expect(throws: LicenceError(.wrongEncoding, "")) { try read(bytes: bytes) }
        #expect(refusal?.message.contains("line 3") == true)
        #expect(refusal?.message.contains("CSV UTF-8") == true)
        #expect(throws: LicenceError(.wrongEncoding, "")) { try read(bytes: [0xFF, 0xFE, 0x63, 0x00]) }
    }

    @Test func namesMissingDoubledAndUnknownColumns() {
        let names = Self.header.replacing("holder_name", with: "holder").replacing("issued_on", with: "valid_from")
        let refusal = #expect(throws: LicenceError(.wrongColumns, "")) { try read(names) }
        let message = refusal?.message ?? ""
        #expect(message.contains("unknown: 'holder'"))
        #expect(message.contains("there twice: 'valid_from'"))
        #expect(message.contains("missing: 'holder_name', 'issued_on'"))
        #expect(throws: LicenceError(.wrongColumns, "")) { try read("") }
        #expect(throws: LicenceError(.wrongColumns, "")) { try read("\n\n") }
        #expect(throws: LicenceError(.wrongQuoting, "")) { try read("\"a\n") }
    }

    @Test func namesBothLinesOfADuplicate() throws {
        let lines = [Self.header, try Self.row("1"), try Self.row("2"), try Self.row("1")]
        let (rows, refused) = try read(lines.joined(separator: "\n"))
        #expect(rows.count == 2)
        #expect(refused.map(\.line) == [4])
        #expect(refused.first?.reason.contains("on line 4 stands on line 2 already") == true)
    }

    @Test func boundsLinesRowsAndBytes() throws {
        var limits = LicenceLimits()
        limits.lineByteCount = 1_000
        limits.rowCount = 3
        limits.tableByteCount = 4_000
        let long = String(repeating: "长", count: 500)
        let (rows, refused) = try read("\(Self.header)\n\(long)\n\(Self.row())\n", limits: limits)
        #expect(rows.map(\.line) == [3])
        #expect(refused.map { $0.errors[0].code } == [.tooLarge])
        #expect(refused[0].text == String(repeating: "长", count: 333))
        #expect(throws: LicenceError(.tooManyRows, "")) { try read("\(Self.header)\n1\n2\n3\n4\n", limits: limits) }
        #expect(throws: LicenceError(.tooLarge, "")) {
            try read(String(repeating: "a", count: 4_001), limits: limits)
        }
        #expect(throws: LicenceError(.wrongColumns, "")) {
            try read(String(repeating: "a", count: 3_000), limits: limits)
        }
    }

    @Test func readsFilesLargerThanOneChunk() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "licences-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: url) }
        let lines = try [Self.header] + (1...1_000).map { try Self.row("\($0)") }
        try Data(lines.joined(separator: "\r\n").utf8).write(to: url)
        var table = try LicenceTable(contentsOf: url, rules: LicenceTableRules(strictness: .issue))
        let (rows, refused) = try table.readAll()
        #expect(rows.map(\.line) == Array(2...1_001))
        #expect(refused.isEmpty)
    }

    @Test func saysThatAFileIsMissing() {
        #expect(throws: LicenceError(.unreadableFile, "")) {
            try LicenceTable(
                contentsOf: URL(fileURLWithPath: "/nowhere/at/all.csv"), rules: LicenceTableRules(strictness: .issue)
            )
        }
    }

    @Test func rowsPrintNoPersonalData() throws {
        let (rows, refused) = try read("\(Self.header)\n\(Self.row())\n\(Self.row())\n")
        var dumped = ""
        dump(rows, to: &dumped)
        dump(refused, to: &dumped)
        for shown in [dumped, "\(rows) \(refused)"] {
            #expect(!shown.contains("张三"))
            #expect(!shown.contains("19900101"))
        }
    }

    @Test func refusedRowsCanBeCorrectedAndImportedAgain() throws {
        let lines = [
            Self.header, try Self.row("1", holderName: "\"张三"),
            try Self.row("2", holderName: #""=1+1, ""李"" ""#, until: "20250101"),
        ]
        var table = try LicenceTable(
            bytes: Array(lines.joined(separator: "\n").utf8), rules: LicenceTableRules(strictness: .issue)
        )
        let refused = try table.readAll().refused
        #expect(refused.count == 2)
        let bytes = RefusedRowsFile(columnNames: table.columnNames, rows: refused).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        // The line that could not be split is there to the character.
        #expect(text.contains(lines[1].replacing("\"", with: "\"\"")))
        let again = try read(text.replacing("20250101", with: "20270101"))
        #expect(again.rows.map(\.holderName.text) == [#"=1+1, "李""#])
        #expect(again.refused.map(\.line) == [2])
        let twice = RefusedRowsFile(columnNames: text.prefixNames, rows: again.refused).bytes
        #expect(String(decoding: twice, as: UTF8.self).prefixNames == text.prefixNames)
    }

    @Test(arguments: [21, 22, 23]) func takesAnyBytesWithoutTrouble(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces: [[UInt8]] = [
            [0x22], [0x2C], [0x0A], [0x0D], [0xC3], [0xEF, 0xBB, 0xBF], [0xCC, 0x81], [0x31], [0],
        ]
        for _ in 0..<300 {
            var bytes = Array("\(Self.header)\n".utf8)
            for _ in 0..<60 { bytes += pieces.randomElement(using: &generator) ?? [] }
            _ = try? read(bytes: bytes)
        }
    }
}

extension String {
    /// The names in the first line, without the byte order mark.
    fileprivate var prefixNames: [String] {
        (split(whereSeparator: \.isNewline).first ?? "").drop { $0 == "\u{FEFF}" }.split(separator: ",").map(
            String.init)
    }
}
