import Foundation
import Licences
import Testing

@Suite struct DemonstrationTests {
    @Test func licencesAreAllSoundByTheStrictRules() throws {
        var table = try LicenceTable(
            contentsOf: DemonstrationFiles.licences, rules: try DemonstrationFiles.rules(.issue)
        )
        let (rows, refused) = try table.readAll()
        #expect(refused.map(\.description) == [])
        #expect(rows.count == 640)
        #expect(rows.flatMap(\.warnings) == [])
        #expect(Set(rows.map(\.identifier.typeCode)).count == 7)
        #expect(rows.map(\.line) == Array(2...641))
    }

    @Test func filesOfLicencesArePDFs() throws {
        var table = try LicenceTable(
            contentsOf: DemonstrationFiles.licences, rules: try DemonstrationFiles.rules(.issue)
        )
        let files = try table.readAll().rows.compactMap(\.file)
        #expect(files.count == 14)
        for file in files {
            let data = try Data(contentsOf: DemonstrationFiles.folder.appending(path: file.text))
            #expect(data.starts(with: "%PDF-1.4".utf8))
            #expect(data.suffix(6) == Data("%%EOF\n".utf8))
        }
    }

    @Test func brokenRowsAreRefusedWithLineAndReasonAndTheRestIsRead() throws {
        var table = try LicenceTable(contentsOf: DemonstrationFiles.broken, rules: try DemonstrationFiles.rules(.issue))
        let (rows, refused) = try table.readAll()
        #expect(rows.map(\.line) == [2, 3, 48, 49])
        #expect(refused.map(\.line) == Array(4...47))
        for (line, words) in Self.reasons {
            let row = try #require(refused.first { $0.line == line })
            #expect(row.reason.contains(words), "line \(line): \(row.reason)")
        }
        #expect(refused.first { $0.line == 47 }?.errors.count == 3)
    }

    @Test func knownDeviationsAreTakenFromALibraryWithAWarning() throws {
        var table = try LicenceTable(
            contentsOf: DemonstrationFiles.broken, rules: try DemonstrationFiles.rules(.library)
        )
        let (rows, refused) = try table.readAll()
        let deviating = rows.filter { !$0.warnings.isEmpty }
        #expect(deviating.map(\.line) == [13, 14, 15, 36])
        #expect(rows.count + refused.count == 48)
    }

    /// What must be said of the broken rows, line by line.
    private static let reasons: [(line: Int, words: String)] = [
        (4, "certificate_identifier: licence identifier: check character"),
        (5, "check character"),
        (6, "version 000 does not exist"),
        (7, "version has 1 bytes where 3 characters are expected"),
        (8, "character 'w' at position 18"),
        (9, "4 parts"),
        (10, "does not begin with '1.2.156.3005.2.'"),
        (11, "serial has 65 bytes where 1 to 64 characters are expected"),
        (12, "certificate_identifier is empty"),
        (13, "is what a known deviating implementation computes"),
        (14, "issuer code 650100 is a region"),
        (15, "holder_code: unified social credit code: check character"),
        (16, "issued_on: 20230229 is no day of the calendar"),
        (17, "valid_from: date (yyyyMMdd) has 10 bytes"),
        (18, "valid_from: 20251301 is no day of the calendar"),
        (19, "the last day 20240531 lies before the first day 20240601"),
        (20, "issued_on is empty"),
        (21, "holder_code: resident identity number: check character"),
        (22, "positions 7 to 14 are no day of the calendar"),
        (23, "no province begins with 99"),
        (24, "17 bytes where 18 characters are expected"),
        (25, "neither 001 (unified social credit code) nor 111"),
        (26, "holder_code_type is empty"),
        (27, "a resident identity number stands under holder code type 001"),
        (28, "character 'O' at position 10"),
        (29, "holder_name is empty"),
        (30, "1 to 200 characters, this one 201"),
        (31, "at position 2 stands one that is not"),
        (32, "only licences of 11650000MB1A0001XQ are imported here"),
        (33, "but the identifier names the issuer 11650000MB1A0001XQ"),
        (34, "no province begins with 99"),
        (35, "region code has 4 bytes where 6 characters are expected"),
        (36, "is registered as"),
        (37, "path must be relative"),
        (38, "path must be relative"),
        (39, "path must be relative"),
        (40, "values where the header has 13 columns"),
        (41, "the row has 14 values"),
        (42, "a quotation mark is not closed on its line"),
        (43, "a quotation mark stands inside of a value"),
        (44, "control character U+7 at position"),
        (45, "on line 45 stands on line 2 already"),
        (46, "the row has 1 values"),
        (47, "region_code"),
    ]
}
