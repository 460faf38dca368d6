import ArgumentParser
import Foundation

/// The language that a person reads.
enum Language: String, ExpressibleByArgument, CaseIterable, Sendable {
    case chinese = "zh"
    case english = "en"

    /// The language of the locale: `LC_ALL`, else `LC_MESSAGES`, else `LANG` (POSIX.1-2017, section 8.2).
    static func ofLocale(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Language {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        return locale?.lowercased().hasPrefix("zh") == true ? .chinese : .english
    }
}

/// The same sentence in both languages.
struct Phrase: Sendable {
    let english: String
    let chinese: String

    init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    func text(in language: Language) -> String {
        language == .chinese ? chinese : english
    }
}
