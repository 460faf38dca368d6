/// Rows in columns, for a terminal.
struct TextTable {
    private static let gap = "  "

    let header: [String]
    let rows: [[String]]

    var lines: [String] {
        guard !header.isEmpty else { return [] }
        let cells = ([header] + rows).map { $0.map(Self.visible) }
        let widths = header.indices.map { column in cells.map { Self.width(of: $0[column]) }.max() ?? 0 }
        let rule = widths.map { String(repeating: "-", count: $0) }
        return ([cells[0], rule] + cells.dropFirst()).map { row in
            let padded = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - Self.width(of: cell))
            }
            return String(padded.joined(separator: Self.gap).reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The text without what would move a terminal's cursor or colour it: what stands on the ledger was written by
    /// others.
    private static func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }

    /// How many columns of a terminal a text takes: Chinese characters and their punctuation take two each (Unicode
    /// Standard Annex 11, wide and full-width).
    private static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case _ where scalar.properties.generalCategory == .nonspacingMark: width
            case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
                0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
                width + 2
            default: width + 1
            }
        }
    }
}
