import Foundation
import Identity
import LicenceLibrary
import Licences
import Testing

/// Tables as office software and other systems write them.
@Suite struct TableFormatTests {
    private static let gb18030 = String.Encoding(rawValue: 0x8000_0632)
    private let rules = LicenceTableRules(strictness: .issue)

    private func rows(_ count: Int) throws -> [[String]] {
        let generator = try LibraryGenerator(seed: 11, issuer: try UnifiedSocialCreditCode("11650000MB1A0001XQ"))
        return try (0..<count).map { try generator.values(of: $0) }
    }

    private func csv(_ rows: [[String]]) -> String {
        ([LicenceColumn.allCases.map(\.rawValue)] + rows).map { CSVLine.text(of: $0) }.joined(separator: "\r\n")
    }

    private func read(_ bytes: [UInt8]) throws -> (rows: [LicenceRow], refused: [RefusedRow], TableEncoding) {
        var table = try LicenceTable(bytes: bytes, rules: rules)
        let (rows, refused) = try table.readAll()
        return (rows, refused, table.encoding)
    }

    @Test func theSameTableIsTheSameInEveryEncoding() throws {
        let text = csv(try rows(40))
        let plain = try read(Array(text.utf8))
        #expect(plain.rows.count == 40 && plain.2 == .utf8)
        #expect(try read([0xEF, 0xBB, 0xBF] + Array(text.utf8)).rows == plain.rows)
        let chinese = try read(Array(try #require(text.data(using: Self.gb18030))))
        #expect(chinese.rows == plain.rows)
        #expect(chinese.2 == .gb18030)
    }

    @Test func charactersThatOnlyGB18030HasInFourBytesAreRead() throws {
        var rows = try rows(3)
        // A name with a rare character, as residents' names have.
        rows[1][3] = "示范㐀𠀀企业"
        let chinese = try read(Array(try #require(csv(rows).data(using: Self.gb18030))))
        #expect(chinese.rows.map(\.holderName.text) == rows.map { $0[3] })
    }

    @Test func bytesOfNeitherEncodingAreRefusedWithTheirLine() throws {
        var bytes = Array(csv(try rows(3)).utf8)
        bytes += [0x0D, 0x0A, 0xFF, 0xFF, 0x2C]
        do {
            _ = try read(bytes)
            Issue.record("the table was read")
        } catch let error as LicenceError {
            #expect(error.code == .wrongEncoding)
            #expect(error.message.contains("line 5"))
        }
    }

    /// Two exports pasted together, whichever comes first: read as one of the two, names would be nonsense, and one row
    /// in five gives no other sign of it.
    @Test func aTableOfTwoEncodingsIsRefusedWithTheLineWhereTheSecondBegins() throws {
        let lines = csv(try rows(40)).components(separatedBy: "\r\n")
        func bytes(_ lines: ArraySlice<String>, _ encoding: String.Encoding) throws -> [UInt8] {
            try lines.flatMap { [UInt8](try #require("\($0)\r\n".data(using: encoding))) }
        }
        for (first, second) in [(String.Encoding.utf8, Self.gb18030), (Self.gb18030, .utf8)] {
            for row in 4..<lines.count {
                let mixed = try bytes(lines[...3], first) + bytes(lines[row...row], second)
                do {
                    _ = try read(mixed)
                    Issue.record("the table with row \(row) was read")
                } catch let error as LicenceError {
                    #expect(error.code == .wrongEncoding)
                    #expect(error.message.contains("line 5"))
                }
            }
        }
    }

    @Test func linesOfJSONAreRowsToo() throws {
        let values = try rows(40)
        let text = values.map { JSONLine.text(of: $0) }.joined(separator: "\n")
        let read = try read(Array(text.utf8))
        #expect(read.refused.map(\.description) == [])
        #expect(read.rows.map(\.identifier.text) == values.map { $0[0] })
        #expect(read.rows.map(\.holderName.text) == values.map { $0[3] })
        #expect(read.rows.map(\.line) == Array(1...40))
        let chinese = try self.read(Array(try #require(text.data(using: Self.gb18030))))
        #expect(chinese.rows == read.rows)
    }

    @Test func aBrokenLineOfJSONIsRefusedAndTheOthersGoOn() throws {
        let values = try rows(3)
        let lines = [
            JSONLine.text(of: values[0]), "{\"certificate_identifier\": 7}", "{broken",
            "{\"unknown\": \"x\"}", JSONLine.text(of: values[1]), "{\"holder_name\": \"a\\nb\"}",
            JSONLine.text(of: values[0]),
        ]
        let read = try read(Array(lines.joined(separator: "\n").utf8))
        #expect(read.rows.count == 2)
        #expect(read.refused.map(\.line) == [2, 3, 4, 6, 7])
        #expect(
            read.refused.map { $0.errors[0].code } == [
                .wrongStructure, .wrongStructure, .wrongColumns, .controlCharacter, .duplicateIdentifier,
            ])
    }

    @Test func refusedLinesOfJSONBecomeATableThatCanBeCorrected() throws {
        var values = try rows(1)[0]
        values[0] = "wrong"
        let read = try read(Array(JSONLine.text(of: values).utf8))
        let file = RefusedRowsFile(columnNames: LicenceColumn.allCases.map(\.rawValue), rows: read.refused)
        let text = String(decoding: file.bytes, as: UTF8.self)
        #expect(text.contains("wrong,"))
        #expect(text.contains(values[3]))
    }

    @Test func textsWithQuotesAndBackslashesStayWhatTheyAre() throws {
        var values = try rows(1)[0]
        values[3] = "甲\"乙\\丙"
        let read = try read(Array(JSONLine.text(of: values).utf8))
        #expect(read.rows.map(\.holderName.text) == [values[3]])
    }
}
