public import Foundation

/// The rows that an import has refused, as a table that can be corrected in a spreadsheet and imported again.
///
/// It has the columns of the original, then `refused_line`, `refused_reason` and `refused_text`. A row whose line could
/// not be split into the columns stands in `refused_text` as it was. Values are kept to the character: nothing is
/// escaped against formulas, because the file is for correcting and a changed value would be imported as changed.
public struct RefusedRowsFile: Sendable {
    private let columnNames: [String]
    private let rows: [RefusedRow]

    /// - Parameter columnNames: the names of the table that the rows come from.
    public init(columnNames: [String], rows: [RefusedRow]) {
        self.columnNames = columnNames.filter { !LicenceTableHeader.ignored.contains($0) }
        self.originalNames = columnNames
        self.rows = rows
    }

    private let originalNames: [String]

    /// The table in UTF-8, with the byte order mark by which spreadsheets know it.
    public var bytes: [UInt8] {
        var text = "\u{FEFF}" + CSVLine.text(of: columnNames + LicenceTableHeader.ignored) + "\r\n"
        for row in rows { text += line(of: row) + "\r\n" }
        return Array(text.utf8)
    }

    /// Writes the table to `url`, whole or not at all.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    public func write(to url: URL) throws(LicenceError) {
        do {
            try Data(bytes).write(to: url, options: .atomic)
        } catch {
            throw LicenceError(.unwritableFile, "the refused rows cannot be written to \(url.path)", cause: error)
        }
    }

    private func line(of row: RefusedRow) -> String {
        let values = Self.values(of: row.text).flatMap { $0.count == originalNames.count ? $0 : nil }
        guard let values else {
            let empty = [String](repeating: "", count: columnNames.count)
            return CSVLine.text(of: empty + ["\(row.line)", row.reason, row.text])
        }
        let kept = zip(originalNames, values).filter { !LicenceTableHeader.ignored.contains($0.0) }.map(\.1)
        return CSVLine.text(of: kept + ["\(row.line)", row.reason, ""])
    }

    /// A refused line of JSON becomes a row like any other.
    private static func values(of text: String) -> [String]? {
        text.utf8.first == UInt8(ascii: "{") ? try? JSONLine.values(of: text) : try? CSVLine.values(of: text)
    }
}
