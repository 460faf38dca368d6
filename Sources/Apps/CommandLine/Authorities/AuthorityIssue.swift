import ArgumentParser
import Identity
import Nodes

struct AuthorityIssue: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Make a key here and certify it: for nodes and clients that are set up on this machine.",
        discussion: """
            Where the key must not leave another machine, use 'ca request' there and 'ca sign' here.

            Example: zhenglian ca issue --authority authorities/market --consortium xinjiang \\
                         --role client --name counter-1 --directory identities/counter-1
            """
    )

    @OptionGroup var authorityOptions: AuthorityOptions

    @OptionGroup var certificateOptions: CertificateOptions

    @Option(help: "validator, observer, client, administrator or auditor.")
    var role: Role

    @Option(help: "The member's name within its department.")
    var name: Label

    @Option(help: "A directory for certificate.pem and private.key.")
    var directory: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        var authority = try authorityOptions.open()
        let member = MemberName(department: authority.department, role: role, name: name)
        let identity = try IdentityDirectory(directory).create(
            for: member,
            in: certificateOptions.consortium,
            authority: &authority,
            validity: certificateOptions.validity
        )
        try console.present(CertificateReport(identity.certificate, path: IdentityDirectory(directory).certificatePath))
    }
}
