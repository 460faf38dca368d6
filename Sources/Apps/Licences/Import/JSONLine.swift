internal import Foundation

/// One line of a table of JSON lines: an object with the columns' names, whose values are texts.
public enum JSONLine {
    /// The values of `line` in the order of ``LicenceColumn/allCases``, without the spaces around them; a column that
    /// is not named, or is `null`, is empty.
    /// - Throws: ``LicenceError`` with code `wrongStructure`, `wrongColumns` or `controlCharacter`.
    static func values(of line: String) throws(LicenceError) -> [String] {
        let object: [String: String?]
        do {
            object = try JSONDecoder().decode([String: String?].self, from: Data(line.utf8))
        } catch {
            throw LicenceError(
                .wrongStructure, "the line is no JSON object whose values are texts",
                expected: "{\"column\": \"text\", …}")
        }
        let unknown = object.keys.filter {
            LicenceColumn(rawValue: $0) == nil && !LicenceTableHeader.ignored.contains($0)
        }
        guard unknown.isEmpty else {
            let names = unknown.sorted().prefix(20).map { "'\($0.prefix(60))'" }.joined(separator: ", ")
            throw LicenceError(.wrongColumns, "unknown: \(names)")
        }
        var values: [String] = []
        for column in LicenceColumn.allCases {
            let value = (object[column.rawValue] ?? nil) ?? ""
            // A line break that JSON has escaped would stand in a name; a table's values stand on one line.
            guard value.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                throw LicenceError(.controlCharacter, "\(column.rawValue) holds a control character")
            }
            values.append(CSVLine.trimmed(value))
        }
        return values
    }

    /// `values`, in the order of ``LicenceColumn/allCases``, as one line; empty ones are left out.
    public static func text(of values: [String]) -> String {
        let pairs = zip(LicenceColumn.allCases, values).filter { !$0.1.isEmpty }
        return "{" + pairs.map { "\(quoted($0.0.rawValue)):\(quoted($0.1))" }.joined(separator: ",") + "}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
