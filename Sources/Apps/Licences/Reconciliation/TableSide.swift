public import Foundation
import Identity

/// A table of licences as one side of a reconciliation. Rows without a readable identifier are counted, and compared
/// with nothing.
public struct TableSide: ReconciliationSide {
    private let url: URL
    private let limits: LicenceLimits
    private let comparesAll: Bool

    /// - Parameters:
    ///   - url: the table.
    ///   - comparesAll: whether all columns are compared, as between two tables, or those that a ledger has.
    public init(_ url: URL, comparesAll: Bool, limits: LicenceLimits = .reconciliation) {
        self.url = url
        self.comparesAll = comparesAll
        self.limits = limits
    }

    public func fingerprint() async throws -> String {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        } catch {
            throw LicenceError(.unreadableFile, "the table \(url.path) cannot be opened", cause: error)
        }
        let size = (attributes[.size] as? NSNumber)?.int64Value ?? 0
        let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(url.standardizedFileURL.path) \(size) \(changed) \(comparesAll)"
    }

    public func forEachRow(
        in buckets: Set<ReconciliationBucket>?, _ body: (ReconciliationRow) throws -> Void
    ) async throws {
        var table = try LicenceTable(
            contentsOf: url, rules: LicenceTableRules(strictness: .library), limits: limits)
        let columns = Columns(table, comparesAll: comparesAll)
        while let entry = try table.nextValues() {
            guard case .success(let values) = entry.values, let row = columns.row(of: values) else { continue }
            guard buckets?.contains(row.bucket) ?? true || buckets?.contains(row.bucket.allDays) ?? true else {
                continue
            }
            try body(row)
        }
    }

    /// The lines that are no licence, each with what is wrong with it; at most `limit`.
    /// - Throws: ``LicenceError``, as opening a table.
    public func unreadableLines(limit: Int) throws -> [RefusedRow] {
        var table = try LicenceTable(
            contentsOf: url, rules: LicenceTableRules(strictness: .library), limits: limits)
        let columns = Columns(table, comparesAll: comparesAll)
        var lines: [RefusedRow] = []
        while lines.count < limit, let entry = try table.nextValues() {
            switch entry.values {
            case .success(let values):
                guard columns.row(of: values) == nil else { continue }
                let error = LicenceError(.wrongStructure, "certificate_identifier is no licence identifier")
                lines.append(RefusedRow(line: entry.line, text: "", errors: [error]))
            case .failure(let error):
                lines.append(RefusedRow(line: entry.line, text: "", errors: [error]))
            }
        }
        return lines
    }

    /// Where the values of a row stand.
    private struct Columns {
        let identifier, region, issuedOn, validFrom, validUntil: Int
        let others: [Int]

        init(_ table: LicenceTable, comparesAll: Bool) {
            // A table has each column once; one that is missing is refused where the table is opened.
            func position(_ column: LicenceColumn) -> Int { table.position(of: column) ?? 0 }
            identifier = position(.certificateIdentifier)
            region = position(.regionCode)
            issuedOn = position(.issuedOn)
            validFrom = position(.validFrom)
            validUntil = position(.validUntil)
            let own: [LicenceColumn] = [.certificateIdentifier, .regionCode, .issuedOn, .validFrom, .validUntil]
            others =
                comparesAll ? LicenceColumn.allCases.filter { !own.contains($0) }.map { position($0) } : []
        }

        func row(of values: [String]) -> ReconciliationRow? {
            ReconciliationRow(
                identifier: values[identifier], region: values[region], issuedOn: values[issuedOn],
                validFrom: values[validFrom], validUntil: values[validUntil],
                others: others.map { values[$0] }.joined(separator: "\t"))
        }
    }
}
