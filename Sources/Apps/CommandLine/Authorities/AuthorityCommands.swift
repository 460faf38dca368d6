import ArgumentParser
import Identity
import Nodes

struct AuthorityCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca",
        abstract: "A department's certificate authority (证书管理): make it, issue, sign, revoke, show.",
        subcommands: [
            AuthorityInit.self,
            AuthorityIssue.self,
            AuthorityRequest.self,
            AuthoritySign.self,
            AuthorityRevoke.self,
            AuthorityList.self,
            AuthorityShow.self,
        ]
    )
}

/// Which authority; its certificate says of which suite.
struct AuthorityOptions: ParsableArguments {
    @Option(help: "The authority's directory.")
    var authority: String

    func open() throws -> AuthorityDirectory {
        try AuthorityDirectory.open(authority)
    }
}

/// What a certificate is signed for, and for how long.
struct CertificateOptions: ParsableArguments {
    @Option(help: "The consortium that the certificate is for.")
    var consortium: Label

    @Option(help: "Days until the certificate expires.")
    var days = 825

    func validate() throws {
        guard (1...3650).contains(days) else { throw ValidationError("--days is 1 to 3650") }
    }

    /// From now on.
    var validity: ClosedRange<Timestamp> { Validity.starting(SystemWallClock().now, days: days) }
}
