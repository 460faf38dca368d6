import Foundation
import Identity
import LedgerTestKit
import LicenceLibrary
import Licences
import Synchronization
import Testing

/// A whole library compared with another: all that differs is found, and nothing else.
@Suite struct ReconciliationTests {
    private let directory: TemporaryDirectory
    private let suite = CryptoSuiteIdentifier.p256.suite

    init() throws { directory = try TemporaryDirectory() }

    /// A library of `count` licences, and a copy in which `differences` are planted.
    private func libraries(
        _ count: Int, differences: Int, seed: UInt64 = 7
    ) throws -> (library: URL, copy: URL, planted: [LicenceKey: PlantedDifferences.Kind]) {
        let generator = try LibraryGenerator(seed: seed, issuer: try UnifiedSocialCreditCode("11650000MB1A0001XQ"))
        let planted = PlantedDifferences(count: differences, among: count, seed: seed)
        var (library, copy) = ([String](), [String]())
        var kinds: [LicenceKey: PlantedDifferences.Kind] = [:]
        for number in 0..<count {
            let values = try generator.values(of: number)
            library.append(CSVLine.text(of: values))
            copy += try planted.rows(of: number, values: values, generator, total: count).map { CSVLine.text(of: $0) }
            if let kind = planted.kinds[number] {
                kinds[try planted.licence(of: number, generator, total: count)] = kind
            }
        }
        // Another order is no difference.
        return (try write(library, "library.csv"), try write(copy.reversed(), "copy.csv"), kinds)
    }

    private func write(_ rows: some Sequence<String>, _ name: String) throws -> URL {
        let header = CSVLine.text(of: LicenceColumn.allCases.map(\.rawValue))
        let url = directory.url.appending(path: name)
        try Data(([header] + rows).joined(separator: "\n").utf8).write(to: url)
        return url
    }

    private func side(_ url: URL) -> TableSide { TableSide(url, comparesAll: true) }

    private func expected(_ kind: PlantedDifferences.Kind) -> (ReconciliationDifference.Kind, [ReconciliationColumn]) {
        switch kind {
        case .missing: (.missingThere, [])
        case .added: (.missingHere, [])
        case .doubled: (.duplicated, [])
        case .period: (.differs, [.validUntil])
        case .region: (.differs, [.region])
        case .version: (.differs, [.version])
        }
    }

    @Test(arguments: [(1, 0), (1, 1), (200, 0), (600, 12), (3_000, 48)])
    func everyPlantedDifferenceIsFoundAndNothingElse(_ count: Int, _ differences: Int) async throws {
        let (library, copy, planted) = try libraries(count, differences: differences)
        let report = try await Reconciliation(side(library), side(copy), suite: suite).run()
        #expect(report.countHere == count)
        #expect(planted.count == differences)
        #expect(Set(report.differences.map(\.licence)) == Set(planted.keys.map(\.text)))
        #expect(!report.isTruncated)
        for difference in report.differences {
            let kind = try #require(planted.first { $0.key.text == difference.licence }?.value)
            #expect(difference.kind == expected(kind).0)
            #expect(difference.columns == expected(kind).1)
        }
        #expect(report.differingBucketCount <= 2 * differences)
    }

    @Test func aDoubledRowIsNoMissingOne() async throws {
        let (library, _, _) = try libraries(20, differences: 0)
        let rows = try String(contentsOf: library, encoding: .utf8).split(separator: "\n").dropFirst().map(String.init)
        let doubled = try write(rows + [rows[3], rows[3]], "doubled.csv")
        let report = try await Reconciliation(side(doubled), side(library), suite: suite).run()
        #expect(report.differences.map(\.kind) == [.duplicated])
        #expect(report.differences.map(\.countHere) == [3] && report.differences.map(\.countThere) == [1])
    }

    /// A side that fails after some rows, as a machine that is switched off.
    private struct Failing: ReconciliationSide {
        struct Stopped: Error {}
        let side: TableSide
        let passes: Counter

        final class Counter: Sendable {
            let count = Mutex(0)
            let failing: Int
            init(failing: Int) { self.failing = failing }
        }

        func fingerprint() async throws -> String { try await side.fingerprint() }

        func forEachRow(
            in buckets: Set<ReconciliationBucket>?, _ body: (ReconciliationRow) throws -> Void
        ) async throws {
            let number = passes.count.withLock {
                $0 += 1
                return $0
            }
            if number == passes.failing { throw Stopped() }
            try await side.forEachRow(in: buckets, body)
        }
    }

    @Test(arguments: 1...3)
    func whatWasInterruptedGoesOnAndComesToTheSame(_ failing: Int) async throws {
        let (library, copy, planted) = try libraries(500, differences: 9)
        let progress = directory.url.appending(path: "progress")
        let counter = Failing.Counter(failing: failing)
        let interrupted = Reconciliation(
            side(library), Failing(side: side(copy), passes: counter), suite: suite, progressFile: progress)
        await #expect(throws: Failing.Stopped.self) { try await interrupted.run() }
        #expect(FileManager.default.fileExists(atPath: progress.path) == (failing > 1))
        let report = try await interrupted.run()
        #expect(report.differences.count == planted.count)
        // Three passes in all, and the one that failed: none of those before it was done again.
        #expect(counter.count.withLock { $0 } == 4)
        #expect(!FileManager.default.fileExists(atPath: progress.path))
    }

    @Test func progressOfAnotherTableIsNotGoneOnWith() async throws {
        let (library, copy, planted) = try libraries(100, differences: 6)
        let progress = directory.url.appending(path: "progress")
        let stopped = Reconciliation(
            side(library), Failing(side: side(copy), passes: .init(failing: 2)), suite: suite, progressFile: progress)
        await #expect(throws: Failing.Stopped.self) { try await stopped.run() }
        let same = Reconciliation(side(library), side(library), suite: suite, progressFile: progress)
        #expect(try await same.run().differences.isEmpty)
        let different = Reconciliation(side(library), side(copy), suite: suite, progressFile: progress)
        #expect(try await different.run().differences.count == planted.count)
    }

    @Test func linesThatAreNoLicenceAreNamed() throws {
        let (library, _, _) = try libraries(3, differences: 0)
        let rows = try String(contentsOf: library, encoding: .utf8).split(separator: "\n").dropFirst().map(String.init)
        let broken = try write([rows[0], "1,2,3", "nothing" + rows[1].drop { $0 != "," }, rows[2]], "broken.csv")
        #expect(try side(broken).unreadableLines(limit: 10).map(\.line) == [3, 4])
        #expect(try side(broken).unreadableLines(limit: 1).map(\.line) == [3])
    }

    @Test func aSumCountsRowsInAnyOrderAndEachAsOftenAsItIsThere() {
        let digests = (0..<50).map { suite.digest(of: [UInt8($0)]) }
        var (forward, backward, doubled) = (BucketDigest(), BucketDigest(), BucketDigest())
        for digest in digests { forward.add(digest) }
        for digest in digests.reversed() { backward.add(digest) }
        for digest in digests + [digests[0], digests[0]] { doubled.add(digest) }
        #expect(forward == backward)
        #expect(forward != doubled)
        #expect(doubled.count == 52)
    }

    @Test func theGeneratedLibraryIsSoundAndOfAllKinds() throws {
        let (library, _, _) = try libraries(600, differences: 0, seed: 3)
        var table = try LicenceTable(contentsOf: library, rules: LicenceTableRules(strictness: .issue))
        let (rows, refused) = try table.readAll()
        #expect(refused.map(\.description) == [])
        #expect(rows.count == 600)
        #expect(Set(rows.map(\.identifier.typeCode)).count == LibraryGenerator.kindCount)
    }
}
