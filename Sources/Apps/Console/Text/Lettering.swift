/// How much room words take in a drawing, whose texts do not wrap by themselves.
///
/// The estimate is on the wide side for the families of type that the style sheet names: what fits by it fits.
package enum Lettering {
    /// The width of a text in thousandths of its size.
    package static func width(of text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + width(of: $1) }
    }

    /// Breaks a text into lines, after spaces or between Han characters; the last line ends with `…` where there is
    /// more.
    /// - Parameters:
    ///   - width: of a line, in thousandths of the size of the type.
    ///   - count: most lines; at least one comes back, for an empty text too.
    package static func lines(_ text: String, width: Int, count: Int) -> [String] {
        var lines: [String] = []
        var rest = text[...]
        while !rest.isEmpty, lines.count < max(1, count) {
            let isLast = lines.count + 1 == max(1, count)
            if self.width(of: rest) <= width {
                lines.append(trimmed(rest))
                return lines
            }
            guard !isLast else {
                lines.append("\(trimmed(fitting(rest, width - self.width(of: "…"))))…")
                return lines
            }
            let line = broken(rest, width)
            lines.append(trimmed(line))
            rest = rest.dropFirst(line.count)
        }
        return lines.isEmpty ? [""] : lines
    }

    /// The longest beginning that fits; one character at least, so that there is an end.
    private static func fitting(_ text: Substring, _ width: Int) -> Substring {
        var sum = 0
        let count = text.prefix { character in
            sum += self.width(of: character)
            return sum <= width
        }.count
        return text.prefix(max(1, count))
    }

    /// The longest beginning that fits and ends where a line may.
    private static func broken(_ text: Substring, _ width: Int) -> Substring {
        let fitting = fitting(text, width)
        let next = text.dropFirst(fitting.count).first
        guard let next, !isHan(next), next != " ", let last = fitting.last, !isHan(last), last != " " else {
            return fitting
        }
        guard let space = fitting.lastIndex(where: { $0 == " " || isHan($0) }) else { return fitting }
        return fitting[...space]
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " }
        let rest = text.drop(while: isSpace)
        return String(rest.prefix(rest.count - rest.reversed().prefix(while: isSpace).count))
    }

    private static func isHan(_ character: Character) -> Bool {
        character.unicodeScalars.first.map { $0.value >= 0x2E80 } ?? false
    }

    private static func width(of character: Character) -> Int {
        if isHan(character) { return 1_000 }
        switch character {
        case "m", "w", "M", "W", "@", "%", "—", "…": return 950
        case "i", "j", "l", "t", "f", "r", "I", " ", ".", ",", ":", ";", "'", "|", "(", ")", "-": return 400
        default: return character.isUppercase ? 750 : 620
        }
    }
}
