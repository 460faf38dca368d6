/// A value in what an event tells, as JSON has it. The same value has the same bytes on every machine.
public enum EventValue: Hashable, Sendable {
    case text(String)
    case number(Int64)
    case flag(Bool)
    case list([EventValue])
    case object([String: EventValue])

    /// A list of texts.
    static func texts(_ texts: some Sequence<String>) -> EventValue { .list(texts.map { .text($0) }) }

    /// Compact JSON (RFC 8259), with names in the order of their bytes. It has no line breaks.
    public var json: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .text(let value): Self.write(value, to: &text)
        case .number(let value): text += "\(value)"
        case .flag(let value): text += value ? "true" : "false"
        case .list(let values):
            text += "["
            for (place, value) in values.enumerated() {
                if place > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let values):
            text += "{"
            let sorted = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (place, (name, value)) in sorted.enumerated() {
                if place > 0 { text += "," }
                Self.write(name, to: &text)
                text += ":"
                value.write(to: &text)
            }
            text += "}"
        }
    }

    /// Escapes what JSON requires, and the two line separators that some readers of JavaScript trip over.
    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
