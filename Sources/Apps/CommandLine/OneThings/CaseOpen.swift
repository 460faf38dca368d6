import ArgumentParser
import Formats
import Identity
import Licences
import OneThings
import ZhenglianClient

struct CaseOpen: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Open a case (收件开办), as the department that leads the matter.",
        discussion: """
            Data and papers go to your department's node, encrypted; the ledger gets their names and one digest.

            Example: zhenglian onething open enterprise-opening --subject P1-5f3c… --items form.json \\
                         --paper articles=articles.pdf
            """
    )

    @Argument(help: "The matter, such as enterprise-opening.")
    var matter: Label

    @Option(
        help: "What it is about: a licence's identifier, or a holder's pseudonym ('holder pseudonym').",
        transform: caseSubject)
    var subject: CaseSubject

    @Option(help: "What the applicant has chosen; repeat for more.")
    var option: [Label] = []

    @OptionGroup var content: CaseContentOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let stored = try await content.store(client, connection)
            let code = try await client.oneThings.cases.open(
                OpenCase(matter: matter, subject: subject, options: option, content: stored))
            try console.present(Report(code: code, root: stored?.root))
        }
    }

    private struct Report: Presentable {
        let code: OneThingCode
        /// The digest of what was handed in; `nil` for nothing.
        let root: Digest?

        func lines(in language: Language) -> [String] {
            [Phrase("opened: \(code)", "已开办：\(code)").text(in: language)]
        }
    }
}
