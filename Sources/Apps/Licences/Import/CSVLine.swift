internal import SwiftCSV

/// One line of a table in the form of RFC 4180, values apart by commas.
///
/// The parser sees one line at a time: a quotation mark left open breaks its own line and no other.
public enum CSVLine {
    /// The values of `line`, without the spaces around them.
    /// - Throws: ``LicenceError`` with code `controlCharacter` or `wrongQuoting`.
    static func values(of line: String) throws(LicenceError) -> [String] {
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

    private static func trimmed(_ value: String) -> String {
        let isSpace = { (character: Character) in character == " " || character == "\t" || character == "\u{3000}" }
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
