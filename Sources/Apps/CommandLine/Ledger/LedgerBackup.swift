import ArgumentParser
import Formats
import Foundation
import Identity
import Ledger
import Nodes

struct LedgerBackup: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a ledger to one file, while the node runs.",
        discussion: """
            The copy is of one block, whatever the node commits meanwhile, and has its name only when it is whole. It
            is noted in the data directory, where the node's console shows it.
            Votes, keys and the read model are not in it: votes must not come back, keys have their own place, the read
            model is made anew.

            Example: zhenglian ledger backup --data nodes/market/data --genesis genesis.der --to market.backup
            """
    )

    @Option(help: "A node's data directory.")
    var data: String

    @Option(help: "The genesis file.")
    var genesis: String

    @Option(help: "The backup; no file may be there.")
    var to: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let maintenance = LedgerMaintenance(dataPath: data, genesis: try GenesisFile.read(genesis))
        var bar = WorkBar(Phrase("copying", "正在复制"), console: console)
        let head: LedgerPoint
        do {
            head = try maintenance.backUp(to: to) { try bar.update($0) }
        } catch {
            bar.finish()
            throw error
        }
        bar.finish()
        try console.present(Report(head, path: to, notNoted: note(head, in: maintenance)))
    }

    /// Notes the backup in the data directory.
    /// - Returns: why it could not be; the backup is whole all the same.
    private func note(_ head: LedgerPoint, in maintenance: LedgerMaintenance) throws -> String? {
        let path = URL(fileURLWithPath: to).path
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64
        do {
            try maintenance.note(
                BackupRecord(
                    time: SystemWallClock().now, height: head.height, path: path, byteCount: size ?? 0))
            return nil
        } catch {
            return error.message
        }
    }

    private struct Report: Presentable {
        let backup: String
        let height: Height
        let head: Digest
        let stateRoot: Digest
        /// Why the node's console does not show it; `nil` where it does.
        let notNoted: String?

        init(_ point: LedgerPoint, path: String, notNoted: String?) {
            backup = path
            self.notNoted = notNoted
            height = point.height
            head = point.digest
            stateRoot = point.results.stateRoot
        }

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(backup): the ledger up to height \(height), block \(head)",
                    "\(backup)：账本至块高 \(height)，区块 \(head)"
                ).text(in: language)
            ]
                + (notNoted.map {
                    [Phrase("the node's console does not show it: \($0)", "节点控制台不显示此备份：\($0)").text(in: language)]
                } ?? [])
        }
    }
}
