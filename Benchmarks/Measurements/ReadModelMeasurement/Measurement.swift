import Formats
import Foundation
import Identity
import Ledger
import Licences

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How fast a read model takes licences in, how large it becomes, and how fast it answers then.
///
///     ReadModelMeasurement [--rows 100000,1000000] [--single] [--sequential] [--directory DIR]
///
/// `--single` puts each licence in a transaction of its own and 500 in a block; `--sequential` numbers them in order.
@main
struct Measurement {
    private static let sampleCount = 2_000
    /// Licences that are made before the clock starts again.
    private static let portion = 100_000

    static func main() async throws {
        let options = try Options(CommandLine.arguments.dropFirst())
        let directory = options.directory ?? FileManager.default.temporaryDirectory.path
        let path = "\(directory)/measured-read-model.sqlite"
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        var chain = try SyntheticChain(options.layout)
        let model = try ReadModel(path: path, genesis: chain.genesis, projections: [LicenceProjection()])
        let queue = BlockQueue()
        var done = 0
        for mark in options.marks.sorted() {
            while done < mark {
                let count = min(portion, mark - done)
                let usage = try await takeIn(done..<done + count, of: &chain, into: model, queue, options.layout)
                done += count
                say(
                    "\(done) rows: the last \(count) took \(usage.wall) s, \(usage.processor) s of processor: "
                        + "\(Int(Double(count) / usage.wall)) rows/s, "
                        + "\(Int(Double(count) / usage.processor)) rows/s and core"
                )
            }
            let bytes = ["", "-wal"].map { size(of: path + $0) }
            say("\(done) rows: \(bytes[0]) bytes and \(bytes[1]) of log: \(bytes[0] / done) bytes a row")
            try await ask(model, chain, count: done, isSingle: options.isSingle)
        }
        try model.close()
        say("closed: \(size(of: path)) bytes, \(size(of: path) / done) a row")
    }

    private static func takeIn(
        _ numbers: Range<Int>,
        of chain: inout SyntheticChain,
        into model: ReadModel,
        _ queue: BlockQueue,
        _ layout: SyntheticChain.Layout
    ) async throws -> Usage {
        var blocks: [FollowedBlock] = []
        var first = numbers.lowerBound
        while first < numbers.upperBound {
            let last = min(first + layout.licencesPerBlock, numbers.upperBound)
            blocks.append(try chain.block(of: first..<last))
            first = last
        }
        queue.fill(blocks)
        let before = Usage.now
        while try await !model.advance(from: queue).isCurrent {}
        return Usage.now.since(before)
    }

    /// Times each index with questions about licences that were chosen evenly.
    private static func ask(_ model: ReadModel, _ chain: SyntheticChain, count: Int, isSingle: Bool) async throws {
        let samples = (0..<sampleCount).map { $0 * (count / sampleCount) }
        let top = Int64(model.position.height.rawValue)
        try await time("identifier", samples) { number in
            try await one(model, "SELECT * FROM licences WHERE identifier = ?", [.text(chain.identifier(number).text)])
        }
        try await time("file", samples) { number in
            try await one(model, "SELECT * FROM licences WHERE file = ?", [.blob(chain.file(number).bytes)])
        }
        try await time("change, 100 rows", samples) { number in
            let height = Int64(number) * top / Int64(count)
            try await some(model, "SELECT * FROM licences WHERE changed_height > ? LIMIT 100", [.integer(height)])
        }
        try await time("department and status, 100 rows", samples) { _ in
            try await some(
                model, "SELECT * FROM licences WHERE department = 'measured' AND status = '01' LIMIT 100", [])
        }
        try await time("type, 100 rows", samples) { number in
            try await some(
                model, "SELECT * FROM licences WHERE type = ? LIMIT 100",
                [.text(chain.identifier(number).typeCode.text)])
        }
        let answer = try await model.query(
            sql: "SELECT identifier FROM transactions WHERE position = 0 ORDER BY height LIMIT 1000")
        let transactions = answer.rows.compactMap { row -> [UInt8]? in
            if case .blob(let bytes) = row[0] { bytes } else { nil }
        }
        try await time("transaction", samples) { number in
            try await one(
                model, "SELECT * FROM transactions WHERE identifier = ?",
                [.blob(transactions[number % transactions.count])])
        }
        try await time("place of a transaction", samples) { number in
            guard let digest = Digest(transactions[number % transactions.count]) else { return }
            let place = try await model.place(of: TransactionIdentifier(digest)).place
            guard place != nil else { throw MeasurementError("a transaction is not found") }
        }
    }

    private static func one(_ model: ReadModel, _ sql: String, _ arguments: [SQLValue]) async throws {
        let answer = try await model.query(sql: sql, arguments: arguments)
        guard answer.rows.count == 1 else { throw MeasurementError("\(answer.rows.count) rows for \(sql)") }
    }

    private static func some(_ model: ReadModel, _ sql: String, _ arguments: [SQLValue]) async throws {
        guard try await !model.query(sql: sql, arguments: arguments).rows.isEmpty else {
            throw MeasurementError("no row for \(sql)")
        }
    }

    private static func time(_ name: String, _ samples: [Int], _ body: (Int) async throws -> Void) async throws {
        var durations: [Duration] = []
        for (index, _) in samples.enumerated() {
            // Neighbours would share pages.
            let number = samples[index * 769 % samples.count]
            let start = ContinuousClock.now
            try await body(number)
            durations.append(ContinuousClock.now - start)
        }
        durations.sort()
        say("  by \(name): p50 \(durations[samples.count / 2]), p99 \(durations[samples.count * 99 / 100])")
    }

    private static func size(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    private static func say(_ text: String) {
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }
}

/// Time that has passed, by the clock on the wall and by that of the process.
private struct Usage {
    var wall: Double
    var processor: Double

    static var now: Usage {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        let (seconds, attoseconds) = (ContinuousClock.now - origin).components
        return Usage(
            wall: Double(seconds) + Double(attoseconds) / 1e18,
            processor: [usage.ru_utime, usage.ru_stime].reduce(0) {
                $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
            })
    }

    private static let origin = ContinuousClock.now

    func since(_ before: Usage) -> Usage {
        Usage(wall: wall - before.wall, processor: processor - before.processor)
    }
}

/// What to measure.
private struct Options {
    var marks = [100_000, 1_000_000]
    var layout = SyntheticChain.Layout()
    var isSingle = false
    var directory: String?

    init(_ arguments: some Sequence<String>) throws {
        var arguments = Array(arguments)[...]
        while let argument = arguments.popFirst() {
            switch argument {
            case "--rows":
                marks = (arguments.popFirst() ?? "").split(separator: ",").compactMap { Int($0) }
                guard !marks.isEmpty, marks.allSatisfy({ $0 >= 10_000 }) else {
                    throw MeasurementError("--rows takes numbers from 10000 on, separated by commas")
                }
            case "--single":
                isSingle = true
                layout.licencesPerTransaction = 1
                layout.licencesPerBlock = 500
            case "--sequential": layout.isScattered = false
            case "--directory": directory = arguments.popFirst()
            default: throw MeasurementError("there is no option \(argument)")
            }
        }
    }
}
