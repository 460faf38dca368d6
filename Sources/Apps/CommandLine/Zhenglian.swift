import ArgumentParser

@main
struct Zhenglian: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zhenglian",
        abstract: "证链 · a consortium ledger for government departments.",
        discussion: """
            Every command takes --json for one machine-readable object on standard output, and --language zh or en.
            Exit status: 0 done · 1 refused or contradicted · 2 wrong use · 3 could not reach or could not check.

            Begin with: zhenglian demo
            """,
        version: "0.1.0",
        subcommands: [
            DemoCommand.self,
            AuthorityCommands.self,
            ConsortiumCommands.self,
            NodeCommands.self,
            LicenceCommands.self,
            AuthoriseCommands.self,
            UseCommands.self,
            TraceCommands.self,
            HolderCommands.self,
            VaultCommands.self,
            OneThingCommands.self,
            GatewayCommands.self,
            ReceiptCommands.self,
            LedgerCommands.self,
            LoadCommand.self,
        ]
    )

    static func main() async {
        // The parser's own statuses are those of sysexits; ours are the four that the help promises.
        do {
            var command = try parseAsRoot()
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
        } catch let exit as ExitCode {
            Self.exit(withError: exit)
        } catch {
            let isClean = exitCode(for: error).isSuccess
            let text = fullMessage(for: error)
            if isClean {
                Terminal.standardOutput(text)
            } else {
                Terminal.standardError(text)
            }
            Self.exit(withError: isClean ? ExitCode.success : ExitStatus.wrongUse.code)
        }
    }
}
