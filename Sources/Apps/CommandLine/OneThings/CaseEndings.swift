import ArgumentParser
import Licences
import OneThings
import ZhenglianClient

/// What the lead does to a whole case.
struct WholeCaseOptions: ParsableArguments {
    @Argument(help: "The case's code (一件事编码).")
    var code: OneThingCode

    @OptionGroup var connection: ConnectionOptions

    func act(_ act: CaseAct, _ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let outcome = try await ZhenglianClient(ledger: ledger, identity: identity).oneThings.cases
                .act(act, in: code)
            try console.present(CaseActReport(code, step: nil, "\(act.kind)", outcome))
        }
    }
}

struct CaseWithdraw: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "End a case that its applicant does not want any more (撤回), before it binds anybody.",
        discussion: "Example: zhenglian onething withdraw 20261122-00000001-S --reason APPLICANT"
    )

    @Option(help: "The reason, a code of the definition.", transform: { try ReasonCode($0) })
    var reason: ReasonCode

    @OptionGroup var whole: WholeCaseOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws { try await whole.act(.withdraw(reason), console) }
}

struct CaseAnnul: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "annul",
        abstract:
            "Undo what a case has done (撤销), department by department; a licence that it issued is revoked first.",
        discussion: "Example: zhenglian onething annul 20261122-00000001-S --reason FALSE_PROMISE"
    )

    @Option(help: "The reason, a code of the definition.", transform: { try ReasonCode($0) })
    var reason: ReasonCode

    @OptionGroup var whole: WholeCaseOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws { try await whole.act(.annul(reason), console) }
}

struct CaseRate: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "rate",
        abstract: "Take in the applicant's grade of a completed case (评价).",
        discussion: "Example: zhenglian onething rate 20261122-00000001-S --grade 5"
    )

    @Option(help: "1 to 5.")
    var grade: Int64

    @OptionGroup var whole: WholeCaseOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...5).contains(grade) else { throw ValidationError("--grade is 1 to 5") }
    }

    func run(_ console: Console) async throws { try await whole.act(.rate(grade), console) }
}

struct CaseArchive: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Put a case that is over away (归档).",
        discussion: "Example: zhenglian onething archive 20261122-00000001-S"
    )

    @OptionGroup var whole: WholeCaseOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws { try await whole.act(.archive, console) }
}
