import Formats
import HTTPTypes
import Identity
import Nodes

/// A page, before it is rendered: a template, its words, and what stands in it.
struct Page: Sendable {
    /// The template's name.
    let words: WordTable
    /// Beside the words' `title`; what the page is about.
    var subject: String?
    /// What the template shows; a plain value.
    let model: any Sendable
    /// `nil` where the page says nothing of the ledger.
    var asOf: AsOf?
    /// Whether its parts come anew with new blocks.
    var isLive = false
    /// The template of the frame.
    var frame = "layout"
    var status = HTTPResponse.Status.ok
    /// Where the page in the other language is; `nil` where it is at its own address.
    var languagePath: String?

    init(_ words: WordTable, _ model: any Sendable, subject: String? = nil, asOf: AsOf? = nil, isLive: Bool = false) {
        (self.words, self.model, self.subject, self.asOf, self.isLive) = (words, model, subject, asOf, isLive)
    }
}

/// As of which height a page is, and the ledger time of that height.
struct AsOf: Sendable, Hashable {
    let height: Height
    let time: Timestamp

    init(_ height: Height, _ time: Timestamp) { (self.height, self.time) = (height, time) }
}

/// What a page is made from.
struct PageRequest: Sendable {
    let language: ConsoleLanguage
    let visitor: Visitor
    /// Path and question, without the language.
    let path: String
    private let parameters: [String: String]
    private let query: [String: String]
    let services: ConsoleServices
    let limits: ConsoleLimits
    let parts: ConsoleParts

    init(
        language: ConsoleLanguage, visitor: Visitor, path: String, parameters: [String: String],
        query: [String: String], services: ConsoleServices, limits: ConsoleLimits, parts: ConsoleParts
    ) {
        (self.language, self.visitor, self.path) = (language, visitor, path)
        (self.parameters, self.query, self.services) = (parameters, query, services)
        (self.limits, self.parts) = (limits, parts)
    }

    /// A part of the path.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// A value of the question; `nil` where it is not there, or empty.
    /// - Throws: ``ConsoleError`` where it is too long.
    func value(_ name: String) throws(ConsoleError) -> String? {
        guard let value = query[name]?.trimmed, !value.isEmpty else { return nil }
        guard value.utf8.count <= limits.valueByteCount else {
            throw .badQuestion("\(name) is too long", "参数 \(name) 过长")
        }
        return value
    }

    /// A number of the question.
    /// - Throws: ``ConsoleError`` where it is none.
    func number(_ name: String) throws(ConsoleError) -> UInt64? {
        guard let text = try value(name) else { return nil }
        guard let number = UInt64(text), number <= UInt64(Int64.max) else {
            throw .badQuestion("\(name) is a number", "参数 \(name) 应为数字")
        }
        return number
    }

    /// What people call a department: its title, which the genesis file has in Chinese, or its name.
    func department(_ name: DepartmentName) -> String { department(name.rawValue) }

    /// What people call a department that a table names.
    func department(_ name: String) -> String {
        guard language == .chinese else { return name }
        return services.genesis.document.departments.first { $0.name.rawValue == name }?.title ?? name
    }

    func tell(_ phrase: Phrase) -> String { phrase.text(in: language) }
}
