/// A text format in which metrics are read.
public enum ExpositionFormat: Hashable, Sendable, CaseIterable {
    /// The text format of Prometheus, version 0.0.4.
    case prometheusText
    /// OpenMetrics, version 1.0.0.
    case openMetrics

    /// What the answer's `Content-Type` says.
    public var contentType: String {
        switch self {
        case .prometheusText: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that an `Accept` header asks for (RFC 9110, section 12.5.1).
    ///
    /// OpenMetrics has to be asked for by name and in a version that is known here; the text format is what everybody
    /// gets who does not prefer it, because every collector reads it.
    /// - Parameter accept: the header's value; `nil` where there is none. Of a long one only the first 4,096 bytes are
    ///   read.
    public init(accept: String?) {
        var openMetrics = 0.0
        var text: Double?
        var anything = 0.0
        for element in (accept ?? "").utf8.prefix(4_096).split(separator: UInt8(ascii: ",")) {
            guard let range = MediaRange(Substring(element)) else { continue }
            switch range.type {
            case "application/openmetrics-text" where range.version == nil || range.version == "1.0.0":
                openMetrics = max(openMetrics, range.quality)
            case "text/plain" where range.version == nil || range.version == "0.0.4":
                text = max(text ?? 0, range.quality)
            case "text/*", "*/*":
                anything = max(anything, range.quality)
            default: break
            }
        }
        self = openMetrics > 0 && openMetrics >= (text ?? anything) ? .openMetrics : .prometheusText
    }

    /// One element of an `Accept` header.
    private struct MediaRange {
        let type: String
        var version: String?
        var quality = 1.0

        /// - Returns: `nil` for an element that cannot be read.
        init?(_ text: Substring) {
            var parts = text.split(separator: ";", omittingEmptySubsequences: false)[...]
            guard let type = parts.popFirst().map(Self.trimmed), !type.isEmpty else { return nil }
            self.type = type.lowercased()
            for part in parts {
                let pair = part.split(separator: "=", maxSplits: 1)
                guard pair.count == 2 else { continue }
                let value = Self.trimmed(pair[1])
                switch Self.trimmed(pair[0]).lowercased() {
                case "version": version = value.replacing("\"", with: "")
                case "q":
                    guard let quality = Double(value), (0...1).contains(quality) else { return nil }
                    self.quality = quality
                default: break
                }
            }
        }

        private static func trimmed(_ text: Substring) -> String {
            var rest = text.drop { $0 == " " || $0 == "\t" }
            while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
            return String(rest)
        }
    }
}
