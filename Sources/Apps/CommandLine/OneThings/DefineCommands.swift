import ArgumentParser
import Formats
import Identity
import Nodes
import OneThings
import ZhenglianClient

struct DefineCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "define",
        abstract: "Definitions (一件事定义): what a one-thing is, as departments have agreed on it.",
        subcommands: [
            DefineCheck.self, DefinePropose.self, DefineApprove.self, DefineShow.self, DefineList.self,
            DefineDifference.self, DefineTry.self,
        ]
    )
}

struct DefineCheck: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with a definition's file, and its digest; no node is asked.",
        discussion: """
            Example: zhenglian onething define check Definitions/simple-deregistration.json \\
                         --department bank=finance --limit 'objections.answer=30 seconds'
            """
    )

    @OptionGroup var definition: DefinitionOptions

    @Option(help: "The consortium's crypto suite, for the digest: p256 or sm.")
    var suite: CryptoSuiteIdentifier = .p256

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try console.present(DefinitionReport(try definition.read(), suite: suite.suite))
    }
}

struct DefinePropose: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Propose a definition, as your department's administrator; that approves it as well.",
        discussion: """
            It has the number of the matter's next version. It is adopted once administrators of every department that \
            takes part, and of more than half of all departments, have approved it; it takes the place of a proposal \
            that has not been adopted.

            Example: zhenglian onething define propose Definitions/enterprise-opening.json
            """
    )

    @OptionGroup var definition: DefinitionOptions

    @Option(help: "The height before which it does not come into force.")
    var notBefore: UInt64 = 0

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard notBefore <= UInt64(Int64.max) else { throw ValidationError("no ledger comes to that height") }
    }

    func run(_ console: Console) async throws {
        let definition = try definition.read()
        try await connection.withClient(console) { client, identity in
            let definitions = ZhenglianClient(ledger: client, identity: identity).oneThings.definitions
            try await definitions.propose(definition, notBefore: Height(rawValue: notBefore))
            try console.present(try await MatterReport(definition.matter, definitions, genesis: client.genesis))
        }
    }
}

struct DefineApprove: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve the definition that is proposed for a matter, as your department's administrator.",
        discussion: """
            'onething define difference' shows what it changes, and who would get to see more.

            Example: zhenglian onething define approve enterprise-opening 6b2f…
            """
    )

    @Argument(help: "The matter.")
    var matter: Label

    @Argument(
        help: "The digest of the definition, as 'onething define show' prints it.",
        transform: {
            guard let digest = Digest(hexadecimal: $0) else {
                throw ValidationError("a definition is named by the 64 hexadecimal digits of its digest")
            }
            return digest
        })
    var digest: Digest

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let definitions = ZhenglianClient(ledger: client, identity: identity).oneThings.definitions
            try await definitions.approve(digest, of: matter)
            try console.present(try await MatterReport(matter, definitions, genesis: client.genesis))
        }
    }
}

struct DefineShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a matter's versions, its definition, and what is proposed, as a node states it.",
        discussion: """
            Examples: zhenglian onething define show enterprise-opening
                      zhenglian onething define show enterprise-opening --export next.json
            """
    )

    @Argument(help: "The matter.")
    var matter: Label

    @Option(name: .customLong("version"), help: "The version to show; by default the one in force.")
    var shownVersion: UInt64?

    @Option(help: "Also write the definition as the file of the next version, to be changed and proposed.")
    var export: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let definitions = ZhenglianClient(ledger: client, identity: identity).oneThings.definitions
            let report = try await MatterReport(
                matter, version: shownVersion, definitions, genesis: client.genesis)
            if let export { try Self.write(report, to: export) }
            try console.present(report)
        }
    }

    private static func write(_ report: MatterReport, to path: String) throws {
        guard let definition = report.definition?.definition else {
            throw CommandFailure(
                .refused,
                Phrase("no definition of \(report.matter) is in force to be exported", "\(report.matter) 没有现行定义可导出"))
        }
        let next = (report.versions.last?.version ?? 0) + 1
        let bytes = try DefinitionFile.json(of: definition, version: next)
        try ProtectedFile.create(at: path, with: bytes, access: .shared)
    }
}

struct DefineList: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the matters of the ledger and their versions, as a node states them.",
        discussion: "Example: zhenglian onething define list"
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let definitions = ZhenglianClient(ledger: client, identity: identity).oneThings.definitions
            try console.present(MattersReport(try await definitions.matters()))
        }
    }
}

struct DefineDifference: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "difference",
        abstract: "Say what a file, or what is proposed, changes against the newest version of a matter.",
        discussion: """
            Who would newly get what comes first. Without a file, the proposal is compared.

            Examples: zhenglian onething define difference simple-deregistration
                      zhenglian onething define difference simple-deregistration next.json
            """
    )

    @Argument(help: "The matter.")
    var matter: Label

    @Argument(help: "The definition to compare; by default what is proposed.")
    var file: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let fromFile = try file.map { try DefinitionOptions.read($0) }
        if let fromFile, fromFile.matter != matter {
            throw CommandFailure(
                .wrongUse,
                Phrase("the file defines \(fromFile.matter), not \(matter)", "文件定义的是 \(fromFile.matter)，不是 \(matter)"))
        }
        try await connection.withClient(console) { client, identity in
            let definitions = ZhenglianClient(ledger: client, identity: identity).oneThings.definitions
            let proposed = fromFile == nil ? try await definitions.proposal(of: matter)?.definition : nil
            guard let new = fromFile ?? proposed else {
                throw CommandFailure(
                    .refused, Phrase("no definition of \(matter) is proposed: name a file", "\(matter) 没有待批准的定义：请给出文件"))
            }
            // The newest one, whether or not its height has come: the next version takes its place.
            var old: OneThingDefinition?
            if let newest = try await definitions.matter(matter)?.versions.versions.last?.version {
                old = try await definitions.matter(matter, version: newest)?.definition
            }
            try console.present(
                DifferenceReport(
                    matter: matter, oldVersion: old?.version, newVersion: new.version,
                    digest: client.genesis.suite.digest(of: new.derBytes),
                    difference: try DefinitionDifference(from: old, to: new)))
        }
    }
}
