import Formats
import Foundation
import Identity
import LoadGeneration
import Nodes

/// What a measurement has found.
struct LoadReport: Presentable {
    /// In milliseconds; `nil` where nothing took effect.
    struct Latency: Encodable {
        let p50: Double?
        let p99: Double?
        let p999: Double?
        let maximum: Double?

        private enum CodingKeys: String, CodingKey {
            case p50
            case p99
            case p999 = "p99.9"
            case maximum = "max"
        }
    }

    /// The longest time without a transaction that took effect, as the clients saw it.
    struct Gap: Encodable {
        let milliseconds: Double
        /// Since 1970.
        let startMilliseconds: Int64
        let endMilliseconds: Int64
    }

    struct Node: Encodable {
        let member: String
        /// User and system time of the node's process within the measurement.
        let processorSeconds: Double
        /// Resident memory of the node's process after it.
        let residentBytes: UInt64
    }

    /// What was asked for.
    struct Plan {
        let workload: LoadCommand.Workload
        let clients: Int
        let batch: Int
        /// Transactions due each second; `nil` where each client waits for the last one.
        let rate: Int?
        /// Bytes of each licence as the ledger keeps it; `nil` of decisions.
        let recordBytes: Int?
    }

    let workload: LoadCommand.Workload
    let clients: Int
    let batch: Int
    let rate: Int?
    let recordBytes: Int?
    /// From the first transaction to the last outcome.
    let seconds: Double
    let transactions: UInt64
    let records: UInt64
    let transactionsPerSecond: Double
    let recordsPerSecond: Double
    let blocks: UInt64
    let latencyMilliseconds: Latency
    let longestGap: Gap
    let commitsEachSecond: [UInt64]
    let errors: [String: UInt64]
    let nodes: [Node]

    init(
        plan: Plan,
        _ measurement: LoadMeasurement,
        since begin: Timestamp,
        before: [NodeStatus],
        after: [NodeStatus]
    ) {
        let tally = measurement.tally
        let elapsed = measurement.elapsed / .seconds(1)
        func milliseconds(_ latency: Duration?) -> Double? { latency.map { Self.rounded($0 / .milliseconds(1)) } }
        workload = plan.workload
        clients = plan.clients
        batch = plan.batch
        rate = plan.rate
        recordBytes = plan.recordBytes
        seconds = Self.rounded(elapsed)
        transactions = tally.transactionCount
        records = tally.recordCount
        transactionsPerSecond = Self.rounded(Double(tally.transactionCount) / elapsed)
        recordsPerSecond = Self.rounded(Double(tally.recordCount) / elapsed)
        let heights = zip(before, after).map { $1.height.rawValue - min($0.height.rawValue, $1.height.rawValue) }
        blocks = heights.max() ?? 0
        latencyMilliseconds = Latency(
            p50: milliseconds(tally.latencies.percentile(permille: 500)),
            p99: milliseconds(tally.latencies.percentile(permille: 990)),
            p999: milliseconds(tally.latencies.percentile(permille: 999)),
            maximum: milliseconds(tally.latencies.maximum)
        )
        let gap = measurement.timeline.longestGap
        longestGap = Gap(
            milliseconds: Self.rounded(gap.length / .milliseconds(1)),
            startMilliseconds: begin.advanced(by: gap.start).milliseconds,
            endMilliseconds: begin.advanced(by: gap.end).milliseconds)
        commitsEachSecond = measurement.timeline.commitsEachSecond
        errors = tally.errors
        nodes = zip(before, after).map { before, after in
            Node(
                member: after.member.description,
                // A node that was restarted meanwhile counts from its start.
                processorSeconds: Self.rounded(
                    after.processorSeconds
                        - (after.uptimeSeconds < before.uptimeSeconds ? 0 : before.processorSeconds)),
                residentBytes: after.residentBytes
            )
        }
    }

    func lines(in language: Language) -> [String] {
        func text(_ milliseconds: Double?) -> String { milliseconds.map { "\($0)" } ?? "–" }
        let latency = latencyMilliseconds
        let latencies =
            "p50 \(text(latency.p50)) · p99 \(text(latency.p99)) · p99.9 \(text(latency.p999)) · "
            + "max \(text(latency.maximum)) ms"
        let record =
            recordBytes.map { Phrase("licences of \($0) bytes", "\($0) 字节的证照") } ?? Phrase("decisions", "用证决定")
        var phrases = [
            Phrase(
                "\(clients) clients, \(batch) \(record.english) a transaction, \(seconds) s",
                "\(clients) 个客户端，每笔交易 \(batch) 条\(record.chinese)，\(seconds) 秒"),
            Phrase(
                "  transactions \(transactionsPerSecond)/s (\(transactions) in \(blocks) blocks)",
                "  交易       \(transactionsPerSecond) 笔/秒（\(blocks) 个区块共 \(transactions) 笔）"),
            Phrase(
                "  records      \(recordsPerSecond)/s (\(records))",
                "  记录       \(recordsPerSecond) 条/秒（\(records) 条）"),
            Phrase("  latency      \(latencies)", "  延迟       \(latencies)"),
            Phrase(
                "  longest gap  \(longestGap.milliseconds) ms without a commit",
                "  最长间隔   \(longestGap.milliseconds) 毫秒没有交易生效"),
        ]
        phrases += errors.sorted { $0.key < $1.key }.map {
            Phrase("  error        \($0.key): \($0.value)", "  错误       \($0.key)：\($0.value)")
        }
        phrases += nodes.map { node in
            let memory = node.residentBytes / 1_048_576
            return Phrase(
                "  node         \(node.member): \(node.processorSeconds) s of processor, \(memory) MiB",
                "  节点       \(node.member)：处理器 \(node.processorSeconds) 秒，内存 \(memory) MiB")
        }
        return phrases.map { $0.text(in: language) }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}
