import Formats
import Identity
import Ledger

/// One block and one result at each height, for all, for ever; and nobody goes back or leaves a height out.
struct AgreementChecker {
    private struct Agreed {
        let block: Digest
        let results: ExecutedState
        let node: Int
    }

    private var agreed: [Agreed] = []
    private var heights: [Int: UInt64] = [:]

    /// The greatest height that anybody has executed.
    var height: UInt64 { UInt64(agreed.count) }

    /// - Returns: what is wrong with a block that an honest member has executed.
    mutating func executed(_ entry: SimulatedLedger.Entry, by node: Int) -> String? {
        let height = entry.block.header.height.rawValue
        let before = heights[node, default: 0]
        heights[node] = height
        guard height == before + 1 else { return "it went from height \(before) to \(height)" }
        guard height <= UInt64(agreed.count) else {
            agreed.append(Agreed(block: entry.block.digest, results: entry.executed, node: node))
            return nil
        }
        let known = agreed[Int(height) - 1]
        guard known.block == entry.block.digest else {
            return """
                at height \(height) it has block \(entry.block.digest.shortDescription), machine \(known.node) has \
                \(known.block.shortDescription)
                """
        }
        guard known.results == entry.executed else {
            return "at height \(height) it has other results than machine \(known.node)"
        }
        return nil
    }

    /// - Returns: what is wrong with the height that a member came back with.
    mutating func restarted(_ node: Int, height: Height, hasLostDisk: Bool) -> String? {
        defer { heights[node] = height.rawValue }
        guard height.rawValue < heights[node, default: 0], !hasLostDisk else { return nil }
        return "it forgot the blocks above height \(height), which it had executed"
    }
}
