public import Formats
public import Identity
public import Ledger
public import Licences
import Nodes

/// What licences are looked for by: every condition that is set has to hold (组合查询).
public struct LicenceFilter: Sendable {
    public var type: LicenceTypeCode?
    /// A region with everything in it: trailing pairs of zeros stand for all.
    public var region: RegionCode?
    public var department: DepartmentName?
    public var holder: HolderPseudonym?
    /// The status by ledger time: what has run out is expired.
    public var status: LicenceStatus?
    /// Licences whose period contains this day.
    public var validOn: CalendarDate?
    public var issuedFrom: CalendarDate?
    public var issuedUntil: CalendarDate?
    /// Licences changed after this height.
    public var changedAfter: Height?

    public init() {}
}

/// One page of licences that were found.
public struct LicencePage: Sendable {
    public struct Entry: Sendable {
        public let identifier: LicenceIdentifier
        public let department: String
        public let region: RegionCode
        public let issuedOn: CalendarDate
        public let validFrom: CalendarDate
        public let validUntil: CalendarDate?
        /// The status by ledger time.
        public let status: LicenceStatus
        public let holder: HolderPseudonym?
        public let changedHeight: Height
    }

    /// The answer is as of this height of the node's read model.
    public let height: Height
    public let time: Timestamp
    public let entries: [Entry]
    /// Where the next page begins; `nil` after the last.
    public let next: Int64?
}

/// Looks for licences in a node's read model: the node's word, also while it runs. Licences that were taken down are
/// not found.
public struct LicenceSearch: Sendable {
    public static let maximumPageCount = 1_000

    private let model: ReadModelFile

    /// - Parameter dataPath: the node's data directory.
    public init(dataPath: String) { model = ReadModelFile(dataPath: dataPath) }

    /// The licences that pass a filter, in the order in which they came on the ledger.
    /// - Parameters:
    ///   - filter: what they are looked for by.
    ///   - start: where the page begins, as the page before says; 0 for the first.
    ///   - count: most licences of the page, 1 to ``maximumPageCount``.
    /// - Throws: `LedgerError`.
    public func page(
        of filter: LicenceFilter, from start: Int64 = 0, count: Int
    ) async throws(LedgerError) -> LicencePage {
        let count = min(max(1, count), Self.maximumPageCount)
        // What has expired depends on the day, which is the ledger's.
        let now = try await model.ask("SELECT time FROM read_model", limits: SQLLimits())
        let today = CalendarDate(beijing: now.time)
        var conditions = Conditions(start: start)
        conditions.add(filter, today: today)
        var limits = SQLLimits()
        limits.rowCount = count + 1
        let answer = try await model.ask(
            """
            SELECT rows.number, rows.licence, rows.ending, departments.value, rows.region, rows.issued_on,
                rows.valid_from, rows.valid_until, rows.status, rows.holder, rows.changed_height
            FROM catalogue_rows AS rows LEFT JOIN dictionary AS departments ON departments.number = rows.department
            WHERE \(conditions.text) ORDER BY rows.number LIMIT \(count + 1)
            """, arguments: conditions.values, limits: limits)
        var entries: [LicencePage.Entry] = []
        var last = start
        for row in answer.rows.prefix(count) {
            guard let (number, entry) = Self.entry(row, today: today) else {
                throw LedgerError(.corrupted, "the read model's catalogue has a row that is no licence")
            }
            last = number
            entries.append(entry)
        }
        let hasMore = answer.rows.count > count || answer.isTruncated
        return LicencePage(height: answer.height, time: answer.time, entries: entries, next: hasMore ? last : nil)
    }

    /// The conditions of a question, each with its values.
    private struct Conditions {
        private var parts = ["rows.number > ?", "rows.taken_down_at IS NULL"]
        private(set) var values: [SQLValue]

        init(start: Int64) { values = [.integer(start)] }

        var text: String { parts.joined(separator: " AND ") }

        private mutating func add(_ text: String, _ values: SQLValue...) {
            parts.append(text)
            self.values += values
        }

        mutating func add(_ filter: LicenceFilter, today: CalendarDate) {
            let number = "(SELECT number FROM dictionary WHERE value = ?)"
            if let type = filter.type { add("rows.type = \(number)", .text(type.text)) }
            if let department = filter.department { add("rows.department = \(number)", .text(department.rawValue)) }
            if let region = filter.region, let first = Int64(region.text) {
                // 650000 has all of 65, 652300 all of 6523.
                let span: Int64 = first.isMultiple(of: 10_000) ? 10_000 : first.isMultiple(of: 100) ? 100 : 1
                add("rows.region >= ? AND rows.region < ?", .integer(first), .integer(first + span))
            }
            if let holder = filter.holder { add("rows.holder = ?", .blob(holder.bytes)) }
            if let status = filter.status { add(status, today: today) }
            if let day = filter.validOn {
                add(
                    "rows.valid_from <= ? AND (rows.valid_until IS NULL OR rows.valid_until >= ?)",
                    .integer(day.number), .integer(day.number))
            }
            if let first = filter.issuedFrom { add("rows.issued_on >= ?", .integer(first.number)) }
            if let last = filter.issuedUntil { add("rows.issued_on <= ?", .integer(last.number)) }
            if let height = filter.changedAfter {
                add("rows.changed_height > ?", .integer(Int64(height.rawValue)))
            }
        }

        private mutating func add(_ status: LicenceStatus, today: CalendarDate) {
            let hasRunOut = "rows.valid_until IS NOT NULL AND rows.valid_until < ?"
            switch status {
            case .expired:
                add("(rows.status = 5 OR (rows.status IN (1, 2) AND \(hasRunOut)))", .integer(today.number))
            case .valid, .suspended:
                add(
                    "(rows.status = ? AND NOT (\(hasRunOut)))", .integer(Int64(status.text) ?? -1),
                    .integer(today.number))
            default:
                add("rows.status = ?", .integer(Int64(status.text) ?? -1))
            }
        }
    }

    private static func entry(_ values: [SQLValue], today: CalendarDate) -> (Int64, LicencePage.Entry)? {
        guard values.count == 11, case .integer(let number) = values[0], case .text(let licence) = values[1],
            case .text(let ending) = values[2], case .text(let department) = values[3],
            case .integer(let region) = values[4], case .integer(let status) = values[8],
            case .integer(let changedHeight) = values[10],
            let identifier = try? LicenceIdentifier("\(LicenceIdentifier.root).\(licence).\(ending)"),
            let region = try? RegionCode(digits(region, 6)), let issuedOn = day(values[5]),
            let validFrom = day(values[6]), let written = try? LicenceStatus(digits(status, 2))
        else { return nil }
        let validUntil = day(values[7])
        let hasRunOut = validUntil.map { $0 < today } ?? false
        let holder: HolderPseudonym? =
            if case .blob(let bytes) = values[9] { HolderPseudonym(bytes: bytes) } else { nil }
        return (
            number,
            LicencePage.Entry(
                identifier: identifier, department: department, region: region, issuedOn: issuedOn,
                validFrom: validFrom, validUntil: validUntil,
                status: hasRunOut && [.valid, .suspended].contains(written) ? .expired : written, holder: holder,
                changedHeight: Height(rawValue: UInt64(max(0, changedHeight))))
        )
    }

    private static func day(_ value: SQLValue) -> CalendarDate? {
        guard case .integer(let number) = value else { return nil }
        return try? CalendarDate(digits(number, 8))
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}
