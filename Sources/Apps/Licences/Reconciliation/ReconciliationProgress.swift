import Foundation

/// How far a reconciliation is: enough to go on after an interruption, without doing again what was done.
public struct ReconciliationProgress: Sendable, Codable {
    /// A bucket's digest on both sides.
    struct Pair: Sendable, Codable {
        var here = BucketDigest()
        var there = BucketDigest()

        var agrees: Bool { here == there }
        var count: Int { max(here.count, there.count) }
    }

    /// A bucket that is compared row by row.
    struct Differing: Sendable, Codable {
        let bucket: ReconciliationBucket
        let count: Int
    }

    let fingerprint: String
    /// How many rows each side has.
    public internal(set) var countHere = 0
    public internal(set) var countThere = 0
    /// How many buckets of type and region there are, and in how many of them the sides differ.
    public internal(set) var bucketCount = 0
    public internal(set) var differingCount = 0
    /// Whether all types and regions were compared.
    var areRegionsDone = false
    /// The types and regions that differ.
    var regions: [Differing] = []
    /// The days in them that differ; `nil` until they were compared.
    var days: [Differing]?
    /// How many of the days are done.
    var doneDayCount = 0
    /// Rows without an equal on the other side, in the days that are done.
    var unmatchedHere: [ReconciliationRow] = []
    var unmatchedThere: [ReconciliationRow] = []

    init(fingerprint: String) { self.fingerprint = fingerprint }

    /// What was written to `url`; `nil` where there is nothing.
    /// - Throws: ``LicenceError`` with code `unreadableFile`.
    static func read(_ url: URL) throws(LicenceError) -> ReconciliationProgress? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        do {
            return try JSONDecoder().decode(ReconciliationProgress.self, from: try Data(contentsOf: url))
        } catch {
            throw LicenceError(
                .unreadableFile, "\(url.path) is no progress of a reconciliation: delete it to begin again",
                cause: error)
        }
    }

    /// Writes the progress to `url`, whole or not at all.
    /// - Throws: ``LicenceError`` with code `unwritableFile`.
    func write(to url: URL) throws(LicenceError) {
        do {
            try JSONEncoder().encode(self).write(to: url, options: .atomic)
        } catch {
            throw LicenceError(.unwritableFile, "the progress cannot be written to \(url.path)", cause: error)
        }
    }
}
