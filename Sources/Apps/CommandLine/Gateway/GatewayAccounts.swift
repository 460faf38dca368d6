import ArgumentParser
import GatewayAccess
import Identity
import Nodes

struct GatewayAccounts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts",
        abstract: "Local accounts of the console, in a file of this machine (本地账号).",
        subcommands: [AccountAdd.self, AccountRemove.self, AccountList.self]
    )
}

/// Which file of accounts.
struct AccountFileOptions: ParsableArguments {
    @Option(help: "The file of accounts, which the node's configuration names.")
    var file: String

    /// What the file has.
    /// - Throws: `FileError` or `AccessError`.
    func read() throws -> AccountFile { try AccountFile(file: file) }

    /// What the file has, or nothing where there is none yet.
    func readOrBegin() throws -> AccountFile {
        do {
            return try read()
        } catch let error as FileError where error.code == .missing {
            return AccountFile()
        }
    }
}

struct AccountAdd: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add an account, or give one another password and other entitlements.",
        discussion: """
            The password has twelve characters or more. It is asked for on the terminal, twice and without being shown,
            or is the first line of standard input.

            Example: zhenglian gateway accounts add li --file accounts.json --entitlement gateway:administer
            """
    )

    @Argument(help: "Its name: a-z, 0-9 and '-'.")
    var name: Label

    @OptionGroup var accounts: AccountFileOptions
    @OptionGroup var entitlements: EntitlementOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        var file = try accounts.readOrBegin()
        let password = try PasswordInput(console).read()
        var generator = SystemRandomNumberGenerator()
        try file.put(
            LocalAccount(
                name: name, entitlements: entitlements.set, createdAt: SystemWallClock().now,
                password: try PasswordHash(password, using: &generator)))
        try file.write(file: accounts.file)
        try console.present(AccountsReport(file))
    }
}

struct AccountRemove: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove an account.",
        discussion: "Example: zhenglian gateway accounts remove li --file accounts.json"
    )

    @Argument(help: "Its name.")
    var name: Label

    @OptionGroup var accounts: AccountFileOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        var file = try accounts.read()
        guard file.remove(name) else {
            throw CommandFailure(
                .refused, Phrase("\(accounts.file) has no account \(name)", "\(accounts.file) 中没有账号 \(name)"))
        }
        try file.write(file: accounts.file)
        try console.present(AccountsReport(file))
    }
}

struct AccountList: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the accounts.",
        discussion: "Example: zhenglian gateway accounts list --file accounts.json"
    )

    @OptionGroup var accounts: AccountFileOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws { try console.present(AccountsReport(try accounts.read())) }
}

/// The accounts of a file, without what is kept of their passwords.
struct AccountsReport: Presentable {
    struct Account: Encodable {
        let name: Label
        let entitlements: [AccessEntitlement]
        let createdAt: Timestamp
    }

    let accounts: [Account]

    init(_ file: AccountFile) {
        accounts = file.accounts.map {
            Account(name: $0.name, entitlements: $0.entitlements, createdAt: $0.createdAt)
        }
    }

    func lines(in language: Language) -> [String] {
        guard !accounts.isEmpty else { return [Phrase("no account", "没有账号").text(in: language)] }
        let header = [Phrase("name", "账号"), Phrase("since", "创建时间"), Phrase("may", "权限")]
        let rows = accounts.map {
            [$0.name.rawValue, "\($0.createdAt)", $0.entitlements.map(\.rawValue).joined(separator: " ")]
        }
        return TextTable(header: header.map { $0.text(in: language) }, rows: rows).lines
    }
}
