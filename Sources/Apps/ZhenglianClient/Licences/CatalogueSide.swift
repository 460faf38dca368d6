import Foundation
import Ledger
public import Licences
import Nodes

/// What a node's read model has in the catalogue, as one side of a reconciliation: the owner's, or everybody's.
/// Licences that were taken down are not there any more.
public struct CatalogueSide: ReconciliationSide {
    /// Rows of one question.
    private static let pageCount = 50_000
    /// Most buckets that are asked for one by one; of more, the whole catalogue is read and the others are passed over.
    private static let askedBucketCount = 2_000

    private let model: ReadModelFile
    private let path: String
    private let department: String?

    /// - Parameters:
    ///   - dataPath: the data directory of a node, which may be running.
    ///   - department: whose licences; `nil` for all.
    public init(dataPath: String, department: String?) {
        model = ReadModelFile(dataPath: dataPath)
        path = dataPath
        self.department = department
    }

    /// A consortium's ledger only grows, and rows are compared as they are in the end: so it is the ledger that counts,
    /// and not its height.
    public func fingerprint() async throws -> String {
        let answer = try await model.ask(
            "SELECT hex(consortium), hex(channel_identifier) FROM read_model", limits: Self.limits)
        return "\(path) \(answer.rows.first.map { "\($0)" } ?? "") \(department ?? "*")"
    }

    public func forEachRow(
        in buckets: Set<ReconciliationBucket>?, _ body: (ReconciliationRow) throws -> Void
    ) async throws {
        if let buckets, buckets.count <= Self.askedBucketCount {
            for bucket in buckets.sorted() { try await forEachRow(of: bucket, body) }
        } else {
            try await forEachRow(of: nil) { row in
                if buckets?.contains(row.bucket) ?? true || buckets?.contains(row.bucket.allDays) ?? true {
                    try body(row)
                }
            }
        }
    }

    private func forEachRow(
        of bucket: ReconciliationBucket?, _ body: (ReconciliationRow) throws -> Void
    ) async throws {
        var last: Int64 = 0
        while true {
            let answer = try await model.ask(
                Self.sql(bucket, department), arguments: Self.arguments(bucket, department, after: last),
                limits: Self.limits)
            for row in answer.rows {
                guard let (number, row) = Self.row(row) else {
                    throw LedgerError(.corrupted, "the read model's catalogue has a row that is no licence")
                }
                last = number
                try body(row)
            }
            guard answer.rows.count == Self.pageCount || answer.isTruncated else { return }
        }
    }

    private static var limits: SQLLimits {
        var limits = SQLLimits()
        limits.rowCount = pageCount
        limits.byteCount = 64 << 20
        limits.duration = .seconds(120)
        return limits
    }

    /// Pages go by the rows' numbers, which never change; a bucket is found by its index, never by reading every row.
    private static func sql(_ bucket: ReconciliationBucket?, _ department: String?) -> String {
        """
        SELECT rows.number, rows.licence, rows.ending, types.value, rows.region, rows.issued_on, rows.valid_from,
            rows.valid_until
        FROM catalogue_rows AS rows \(bucket == nil ? "" : "INDEXED BY catalogue_rows_by_bucket")
            LEFT JOIN dictionary AS types ON types.number = rows.type
        WHERE rows.number > ? AND rows.taken_down_at IS NULL
            \(bucket == nil ? "" : "AND rows.type = (SELECT number FROM dictionary WHERE value = ?)")
            \(bucket == nil ? "" : "AND rows.region = ?")
            \(bucket?.day == nil ? "" : "AND rows.issued_on = ?")
            \(department == nil ? "" : "AND rows.department = (SELECT number FROM dictionary WHERE value = ?)")
        ORDER BY rows.number LIMIT \(pageCount)
        """
    }

    private static func arguments(
        _ bucket: ReconciliationBucket?, _ department: String?, after last: Int64
    ) -> [SQLValue] {
        var arguments: [SQLValue] = [.integer(last)]
        if let bucket {
            arguments += [.text(bucket.type), .integer(Int64(bucket.region) ?? -1)]
            if let day = bucket.day { arguments.append(.integer(Int64(day) ?? -1)) }
        }
        if let department { arguments.append(.text(department)) }
        return arguments
    }

    private static func row(_ values: [SQLValue]) -> (Int64, ReconciliationRow)? {
        guard values.count == 8, case .integer(let number) = values[0], case .text(let licence) = values[1],
            case .text(let ending) = values[2], case .text(let type) = values[3], case .integer(let region) = values[4],
            case .integer(let issuedOn) = values[5], case .integer(let validFrom) = values[6]
        else { return nil }
        let validUntil: String =
            switch values[7] {
            case .null: ""
            case .integer(let day): digits(day, 8)
            default: "?"
            }
        let bucket = ReconciliationBucket(type: type, region: digits(region, 6), day: digits(issuedOn, 8))
        return (
            number,
            ReconciliationRow(
                licence: licence, bucket: bucket, values: [ending, digits(validFrom, 8), validUntil, ""])
        )
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}
