public import Foundation
public import Identity

/// The comparison of two whole sets of licences (批量比对): a library's table with a ledger's catalogue, or two tables.
///
/// Both sides are digested by type and region; where the digests differ, by day of issue; and row by row only where
/// those differ. Memory is bounded by the number of types and regions, of days in those that differ, and by
/// ``sliceCount`` rows; the rows themselves never stand in it all at once. It goes on where it was interrupted.
public struct Reconciliation<Here: ReconciliationSide, There: ReconciliationSide>: Sendable {
    /// Most rows of both sides that are compared one by one at a time.
    public static var sliceCount: Int { 100_000 }
    /// Most rows that are reported: a library that differs in more is not the ledger's.
    public static var maximumUnmatchedCount: Int { 100_000 }

    /// What a reconciliation has come to.
    public struct Report: Sendable {
        public let countHere: Int
        public let countThere: Int
        public let bucketCount: Int
        public let differingBucketCount: Int
        /// Ordered by licence.
        public let differences: [ReconciliationDifference]
        /// Whether there are more differences than are reported.
        public let isTruncated: Bool
    }

    private let here: Here
    private let there: There
    private let suite: any CryptoSuite
    private let progressFile: URL?

    /// - Parameters:
    ///   - here: the side that is checked, such as a library.
    ///   - there: the side that it is checked against.
    ///   - suite: digests rows; any does.
    ///   - progressFile: where the progress is kept, so that another run goes on; it is removed at the end.
    public init(_ here: Here, _ there: There, suite: any CryptoSuite, progressFile: URL? = nil) {
        self.here = here
        self.there = there
        self.suite = suite
        self.progressFile = progressFile
    }

    /// Compares.
    /// - Parameter progress: told after every step how far it is.
    /// - Throws: ``LicenceError``, or what a side throws. What was done is kept in the progress file.
    public func run(progress: (ReconciliationProgress) -> Void = { _ in }) async throws -> Report {
        var state = try await begin()
        if !state.areRegionsDone {
            try await compareRegions(&state)
            try save(state)
            progress(state)
        }
        if state.days == nil {
            try await compareDays(&state)
            try save(state)
            progress(state)
        }
        while let slice = nextSlice(state) {
            try await compareRows(slice, &state)
            try save(state)
            progress(state)
        }
        let report = report(state)
        if let progressFile, FileManager.default.fileExists(atPath: progressFile.path) {
            try FileManager.default.removeItem(at: progressFile)
        }
        return report
    }

    private func begin() async throws -> ReconciliationProgress {
        let fingerprint = "\(try await here.fingerprint()) | \(try await there.fingerprint())"
        guard let progressFile, let known = try ReconciliationProgress.read(progressFile),
            known.fingerprint == fingerprint
        else { return ReconciliationProgress(fingerprint: fingerprint) }
        return known
    }

    private func save(_ state: ReconciliationProgress) throws(LicenceError) {
        if let progressFile { try state.write(to: progressFile) }
    }

    // MARK: Digests

    private func compareRegions(_ state: inout ReconciliationProgress) async throws {
        let pairs = try await digests(in: nil) { $0.allDays }
        state.countHere = pairs.values.reduce(0) { $0 + $1.here.count }
        state.countThere = pairs.values.reduce(0) { $0 + $1.there.count }
        state.bucketCount = pairs.count
        state.regions = Self.differing(pairs)
        state.differingCount = state.regions.count
        state.areRegionsDone = true
    }

    private func compareDays(_ state: inout ReconciliationProgress) async throws {
        guard !state.regions.isEmpty else {
            state.days = []
            return
        }
        let pairs = try await digests(in: Set(state.regions.map(\.bucket))) { $0 }
        state.days = Self.differing(pairs)
    }

    private func digests(
        in buckets: Set<ReconciliationBucket>?, by bucket: (ReconciliationBucket) -> ReconciliationBucket
    ) async throws -> [ReconciliationBucket: ReconciliationProgress.Pair] {
        var pairs: [ReconciliationBucket: ReconciliationProgress.Pair] = [:]
        try await here.forEachRow(in: buckets) { row in
            pairs[bucket(row.bucket), default: .init()].here.add(row.digest(suite))
        }
        try await there.forEachRow(in: buckets) { row in
            pairs[bucket(row.bucket), default: .init()].there.add(row.digest(suite))
        }
        return pairs
    }

    private static func differing(
        _ pairs: [ReconciliationBucket: ReconciliationProgress.Pair]
    ) -> [ReconciliationProgress.Differing] {
        pairs.filter { !$0.value.agrees }.sorted { $0.key < $1.key }
            .map { ReconciliationProgress.Differing(bucket: $0.key, count: $0.value.count) }
    }

    // MARK: Rows

    /// As many of the next days as make a slice, one at least.
    private func nextSlice(_ state: ReconciliationProgress) -> Range<Int>? {
        guard let days = state.days, state.doneDayCount < days.count, !isFull(state) else { return nil }
        var end = state.doneDayCount
        var count = 0
        while end < days.count, end == state.doneDayCount || count + days[end].count <= Self.sliceCount {
            count += days[end].count
            end += 1
        }
        return state.doneDayCount..<end
    }

    private func isFull(_ state: ReconciliationProgress) -> Bool {
        state.unmatchedHere.count + state.unmatchedThere.count >= Self.maximumUnmatchedCount
    }

    private func compareRows(_ slice: Range<Int>, _ state: inout ReconciliationProgress) async throws {
        let days = state.days ?? []
        // A day that has more rows than a slice is compared in parts, each row in the part that its digest says.
        let count = slice.reduce(0) { $0 + days[$1].count }
        let partCount = (count + Self.sliceCount - 1) / Self.sliceCount
        let buckets = Set(slice.map { days[$0].bucket })
        for part in 0..<max(1, partCount) {
            func isOfPart(_ row: Digest) -> Bool { partCount <= 1 || Int(row.bytes[0]) % partCount == part }
            var counts: [ReconciliationRow: (here: Int, there: Int)] = [:]
            try await here.forEachRow(in: buckets) { row in
                if isOfPart(row.digest(suite)) { counts[row, default: (0, 0)].here += 1 }
            }
            try await there.forEachRow(in: buckets) { row in
                if isOfPart(row.digest(suite)) { counts[row, default: (0, 0)].there += 1 }
            }
            let unequal = counts.filter { $0.value.here != $0.value.there }
            for (row, count) in unequal.sorted(by: { $0.key.licence < $1.key.licence }) {
                guard !isFull(state) else { break }
                // All copies, so that a row that is there twice on one side is not taken for one that is missing.
                state.unmatchedHere += [ReconciliationRow](repeating: row, count: min(count.here, Self.sliceCount))
                state.unmatchedThere += [ReconciliationRow](repeating: row, count: min(count.there, Self.sliceCount))
            }
        }
        state.doneDayCount = slice.upperBound
    }

    private func report(_ state: ReconciliationProgress) -> Report {
        let here = Dictionary(grouping: state.unmatchedHere, by: \.licence)
        let there = Dictionary(grouping: state.unmatchedThere, by: \.licence)
        let licences = Set(here.keys).union(there.keys).sorted()
        return Report(
            countHere: state.countHere, countThere: state.countThere, bucketCount: state.bucketCount,
            differingBucketCount: state.differingCount,
            differences: licences.compactMap {
                ReconciliationDifference($0, here: here[$0] ?? [], there: there[$0] ?? [])
            },
            isTruncated: isFull(state) && state.doneDayCount < (state.days?.count ?? 0))
    }
}
