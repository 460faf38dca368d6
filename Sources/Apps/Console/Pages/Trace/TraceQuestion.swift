import Identity
import Ledger
import Licences
import ZhenglianClient

/// What somebody wants to know about uses of licences: whose, and which of them.
struct TraceQuestionForm: Sendable {
    /// The fields of the form, by their names, in order.
    static let names = [
        "licence", "holder", "department", "event", "outcome", "action", "purpose", "case", "from", "until",
    ]

    let licence: LicenceIdentifier?
    let holder: HolderPseudonym?
    let department: DepartmentName?
    let event: String?
    let outcome: String?
    let action: UseAction?
    let purpose: PurposeCode?
    let caseNumber: CaseNumber?
    let from: CalendarDate?
    let until: CalendarDate?
    /// As they were asked, for the next page and for the exports.
    let values: [(String, String?)]

    static let events = ["decision", "release", "presentation", "verification", "resolution"]
    static let outcomes = ["allowed", "denied"]

    /// - Throws: ``ConsoleError`` or `LicenceError` where a field is none.
    init(_ request: PageRequest) throws {
        licence = try request.value("licence").map { try LicenceIdentifier($0) }
        holder = try request.value("holder").map { try HolderPseudonym($0) }
        department = try request.value("department").map { text in
            guard let name = DepartmentName(text) else {
                throw ConsoleError.badQuestion("'\(text)' is no department's name", "“\(text)”不是部门名称")
            }
            return name
        }
        event = try Self.one(of: Self.events, request.value("event"))
        outcome = try Self.one(of: Self.outcomes, request.value("outcome"))
        action = try Self.one(of: UseAction.allCases.map { "\($0)" }, request.value("action")).flatMap { word in
            UseAction.allCases.first { "\($0)" == word }
        }
        purpose = try request.value("purpose").map { try PurposeCode($0) }
        caseNumber = try request.value("case").map { try CaseNumber($0) }
        from = try request.value("from").map { try CalendarDate($0.filter { $0 != "-" }) }
        until = try request.value("until").map { try CalendarDate($0.filter { $0 != "-" }) }
        values = try Self.names.map { ($0, try request.value($0)) }
    }

    private static func one(of words: [String], _ text: String?) throws(ConsoleError) -> String? {
        guard let text else { return nil }
        guard words.contains(text) else {
            throw .badQuestion("'\(text)' is none of \(words.joined(separator: ", "))", "“\(text)”不在可选值之内")
        }
        return text
    }

    /// Whose trace can be proved to be whole: the narrowest that is asked for.
    var hasSubject: Bool { licence != nil || holder != nil || department != nil }

    /// What of a whole trace is shown.
    /// - Parameter holders: the holder's pseudonyms that the ledger links.
    func filter(holders: [HolderPseudonym]) -> TraceFilter {
        var filter = TraceFilter()
        filter.from = from?.beijingBeginning
        filter.to = until?.beijingEnd.advanced(by: .milliseconds(-1))
        filter.holders = holders
        filter.department = department
        filter.action = action
        filter.purpose = purpose
        filter.caseNumber = caseNumber
        filter.kind = event.flatMap { word in UsageEvent.Kind.allCases.first { "\($0)" == word } }
        filter.outcome = outcome.flatMap { word in word == "allowed" ? .allowed : .denied }
        return filter
    }

    /// The conditions on the table `uses`, with their values.
    var conditions: (sql: String, arguments: [SQLValue]) {
        var parts: [String] = []
        var arguments: [SQLValue] = []
        func add(_ sql: String, _ value: SQLValue?) {
            guard let value else { return }
            parts.append(sql)
            arguments.append(value)
        }
        add("licence = ?", licence.map { .text(LicenceKey($0).text) })
        add("holder = ?", holder.map { .blob($0.bytes) })
        add("department = ?", department.map { .text($0.rawValue) })
        add("event = ?", event.map { .text($0) })
        add("outcome = ?", outcome.map { .text($0) })
        add("action = ?", action.map { .text("\($0)") })
        add("purpose = ?", purpose.map { .text($0.text) })
        add("case_number = ?", caseNumber.map { .text($0.text) })
        add("time >= ?", from.map { .integer($0.beijingBeginning.milliseconds) })
        add("time < ?", until.map { .integer($0.beijingEnd.milliseconds) })
        return (parts.isEmpty ? "1" : parts.joined(separator: " AND "), arguments)
    }
}
