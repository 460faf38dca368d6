internal import SwiftCSV

/// One line of a table in the form of RFC 4180, values apart by commas.
///
/// The parser sees one line at a time: a quotation mark left open breaks its own line and no other.
public enum CSVLine {
    /// The values of `line`, without the spaces around them.
    /// - Throws: ``LicenceError`` with code `controlCharacter` or `wrongQuoting`.
    static func values(of line: String) throws(LicenceError) -> [String] {
        if let values = plainValues(of: line) { return values }
        for (offset, scalar) in line.unicodeScalars.enumerated() where isForbidden(scalar) {
            let name = "U+" + String(scalar.value, radix: 16, uppercase: true)
            throw LicenceError(
                .controlCharacter, "control character \(name) at position \(offset + 1); a value stands on one line",
                position: offset + 1, found: name
            )
        }
        let values: [String]
        do {
            // With the line break, the parser closes the last value even where it is empty.
            values = try EnumeratedCSV(string: line + "\n", delimiter: .comma, loadColumns: false, rowLimit: 0).header
        } catch {
            throw LicenceError(
                .wrongQuoting,
                "a quotation mark stands inside of a value; quote the whole value and double each mark in it",
                cause: error
            )
        }
        // A line break inside of a value is the one added above: the quotation mark before it was never closed.
        guard values.last?.last?.isNewline != true else {
            throw LicenceError(
                .wrongQuoting,
                "a quotation mark is not closed on its line; a quoted value with a line break is not taken"
            )
        }
        return values.map(trimmed)
    }

    /// The values of a line without quotation marks and control characters, which is nearly every line; `nil` leaves it
    /// to the slow way.
    private static func plainValues(of line: String) -> [String]? {
        var line = line
        return line.withUTF8 { bytes -> [String]? in
            var values: [String] = []
            values.reserveCapacity(16)
            var start = 0
            for index in 0...bytes.count {
                guard index == bytes.count || bytes[index] == UInt8(ascii: ",") else {
                    // Control characters, quotation marks, and all beyond ASCII that may be a separator or a mark:
                    // U+0080 to U+009F begin with C2, U+2028 and U+2029 with E2 80, U+FEFF with EF.
                    switch bytes[index] {
                    case 0..<0x20, 0x22, 0x7F, 0xC2, 0xEF: return nil
                    case 0xE2 where index + 1 < bytes.count && bytes[index + 1] == 0x80: return nil
                    default: continue
                    }
                }
                values.append(trimmed(String(decoding: bytes[start..<index], as: UTF8.self)))
                start = index + 1
            }
            return values
        }
    }

    /// `values` as one line that any reader splits into the same values again.
    ///
    /// The library quotes commas and quotation marks only; spaces at the ends and line breaks need it as well.
    public static func text(of values: [String]) -> String {
        values.map(quoted).joined(separator: ",")
    }

    private static func quoted(_ value: String) -> String {
        let needsQuotes =
            value.first?.isWhitespace == true || value.last?.isWhitespace == true
            || value.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0.properties.generalCategory == .control }
        return needsQuotes ? "\"" + value.replacing("\"", with: "\"\"") + "\"" : value
    }

    static func trimmed(_ value: String) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" || character == "\u{3000}" }
        // Nearly all begin and end with a character that is no space: two bytes tell.
        if let first = value.utf8.first, let last = value.utf8.last, first > 0x20, first < 0x80, last > 0x20,
            last < 0x80
        {
            return value
        }
        var slice = value[...]
        while slice.first.map(isSpace) == true { slice.removeFirst() }
        while slice.last.map(isSpace) == true { slice.removeLast() }
        return String(slice)
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t": false
        case "\u{FEFF}": true
        default:
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}
