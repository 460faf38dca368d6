import ArgumentParser
import Identity
import Nodes

struct AuthorityIssue: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Make a key here and certify it: for nodes and clients that are set up on this machine.",
        discussion: """
            Where the key must not leave another machine, use 'ca request' there and 'ca sign' here. An authority of the
            suite sm issues two certificates, for the ledger (SM2) and for TLS (P-256).

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

    @Option(
        help: "A directory for certificate.pem and private.key; with sm, for tls-certificate.pem and tls-private.key.")
    var directory: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        var authority = try authorityOptions.open()
        let member = MemberName(department: authority.department, role: role, name: name)
        let identity = IdentityDirectory(directory)
        let identities = try identity.create(
            for: member,
            in: certificateOptions.consortium,
            authority: &authority,
            validity: certificateOptions.validity
        )
        let transport = identities.transport.certificate
        try console.present(
            CertificateReport(
                identities.ledger.certificate,
                path: identity.certificatePath,
                transport: transport == identities.ledger.certificate
                    ? nil : CertificateReport(transport, path: identity.transportCertificatePath)
            )
        )
    }
}
