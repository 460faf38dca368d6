import Licences
import NodeDiagnosis
import OneThings

/// The same words in both languages.
public struct Phrase: Sendable, Hashable {
    public let english: String
    public let chinese: String

    public init(_ english: String, _ chinese: String) { (self.english, self.chinese) = (english, chinese) }

    /// The words in one language.
    public func text(in language: ConsoleLanguage) -> String { language == .chinese ? chinese : english }
}

extension BilingualTitle {
    func text(in language: ConsoleLanguage) -> String { language == .chinese ? chinese : english }
}

extension Finding.Words {
    func text(in language: ConsoleLanguage) -> String { language == .chinese ? chinese : english }
}

/// The words of one page, by the names that its template has for them.
package struct WordTable: Sendable {
    /// The page's, and its template's.
    package let page: String
    package let phrases: [String: Phrase]

    init(_ page: String, _ phrases: [String: Phrase]) { (self.page, self.phrases) = (page, phrases) }

    func texts(in language: ConsoleLanguage) -> [String: String] {
        phrases.mapValues { $0.text(in: language) }
    }

    func text(_ name: String, in language: ConsoleLanguage) -> String {
        phrases[name]?.text(in: language) ?? name
    }
}

/// Every visible word of the console, by page.
package enum Words {
    /// All tables: that of the frame around every page first.
    package static let tables = [
        layout, start, verify, overview, blocks, block, transaction, contracts, nodes, search, licence, licences, trace,
        authorisations, cases, caseTimeline, inbox, matters, dashboard, definitions, operations, administration,
        login, passage, refusal, failure,
    ]
}
