import Formats

/// One point of a curve: how a channel does under steady work on links of one delay.
public struct CurvePoint: Sendable {
    public let validators: Int
    /// What a message takes, in milliseconds.
    public let delay: Int
    /// Transactions that wait for their outcome at any time.
    public let outstanding: Int
    public let blocks: UInt64
    public let transactions: Int
    /// How long the work lasted, in simulated time.
    public let duration: Duration
    /// From order to outcome, in simulated time, ascending.
    public let latencies: [Duration]

    /// The latency that a share of the transactions does not exceed.
    public func latency(_ share: Double) -> Duration {
        latencies.isEmpty ? .zero : latencies[min(latencies.count - 1, Int(share * Double(latencies.count)))]
    }
}

/// Steady work on a channel without faults.
public enum Curve {
    /// Has clients order one transaction after the other, each its next one when it is told of the last.
    /// - Parameters:
    ///   - validators: how many.
    ///   - delay: what every message takes, in milliseconds.
    ///   - outstanding: how many transactions wait at any time.
    ///   - count: how many are ordered in all.
    /// - Throws: what making the consortium throws.
    public static func point(validators: Int, delay: Int, outstanding: Int, count: Int) throws -> CurvePoint {
        let scenario = try Scenario(
            validators: validators, delay: delay * 1_000...delay * 1_000, workDuration: 0,
            blockTransactions: 2_000)
        let channel = scenario.channel
        // Every client's certificate is on the ledger before anything is measured.
        for client in 0..<validators { scenario.order(client) }
        _ = scenario.settle()
        let blocks = scenario.height
        let start = channel.now
        var latencies: [Duration] = []
        var ordered = 0
        channel.checksEverySignature = true
        let order = {
            channel.makeSteadyOrder(ordered % validators)
            ordered += 1
        }
        channel.onOutcome = { latency in
            latencies.append(latency)
            if ordered < count { order() }
        }
        for _ in 0..<outstanding { order() }
        while latencies.count < count, scenario.violations.isEmpty, channel.now - start < .seconds(600) {
            scenario.run(for: .milliseconds(10))
        }
        return CurvePoint(
            validators: validators, delay: delay, outstanding: outstanding, blocks: scenario.height - blocks,
            transactions: latencies.count, duration: channel.now - start, latencies: latencies.sorted())
    }
}
