import ArgumentParser
import Formats
import Foundation
import Ledger
import Nodes

struct LedgerExportCommand: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write what a ledger holds as DER or JSON lines, while the node runs.",
        discussion: """
            Blocks, transactions, outcomes and changes go from one height to another: an export that was broken off
            goes on with --from. The state is that of the last block.

            Example: zhenglian ledger export --data data --genesis genesis.der --content transactions --output all.jsonl
            """
    )

    @Option(help: "A node's data directory.")
    var data: String

    @Option(help: "The genesis file.")
    var genesis: String

    @Option(help: "blocks, transactions, outcomes, changes or state.")
    var content: LedgerExportContent = .blocks

    @Option(help: "json or der.")
    var format: LedgerExportFormat = .json

    @Option(help: "The first height.")
    var from: UInt64 = 1

    @Option(help: "The last height; by default that of the last block.")
    var to: UInt64?

    @Option(help: "The file; no file may be there.")
    var output: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let maintenance = LedgerMaintenance(dataPath: data, genesis: try GenesisFile.read(genesis))
        let export = try maintenance.export(content, as: format)
        var bar = WorkBar(Phrase("exporting", "正在导出"), console: console)
        let file = try ExportFile(creating: output)
        let summary: LedgerExport.Summary
        do {
            summary = try export.run(
                from: Height(rawValue: min(from, UInt64(Int64.max))),
                to: to.map { Height(rawValue: min($0, UInt64(Int64.max))) },
                progress: { try bar.update($0) },
                write: { try file.append($0) }
            )
            try file.close()
        } catch {
            bar.finish()
            throw error
        }
        bar.finish()
        try console.present(Report(output: output, content: content.rawValue, summary: summary))
    }

    private struct Report: Presentable {
        let output: String
        let content: String
        let summary: LedgerExport.Summary

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(output): \(summary.count) \(content), heights \(summary.first) to \(summary.last)",
                    "\(output)：\(content) 共 \(summary.count) 项，块高 \(summary.first) 至 \(summary.last)"
                ).text(in: language)
            ]
        }
    }
}
