import ArgumentParser
import Identity
import Licences
import Nodes
import ZhenglianClient

/// The commands of a table that departments vote on: show, propose, approve.
enum TableCommands<File: TableFile> {
    static var all: [any ParsableCommand.Type] {
        [TableShow<File>.self, TablePropose<File>.self, TableApprove<File>.self]
    }
}

struct TableShow<File: TableFile>: ZhenglianCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show",
            abstract: "Show what is in force, and what is proposed, as a node states it.",
            discussion: """
                Examples: zhenglian \(File.command) show
                          zhenglian \(File.command) show --export next.json
                """
        )
    }

    @Option(help: "Also write what is in force as the file of the next version, to be changed and proposed.")
    var export: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let answer = try await File.answer(to: ZhenglianClient(ledger: client, identity: identity))
            if let export { try File(answer.table, version: answer.table.version + 1).write(to: export) }
            try console.present(TableReport<File>(answer, genesis: client.genesis))
        }
    }
}

struct TablePropose<File: TableFile>: ZhenglianCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "propose",
            abstract: "Propose the next version, as your department's administrator; that approves it as well.",
            discussion: """
                \(File.rule) It takes the place of a proposal that has not been adopted. \
                '\(File.command) show --export' writes a file to start from.

                Example: zhenglian \(File.command) propose next.json
                """
        )
    }

    @Argument(help: "The next version: JSON as \(File.document) describes it.")
    var file: String

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let table = try File.read(file)
        try await connection.withClient(console) { client, identity in
            let zhenglian = ZhenglianClient(ledger: client, identity: identity)
            try await File.propose(table, by: zhenglian)
            try console.present(TableReport<File>(try await File.answer(to: zhenglian), genesis: client.genesis))
        }
    }
}

struct TableApprove<File: TableFile>: ZhenglianCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "approve",
            abstract: "Approve what is proposed, as your department's administrator.",
            discussion: """
                It is in force once administrators of more than half of the departments have approved it.

                Example: zhenglian \(File.command) approve 6b2f…
                """
        )
    }

    @Argument(help: "The digest of the proposal, as '\(File.command) show' prints it.", transform: Self.digest)
    var proposal: Digest

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let zhenglian = ZhenglianClient(ledger: client, identity: identity)
            try await File.approve(proposal, by: zhenglian)
            try console.present(TableReport<File>(try await File.answer(to: zhenglian), genesis: client.genesis))
        }
    }

    private static func digest(_ text: String) throws -> Digest {
        guard let digest = Digest(hexadecimal: text) else {
            throw ValidationError(
                "a proposal is named by the 64 hexadecimal digits of its digest, as 'show' prints them")
        }
        return digest
    }
}
