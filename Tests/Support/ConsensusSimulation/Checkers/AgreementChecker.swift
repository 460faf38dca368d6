public import Formats
import Identity

/// Watches what honest validators hold to be final: one block at each height, for all, for ever.
public struct AgreementChecker: Sendable {
    private var blocks: [UInt64: Digest] = [:]
    private var heights: [ValidatorIndex: UInt64] = [:]
    public private(set) var violations: [Violation] = []

    public init() {}

    /// A validator executed a block.
    public mutating func executed(_ block: SimulatedBlock, by node: ValidatorIndex) {
        let digest = block.digest
        if let agreed = blocks[block.height], agreed != digest {
            violations.append(
                Violation(
                    .agreement,
                    "height \(block.height): \(node) has \(digest.shortDescription), another \(agreed.shortDescription)"
                ))
        }
        blocks[block.height] = digest
        if block.height != heights[node, default: 0] + 1 {
            violations.append(
                Violation(.agreement, "validator \(node) went from \(heights[node, default: 0]) to \(block.height)"))
        }
        heights[node] = block.height
    }

    /// A validator came back with a chain of this height.
    public mutating func restarted(_ node: ValidatorIndex, height: UInt64, lostDisk: Bool) {
        if height < heights[node, default: 0], !lostDisk {
            violations.append(
                Violation(.agreement, "validator \(node) forgot blocks above \(height) that it had executed"))
        }
        heights[node] = height
    }
}
