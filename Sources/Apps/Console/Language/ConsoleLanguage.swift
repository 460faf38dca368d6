/// The language that a person reads.
public enum ConsoleLanguage: String, Sendable, CaseIterable, Codable {
    case chinese = "zh"
    case english = "en"

    /// The tag for `lang` (BCP 47).
    var tag: String { self == .chinese ? "zh-Hans" : "en" }

    var other: ConsoleLanguage { self == .chinese ? .english : .chinese }

    /// Chooses: what the address asks for, else what was chosen before, else what the browser prefers, else Chinese.
    static func choose(asked: String?, kept: String?, acceptLanguage: String?) -> ConsoleLanguage {
        if let language = asked.flatMap(ConsoleLanguage.init(rawValue:)) { return language }
        if let language = kept.flatMap(ConsoleLanguage.init(rawValue:)) { return language }
        return acceptLanguage.flatMap(preferred) ?? .chinese
    }

    /// The best of an `Accept-Language` (RFC 9110, section 12.5.4); `nil` where neither language is among the first
    /// twenty.
    private static func preferred(_ header: String) -> ConsoleLanguage? {
        var best: (language: ConsoleLanguage, thousandths: Int)?
        for range in header.split(separator: ",").prefix(20) {
            let parts = range.split(separator: ";").map { $0.trimmed.lowercased() }
            guard let tag = parts.first,
                let language = allCases.first(where: { tag == $0.rawValue || tag.hasPrefix("\($0.rawValue)-") })
            else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { weight($0.dropFirst(2)) } ?? 1_000
            if quality > best?.thousandths ?? 0 { best = (language, quality) }
        }
        return best?.language
    }

    /// `0.8` as 800; what is no weight, as none.
    private static func weight(_ text: Substring) -> Int {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }), (0...1).contains(whole), parts.count <= 2 else { return 0 }
        let fraction = parts.count == 2 ? parts[1].prefix(3) : ""
        guard fraction.allSatisfy(\.isNumber) else { return 0 }
        let padded = fraction + String(repeating: "0", count: 3 - fraction.count)
        return min(1_000, whole * 1_000 + (Int(padded) ?? 0))
    }
}

extension StringProtocol {
    /// Without the spaces and tabs around it.
    var trimmed: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let rest = drop(while: isSpace)
        return String(rest.prefix(rest.count - rest.reversed().prefix(while: isSpace).count))
    }
}
