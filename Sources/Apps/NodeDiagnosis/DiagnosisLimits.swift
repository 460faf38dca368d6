import Ledger

/// From when on something is worth a word, with the reasons.
package enum DiagnosisLimits {
    /// Seconds without a block, while something waits, after which there is no progress: several views of the longest
    /// time-out that a channel has by default.
    package static let stallSeconds = 10.0
    /// Days before the end of a certificate at which a department has to begin: requests go through hands.
    package static let certificateWarningDays = 30
    /// Free bytes under which a node may stop within the hour: the largest blocks at full load.
    package static let leastFreeBytes: UInt64 = 512 << 20
    /// Free bytes under which somebody has to look for a larger disk.
    package static let fewFreeBytes: UInt64 = 4 << 30
    /// Heights by which a node may be behind another while both are asked, one after the other, under load.
    package static let heightsBehind: UInt64 = 50
    /// Blocks before a height that the program cannot execute, at which its update is urgent: as few as there are
    /// between a decision and its height.
    package static let fewBlocks = ContractLifecycleContract.minimumNotice
    /// A refused connection is of interest for so long.
    package static let refusalSeconds = 600.0
}
