import ArgumentParser
import Identity
import Licences
import Nodes
import ZhenglianClient

struct LicenceCodesCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes",
        abstract: "The table of statuses and operations of licences (证照状态与操作代码表), which departments vote on.",
        subcommands: [LicenceCodesShow.self, LicenceCodesPropose.self, LicenceCodesApprove.self]
    )
}

struct LicenceCodesShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the table in force, and the one that is proposed, as a node states them.",
        discussion: """
            Examples: zhenglian licence codes show
                      zhenglian licence codes show --export next.json
            """
    )

    @Option(help: "Also write the table in force as the file of the next version, to be changed and proposed.")
    var export: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let answer = try await ZhenglianClient(ledger: client, identity: identity).licences.codes()
            if let export { try LicenceCodesFile(answer.table, version: answer.table.version + 1).write(to: export) }
            try console.present(TableReport<LicenceCodesFile>(answer, genesis: client.genesis))
        }
    }
}

struct LicenceCodesPropose: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Propose the next table, as your department's administrator; that approves it as well.",
        discussion: """
            The table keeps every code that was ever in force, and has the next version's number. It takes the place of
            a proposal that has not been adopted. 'licence codes show --export' writes a file to start from.

            Example: zhenglian licence codes propose next.json
            """
    )

    @Argument(help: "The table: JSON as docs/licences.md describes it.")
    var file: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let table = try LicenceCodesFile.read(file)
        try await connection.withClient(console) { client, identity in
            let licences = ZhenglianClient(ledger: client, identity: identity).licences
            try await licences.propose(table)
            try console.present(TableReport<LicenceCodesFile>(try await licences.codes(), genesis: client.genesis))
        }
    }
}

struct LicenceCodesApprove: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve the proposed table, as your department's administrator.",
        discussion: """
            It is in force once administrators of more than half of the departments have approved it.

            Example: zhenglian licence codes approve 6b2f…
            """
    )

    @Argument(help: "The digest of the proposed table, as 'licence codes show' prints it.", transform: tableDigest)
    var table: Digest

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let licences = ZhenglianClient(ledger: client, identity: identity).licences
            try await licences.approveCodes(table)
            try console.present(TableReport<LicenceCodesFile>(try await licences.codes(), genesis: client.genesis))
        }
    }
}
