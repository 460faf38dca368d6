/// Something that a person should know about a node.
package struct Finding: Sendable, Equatable, Encodable {
    package enum Severity: String, Sendable, Codable, Comparable {
        /// Worth knowing; nothing has to be done.
        case notice
        /// It works, and will not for ever.
        case warning
        /// It does not work.
        case error

        package static func < (left: Self, right: Self) -> Bool {
            let order: [Self] = [.notice, .warning, .error]
            return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
        }
    }

    /// The same words in both languages.
    package struct Words: Sendable, Equatable, Encodable {
        package let english: String
        package let chinese: String

        package init(_ english: String, _ chinese: String) {
            self.english = english
            self.chinese = chinese
        }

        private enum CodingKeys: String, CodingKey {
            case english = "en"
            case chinese = "zh"
        }
    }

    package let severity: Severity
    /// For machines: one word for each kind of finding.
    package let code: String
    /// What is the case.
    package let statement: Words
    /// What to do; `nil` where nothing is to be done.
    package let advice: Words?

    package init(_ severity: Severity, _ code: String, _ statement: Words, advice: Words? = nil) {
        self.severity = severity
        self.code = code
        self.statement = statement
        self.advice = advice
    }
}
