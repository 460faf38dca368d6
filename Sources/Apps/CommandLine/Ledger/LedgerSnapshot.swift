import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes

struct LedgerSnapshot: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Write a snapshot from which a new node can begin, while the node runs.",
        discussion: """
            A snapshot is the state, the journal and the last outcomes as of one height, in chunks each of which proves
            itself against a header that a quorum has signed. Whoever begins with it has to trust nobody.

            Example: zhenglian ledger snapshot --data nodes/market/data --genesis genesis.der --to snapshot
            Then: zhenglian node run --configuration node.json --snapshot snapshot
            """
    )

    @Option(help: "A node's data directory.")
    var data: String

    @Option(help: "The genesis file.")
    var genesis: String

    @Option(help: "The snapshot's directory; there may be none yet.")
    var to: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let maintenance = LedgerMaintenance(dataPath: data, genesis: try GenesisFile.read(genesis))
        var bar = WorkBar(Phrase("writing a snapshot", "正在写快照"), console: console)
        let manifest: SnapshotManifest
        do {
            manifest = try await maintenance.writeSnapshot(to: to) { try bar.update($0) }
        } catch {
            bar.finish()
            throw error
        }
        bar.finish()
        try console.present(Report(manifest, path: to))
    }

    private struct Report: Presentable {
        let snapshot: String
        let height: Height
        let stateRoot: Digest
        let chunks: Int
        let bytes: Int

        init(_ manifest: SnapshotManifest, path: String) {
            let listed = SnapshotPart.allCases.flatMap { manifest.chunks(of: $0) }
            snapshot = path
            height = manifest.height
            stateRoot = manifest.sealingHeader.executed.stateRoot
            chunks = listed.count
            bytes = listed.reduce(0) { $0 + $1.byteCount }
        }

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "\(snapshot): the state of height \(height) in \(chunks) chunks, \(bytes >> 10) KiB",
                    "\(snapshot)：块高 \(height) 的状态，共 \(chunks) 块，\(bytes >> 10) KiB"
                ).text(in: language),
                Phrase("  state root  \(stateRoot)", "  状态根  \(stateRoot)").text(in: language),
            ]
        }
    }
}
