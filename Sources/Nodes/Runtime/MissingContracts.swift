import Formats
import Ledger
import Logging

/// Says in the log, in good time, that this program will not be able to execute blocks from a height on.
struct MissingContracts: Sendable {
    /// Blocks between two words about the same: a log is read by chance.
    private static let interval: UInt64 = 1_000

    let ledger: ChannelLedger
    let logger: Logger

    func warn() {
        for missing in ledger.missingContracts {
            logger.warning(
                """
                this program lacks a version of a contract that the departments have decided on: it stops before that \
                height unless it is updated
                """,
                metadata: [
                    "contract": "\(missing.contract)", "version": "\(missing.version)", "height": "\(missing.height)",
                ]
            )
        }
    }

    /// Warns where blocks have changed what is planned, and from time to time.
    func warn(after executed: [ExecutedBlock]) {
        let isTime = executed.contains { block in
            block.height.rawValue.isMultiple(of: Self.interval)
                || block.changes.contains { $0.contract == ContractLifecycleContract.name }
        }
        if isTime { warn() }
    }
}
