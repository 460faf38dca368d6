import Formats
import Nodes

/// The last backups of this node's ledger, as its data directory says, with the command that makes one.
struct BackupList: Sendable {
    struct Row: Sendable {
        let time: String
        let height: String
        /// Blocks that the ledger has had since.
        let blocksSince: String
        let size: String
        let path: String
    }

    let rows: [Row]
    /// Why it cannot be told which backups there are; `nil` where it can.
    let fault: String?
    let command: String

    /// - Parameter height: the ledger's.
    init(_ services: ConsoleServices, at height: Height) {
        command = "zhenglian ledger backup --data \(services.dataPath) --genesis genesis.der --to FILE"
        do throws(FileError) {
            rows = try LedgerMaintenance(dataPath: services.dataPath, genesis: services.genesis).backups().map {
                Row(
                    time: Told.time($0.time), height: Told.number($0.height.rawValue),
                    // None where it was made of a later ledger than is here.
                    blocksSince: Told.number(height.rawValue - min(height.rawValue, $0.height.rawValue)),
                    size: Told.bytes($0.byteCount), path: $0.path)
            }
            fault = nil
        } catch {
            rows = []
            fault = error.message
        }
    }
}
