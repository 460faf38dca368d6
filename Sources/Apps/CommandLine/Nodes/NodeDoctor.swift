import ArgumentParser
import Formats
import Identity
import Ledger
import NodeDiagnosis
import Nodes

struct NodeDoctor: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            """
            Say what is wrong with a node, and what to do: progress, peers, certificates, contracts, clock, disk, \
            misconduct.
            """,
        discussion: """
            Asks the node, and the other validators for comparison. The identity has to be an administrator's or an
            auditor's. Where the node does not run, --data examines its files instead, with the node's own identity.
            The exit status is 0 where nothing is wrong, 1 where something is, 3 where the node cannot be reached.

            Example: zhenglian node doctor --node 10.0.0.1:7101 --genesis genesis.der --identity identities/operator
            Example: zhenglian node doctor --data nodes/tax/data --genesis genesis.der --identity nodes/tax/identity
            """
    )

    @Option(help: "The data directory of a node on this machine that does not run.")
    var data: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let report = if let data { try stoppedNode(data) } else { try await runningNode() }
        try console.present(report)
        if report.isSomethingWrong { throw ExitStatus.refused.code }
    }

    private func stoppedNode(_ data: String) throws -> DoctorReport {
        let identity = try connection.value(connection.identity, variable: "ZHENGLIAN_IDENTITY", option: "--identity")
        let time = SystemWallClock().now
        let node = StoppedNode(
            genesis: try connection.readGenesis(), identity: identity, data: data,
            contracts: try Contracts(NodeRun.contracts), at: time)
        return DoctorReport(
            member: node.member, findings: StoppedNodeFindings.about(node, at: time), health: nil)
    }

    private func runningNode() async throws -> DoctorReport {
        var report: DoctorReport?
        let drift = try connection.readGenesis().limits.maximumClockDrift
        try await connection.withNodeAmongOthers { node, others in
            let health = try await Self.health(of: node)
            let examination = Examination(
                node: health, others: await Self.examine(others), time: SystemWallClock().now,
                maximumClockDrift: Int64(drift))
            report = DoctorReport(member: health.member, findings: examination.findings, health: health)
        }
        guard let report else { preconditionFailure("the body has run, or has thrown") }
        return report
    }

    private static func health(of client: any LedgerClient) async throws -> NodeHealth {
        guard let examiner = client as? any NodeExaminer else {
            preconditionFailure("a client over the network can ask a node how it is")
        }
        return try await examiner.health()
    }

    /// Asks all of them at once: one that does not answer takes its time.
    private static func examine(
        _ others: [(member: MemberName, client: any LedgerClient)]
    ) async -> [Examination.Other] {
        await withTaskGroup(of: Examination.Other.self) { group in
            for (member, client) in others {
                group.addTask {
                    // What does not answer is what the node itself says about its peers.
                    Examination.Other(member: member, health: try? await health(of: client))
                }
            }
            let answers = await group.reduce(into: []) { $0.append($1) }
            return answers.sorted { $0.member.description < $1.member.description }
        }
    }
}

/// What the doctor has found.
private struct DoctorReport: Presentable {
    /// `nil` where the identity could not be read.
    let member: MemberName?
    let findings: [Finding]
    /// The facts behind it; `nil` where the node does not run.
    let health: NodeHealth?

    /// Notices are for information.
    var isSomethingWrong: Bool { findings.contains { $0.severity > .notice } }

    func lines(in language: Language) -> [String] {
        func text(_ words: Finding.Words) -> String {
            Phrase(words.english, words.chinese).text(in: language)
        }
        let name = member?.description ?? "?"
        let head = health.map { health in
            let height = "\(health.height)"
            return Phrase(
                "node \(name), height \(height), last block \(Int(health.secondsSinceCommit)) s ago",
                "节点 \(name)，块高 \(height)，最新区块在 \(Int(health.secondsSinceCommit)) 秒前")
        }
        var lines = [(head ?? Phrase("node \(name), not running", "节点 \(name)，未运行")).text(in: language)]
        if !isSomethingWrong { lines.append(Phrase("  nothing is wrong", "  一切正常").text(in: language)) }
        for finding in findings {
            let mark =
                switch finding.severity {
                case .error: Phrase("  ✗ ", "  ✗ ")
                case .warning: Phrase("  ! ", "  ! ")
                case .notice: Phrase("  · ", "  · ")
                }
            lines.append(mark.text(in: language) + text(finding.statement))
            if let advice = finding.advice { lines.append("    → " + text(advice)) }
        }
        return lines
    }
}
