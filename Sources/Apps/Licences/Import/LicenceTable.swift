public import Foundation

/// A table of licences, read row by row: CSV (RFC 4180) or JSON lines, in UTF-8 or GB 18030.
///
/// The file as a whole is checked first: size, number of rows, encoding, header. After that a broken row is refused
/// with its line number and its reasons, and the rows after it are read. Every record stands on one line. A table is of
/// JSON lines where its first line is a JSON object; then each line is one, with the columns' names.
public struct LicenceTable {
    /// A row that was read, or one that was refused.
    public enum Entry: Sendable {
        case row(LicenceRow)
        case refused(RefusedRow)
    }

    /// The names of the columns as they stand in the file.
    public var columnNames: [String] { header.names }
    /// How the file's characters are written.
    public let encoding: TableEncoding
    /// Whether each line is a JSON object.
    public let isJSONLines: Bool

    /// How many lines follow the header: at least as many as there are rows.
    public let lineCount: Int
    /// The line of the entry that ``next()`` has given last, as it stands in the file.
    public private(set) var lastLine = ""

    private var lines: LineReader
    private let header: LicenceTableHeader
    private let rules: LicenceTableRules
    private let limits: LicenceLimits
    private var lineOfIdentifier: [LicenceIdentifier: Int] = [:]

    /// Opens the table in the file `url`.
    /// - Throws: ``LicenceError`` with code `unreadableFile`, `tooLarge`, `tooManyRows`, `wrongEncoding` or
    ///   `wrongColumns`.
    public init(
        contentsOf url: URL, rules: LicenceTableRules, limits: LicenceLimits = .standard
    ) throws(LicenceError) {
        let handle: FileHandle
        let byteCount: UInt64
        do {
            handle = try FileHandle(forReadingFrom: url)
            byteCount = try handle.seekToEnd()
        } catch {
            throw LicenceError(.unreadableFile, "the table \(url.path) cannot be opened", cause: error)
        }
        try self.init(.file(handle), byteCount: Int(clamping: byteCount), rules: rules, limits: limits)
    }

    /// Reads the table in `bytes`.
    /// - Throws: ``LicenceError`` with code `tooLarge`, `tooManyRows`, `wrongEncoding` or `wrongColumns`.
    public init(
        bytes: [UInt8], rules: LicenceTableRules, limits: LicenceLimits = .standard
    ) throws(LicenceError) {
        try self.init(.bytes(bytes), byteCount: bytes.count, rules: rules, limits: limits)
    }

    private init(
        _ source: LineReader.Source, byteCount: Int, rules: LicenceTableRules, limits: LicenceLimits
    ) throws(LicenceError) {
        guard byteCount <= limits.tableByteCount else {
            throw LicenceError(
                .tooLarge, "the table has \(byteCount) bytes, at most \(limits.tableByteCount) are taken; split it",
                found: "\(byteCount)", expected: "at most \(limits.tableByteCount)"
            )
        }
        var lines = LineReader(source: source, maximumByteCount: limits.lineByteCount)
        let (lastNumber, encoding) = try Self.checkLines(&lines, limits: limits)
        try lines.rewind()
        guard let first = try lines.next(), let text = first.text(in: encoding) else {
            throw LicenceError(.wrongColumns, "the table is empty; its first line must name the columns")
        }
        guard !first.isCut else {
            throw LicenceError(.wrongColumns, "the first line is too long for a header; is this a CSV file?")
        }
        self.encoding = encoding
        isJSONLines = text.utf8.first == UInt8(ascii: "{")
        if isJSONLines {
            self.header = .ofJSONLines
            try lines.rewind()
        } else {
            self.header = try LicenceTableHeader(line: text)
        }
        lineCount = isJSONLines ? lastNumber : lastNumber - 1
        self.lines = lines
        self.rules = rules
        self.limits = limits
    }

    /// Goes through the whole table once, so that nothing of a wrong file is imported.
    private static func checkLines(
        _ lines: inout LineReader, limits: LicenceLimits
    ) throws(LicenceError) -> (lastNumber: Int, encoding: TableEncoding) {
        var lastNumber = 0
        var isSurelyUTF8 = false
        try lines.rewind()
        while let line = try lines.next() {
            guard line.text(in: .utf8) != nil else {
                // A file of which a part is UTF-8 is a broken one: read as GB 18030 it would be nonsense without a
                // fault.
                guard !isSurelyUTF8 else { throw wrongEncoding(line.number) }
                return (try checkLinesOfGB18030(&lines, limits: limits), .gb18030)
            }
            isSurelyUTF8 = isSurelyUTF8 || hasChineseOfUTF8(line)
            try check(line, limits)
            lastNumber = line.number
        }
        return (lastNumber, .utf8)
    }

    private static func checkLinesOfGB18030(
        _ lines: inout LineReader, limits: LicenceLimits
    ) throws(LicenceError) -> Int {
        var lastNumber = 0
        try lines.rewind()
        while let line = try lines.next() {
            // A part in UTF-8 may stand behind the one in GB 18030 as well.
            guard line.text(in: .gb18030) != nil, line.text(in: .utf8) == nil || !hasChineseOfUTF8(line) else {
                throw wrongEncoding(line.number)
            }
            try check(line, limits)
            lastNumber = line.number
        }
        return lastNumber
    }

    /// Chinese characters have three bytes in UTF-8, which a line of GB 18030 that can be read as UTF-8 does not have
    /// by accident.
    private static func hasChineseOfUTF8(_ line: LineReader.Line) -> Bool {
        line.bytes.contains { (0xE3...0xEF).contains($0) }
    }

    private static func check(_ line: LineReader.Line, _ limits: LicenceLimits) throws(LicenceError) {
        guard line.number - 1 <= limits.rowCount else {
            throw LicenceError(
                .tooManyRows, "the table has more than \(limits.rowCount) rows; split it",
                expected: "at most \(limits.rowCount)"
            )
        }
    }

    private static func wrongEncoding(_ line: Int) -> LicenceError {
        LicenceError(
            .wrongEncoding,
            "the file is neither UTF-8 nor GB 18030 (first seen on line \(line)); "
                + "open it in the spreadsheet and save it as 'CSV UTF-8'",
            expected: "UTF-8 or GB 18030"
        )
    }

    /// The next row, read or refused; `nil` after the last. Empty lines are passed over.
    /// - Throws: ``LicenceError`` with code `unreadableFile` or `wrongEncoding` where the file has changed or gone.
    public mutating func next() throws(LicenceError) -> Entry? {
        while let line = try lines.next() {
            guard let text = line.text(in: encoding) else { throw Self.wrongEncoding(line.number) }
            guard !text.allSatisfy(\.isWhitespace) else { continue }
            lastLine = text
            return entry(text, line)
        }
        return nil
    }

    private mutating func entry(_ text: String, _ line: LineReader.Line) -> Entry {
        do throws(LicenceError) {
            guard !line.isCut else {
                throw LicenceError(
                    .tooLarge, "the line has more than \(limits.lineByteCount) bytes",
                    expected: "at most \(limits.lineByteCount)"
                )
            }
            let values = try values(of: text)
            var parser = try LicenceRowParser(values: values, header: header, rules: rules)
            switch parser.parse(line: line.number) {
            case .success(let row):
                try remember(row)
                return .row(row)
            case .failure(let refusal):
                return .refused(RefusedRow(line: line.number, text: text, errors: refusal.errors))
            }
        } catch {
            return .refused(RefusedRow(line: line.number, text: text, errors: [error]))
        }
    }

    private func values(of text: String) throws(LicenceError) -> [String] {
        try isJSONLines ? JSONLine.values(of: text) : CSVLine.values(of: text)
    }

    /// The values of the next line as they stand there, in the order of ``columnNames``, or why it has none; `nil`
    /// after the last. Nothing is checked but their number: for whoever compares tables.
    /// - Throws: ``LicenceError`` with code `unreadableFile` or `wrongEncoding` where the file has changed or gone.
    mutating func nextValues() throws(LicenceError) -> (line: Int, values: Result<[String], LicenceError>)? {
        while let line = try lines.next() {
            guard let text = line.text(in: encoding) else { throw Self.wrongEncoding(line.number) }
            guard !text.isEmpty, !text.allSatisfy(\.isWhitespace) else { continue }
            do throws(LicenceError) {
                guard !line.isCut else { throw LicenceError(.tooLarge, "the line is too long") }
                let values = try values(of: text)
                guard values.count == header.columns.count else {
                    throw LicenceError(
                        .wrongValueCount,
                        "the row has \(values.count) values where the header has \(header.columns.count) columns")
                }
                return (line.number, .success(values))
            } catch {
                return (line.number, .failure(error))
            }
        }
        return nil
    }

    /// The place of a column among the values of a row.
    func position(of column: LicenceColumn) -> Int? { header.columns.firstIndex(of: column) }

    /// The first of two equal identifiers stays, the second is refused with both lines.
    private mutating func remember(_ row: LicenceRow) throws(LicenceError) {
        if let earlier = lineOfIdentifier[row.identifier] {
            throw LicenceError(
                .duplicateIdentifier,
                "certificate_identifier \(row.identifier) on line \(row.line) stands on line \(earlier) already",
                found: "\(row.line)", expected: "\(earlier)"
            )
        }
        lineOfIdentifier[row.identifier] = row.line
    }

    /// All rows that are left, read and refused.
    /// - Throws: what ``next()`` throws.
    public mutating func readAll() throws(LicenceError) -> (rows: [LicenceRow], refused: [RefusedRow]) {
        var rows: [LicenceRow] = []
        var refused: [RefusedRow] = []
        while let entry = try next() {
            switch entry {
            case .row(let row): rows.append(row)
            case .refused(let row): refused.append(row)
            }
        }
        return (rows, refused)
    }
}
