import ArgumentParser
import Licences

struct LicenceSuspend: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Suspend a licence (暂扣): it can be looked up, and not used.",
        discussion: """
            Example: zhenglian licence suspend --basis 道路运输条例第六十四条 \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @OptionGroup var decision: LicenceDecisionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await decision.decide(.suspend, .suspended, connection, console)
    }
}

struct LicenceResume: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Give a suspended licence back (暂扣发还).",
        discussion: """
            Example: zhenglian licence resume --basis 乌市交罚〔2026〕12号 \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @OptionGroup var decision: LicenceDecisionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await decision.decide(.resume, .valid, connection, console)
    }
}

struct LicenceRevoke: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a licence (撤销、注销、吊销): with the status that it ends in and the legal basis.",
        discussion: """
            The status is 03 撤销, 04 注销, 05 失效, 06 办理转出 or 07 吊销. The basis names a rule or decision, never a person.
            With 03, 04 and 07 everything that was granted on the licence ends in the same transaction (授权关闭).

            Example: zhenglian licence revoke --status 04 --basis 行政许可法第七十条 \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Option(help: "The status that the licence ends in: 03, 04, 05, 06 or 07.")
    var status: LicenceStatus

    @OptionGroup var decision: LicenceDecisionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard LicenceStatus.endings.contains(status) else {
            throw ValidationError("a licence does not end with status \(status.text)")
        }
    }

    func run(_ console: Console) async throws {
        let operation: LicenceOperation = status == .expired ? .expire : .end
        try await decision.decide(operation, status, connection, console)
    }
}

struct LicenceWithdraw: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Cancel a licence that its holder gives up (注销).",
        discussion: """
            Everything that was granted on the licence ends in the same transaction (授权关闭).

            Example: zhenglian licence withdraw --basis 行政许可法第七十条 \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @OptionGroup var decision: LicenceDecisionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await decision.decide(.end, .cancelled, connection, console)
    }
}

struct LicenceTransfer: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "Transfer a licence out to another authority (办理转出), or cancel that (取消转出).",
        discussion: """
            Example: zhenglian licence transfer --basis 建市〔2026〕3号 \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Flag(help: "The transfer does not take place: the licence is valid again (取消转出).")
    var cancel = false

    @OptionGroup var decision: LicenceDecisionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await decision.decide(
            cancel ? .cancelTransfer : .end, cancel ? .valid : .transferredOut, connection, console)
    }
}
