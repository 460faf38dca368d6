import ArgumentParser
import Formats
import Foundation
import Identity
import Ledger
import LedgerTestKit

/// Measures the state on a real ledger as it grows: how fast it is written, how large it is, how fast it proves.
@main
struct StateMeasurement: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures a ledger's state at growing sizes.",
        usage: "swift run -c release StateMeasurement --directory DIR [--keys 100000,1000000,8000000]"
    )

    @Option(help: "An empty directory on the disk to measure.")
    var directory: String

    @Option(help: "Sizes at which to measure, in keys, ascending.")
    var keys: String = "100000,1000000"

    @Option(help: "Entries that one block writes.")
    var block: Int64 = 5_000

    @Option(help: "Largest size at which a snapshot is made, in memory, and a ledger of it.")
    var snapshotLimit: Int64 = 1_000_000

    func run() async throws {
        let sizes = keys.split(separator: ",").compactMap { Int64($0) }
        let measured = try await MeasuredLedger(directory: directory)
        var count: Int64 = 0
        for size in sizes {
            try await grow(measured, from: count, to: size)
            count = size
            try await update(measured, of: size)
            try await calls(measured, after: size)
            try await prove(measured, of: size)
            if size <= snapshotLimit { try snapshot(measured) }
            let bytes = try measured.byteCount()
            print("  database: \(bytes / Int(size)) bytes a key, \(bytes >> 20) MiB")
            print(String(format: "  opened again in %.2f s", try measured.reopen()))
            print("  resident: \((residentBytes() ?? 0) >> 20) MiB")
        }
    }

    private func grow(_ measured: MeasuredLedger, from first: Int64, to size: Int64) async throws {
        var seconds = 0.0
        let processor = processorSeconds()
        var number = first
        while number < size {
            let count = min(block, size - number)
            seconds += try await measured.execute([[Fill(first: number, count: count, round: 0).call]])
            number += count
        }
        report("\(size) keys: new ones", Double(size - first), seconds, processor)
    }

    /// Writes existing keys anew, far from each other.
    private func update(_ measured: MeasuredLedger, of size: Int64) async throws {
        var seconds = 0.0
        let processor = processorSeconds()
        let blocks = min(20, size / block)
        let step = size / block
        for round in 1...blocks {
            seconds += try await measured.execute([
                [Fill(first: round % step, step: step, count: block, round: size + round).call]
            ])
        }
        report("  existing ones", Double(blocks * block), seconds, processor)
    }

    private func report(_ what: String, _ count: Double, _ seconds: Double, _ processor: Double) {
        let used = processorSeconds() - processor
        print(
            what
                + String(
                    format: ": %.0f/s, %.0f per processor second, %.1f ms a block of %d",
                    count / seconds, count / used, seconds / (count / Double(block)) * 1_000, block))
    }

    /// A block of 5,000 calls that write one entry each, in 100 transactions.
    private func calls(_ measured: MeasuredLedger, after size: Int64) async throws {
        var times: [Double] = []
        for round in 0..<5 {
            let calls = (0..<100).map { transaction in
                (0..<50).map { call in
                    let number = size * 1_000 + Int64(round * 5_000 + transaction * 50 + call)
                    return Fill(first: number, count: 1, round: 0).call
                }
            }
            times.append(try await measured.execute(calls))
        }
        print("  5,000 calls in 100 transactions: " + summary(times))
    }

    private func prove(_ measured: MeasuredLedger, of size: Int64) async throws {
        let head = measured.ledger.head.height
        let earlier = Height(rawValue: head.rawValue - 3)
        var bytes = 0
        for (what, height) in [("the head", head), ("three blocks before", earlier)] {
            var times: [Double] = []
            for sample in 0..<200 {
                let number = Int64(sample) * (size / 200)
                let name = StateName(contract: BulkContract.contractName, key: BulkContract.key(number).bytes)
                let start = ContinuousClock.now
                let proof = try await measured.ledger.stateProof(of: name, at: height)
                times.append((ContinuousClock.now - start).seconds)
                bytes = max(bytes, proof.derBytes.count)
            }
            print("  proof at \(what): " + summary(times))
        }
        print("  largest proof: \(bytes) bytes")
        try await verify(measured, of: size)
    }

    /// Receipts of entries, each checked from its bytes by the genesis alone: three P-256 signatures.
    private func verify(_ measured: MeasuredLedger, of size: Int64) async throws {
        var times: [Double] = []
        for sample in 0..<200 {
            let number = Int64(sample) * (size / 200)
            let name = StateName(contract: BulkContract.contractName, key: BulkContract.key(number).bytes)
            let bytes = try await measured.ledger.receipt(of: name).derBytes
            let start = ContinuousClock.now
            let receipt = try Receipt(derBytes: bytes, limit: Receipt.maximumByteCount)
            let findings = try receipt.verify(against: measured.consortium.genesis)
            times.append((ContinuousClock.now - start).seconds)
            guard case .entry = findings.subject else { throw ValidationError("a key that was written is not there") }
        }
        print("  receipt of an entry, parsed and verified: " + summary(times))
    }

    /// Makes a snapshot and builds the ledger of a node that joins with it, every chunk checked.
    private func snapshot(_ measured: MeasuredLedger) throws {
        let genesis = measured.consortium.genesis
        var chunks: [[UInt8]] = []
        var start = ContinuousClock.now
        let manifest = try LedgerFile(measured.path, genesis: genesis).makeSnapshot { _, _, bytes, _ in
            chunks.append(bytes)
        }
        let made = (ContinuousClock.now - start).seconds
        let path = measured.path + "-joined"
        start = ContinuousClock.now
        let builder = try SnapshotBuilder(path: path, genesis: genesis, manifest: manifest)
        for chunk in chunks {
            try builder.add(chunk)
        }
        try builder.finish()
        let built = (ContinuousClock.now - start).seconds
        try FileManager.default.removeItem(atPath: path)
        let bytes = chunks.reduce(0) { $0 + $1.count }
        print(
            String(
                format: "  snapshot: %d chunks, %d MiB, made in %.1f s, checked and built in %.1f s",
                chunks.count, bytes >> 20, made, built))
    }

    private func summary(_ seconds: [Double]) -> String {
        let sorted = seconds.sorted()
        return String(
            format: "median %.2f ms, largest %.2f ms", sorted[sorted.count / 2] * 1_000, (sorted.last ?? 0) * 1_000)
    }
}
