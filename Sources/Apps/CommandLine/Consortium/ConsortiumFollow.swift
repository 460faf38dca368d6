import ArgumentParser
import Formats
import Foundation
import Identity
import Nodes

struct ConsortiumFollow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Follow the chain's final headers (轻客户端): no blocks, no trust in the node that is asked.",
        discussion: """
            Takes the newest final header from a node, and checks that a quorum has signed it and that its past contains
            everything that is in the file. The file is then replaced, and serves `receipt verify --trusting`. A chain
            that contradicts the file is refused, and the file stays. Status 0: the file is at the newest header.

            Example: zhenglian consortium follow --file chain.trusted
            """
    )

    @Option(help: "What was verified so far; it is made where it is not there.")
    var file: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let known = FileManager.default.fileExists(atPath: file) ? try TrustedValidatorsFile.read(file) : nil
        try await connection.withClient(console) { client, _ in
            var follower = try Self.follower(client.genesis, known)
            if let step = try await Self.step(from: follower.header?.height, client) {
                try follower.advance(step)
                if let trusted = follower.trusted { try TrustedValidatorsFile.write(trusted, to: file) }
            }
            guard let header = follower.header else {
                throw CommandFailure(
                    .unreachable, Phrase("the chain has no final header yet", "该链尚无最终确认的块头"))
            }
            try console.present(
                FollowReport(header, genesis: client.genesis, from: known?.header.height, path: file))
        }
    }

    private static func follower(_ genesis: Genesis, _ known: TrustedValidators?) throws -> LightClient {
        guard let known else { return LightClient(genesis: genesis) }
        return try LightClient(genesis: genesis, trusted: known)
    }

    /// The next step, `nil` where the node has nothing newer.
    private static func step(from known: Height?, _ client: any LedgerClient) async throws -> LightClientStep? {
        do {
            return try await client.lightClientStep(from: known)
        } catch let error as NodeError where error.code == .notFound {
            return nil
        }
    }
}

/// How far a chain was followed, for people and machines.
struct FollowReport: Presentable {
    let height: Height
    let header: Digest
    let time: String
    let epoch: Epoch
    /// The height that was known before; `nil` at first.
    let from: Height?
    let stateRoot: Digest
    let executedHeight: Height
    let file: String

    init(_ header: BlockHeader, genesis: Genesis, from known: Height?, path: String) {
        height = header.height
        self.header = header.digest(suite: genesis.suite)
        time = header.timestamp.description
        epoch = header.epoch
        from = known
        stateRoot = header.executed.stateRoot
        executedHeight = header.executed.height
        file = path
    }

    func lines(in language: Language) -> [String] {
        let past = from.map { Phrase("contains block \($0), which was known", "包含已知的区块 \($0)") }
        let phrases = [
            Phrase("height       \(height), \(time)", "高度       \(height)，\(time)"),
            Phrase("header       \(header)", "块头摘要   \(header)"),
            Phrase(
                "state        \(stateRoot) at height \(executedHeight)", "状态根     \(stateRoot)（高度 \(executedHeight)）"),
            past.map { Phrase("past         \($0.english)", "历史       \($0.chinese)") },
            Phrase("kept in      \(file)", "保存于     \(file)"),
        ]
        return phrases.compactMap { $0?.text(in: language) }
    }
}
