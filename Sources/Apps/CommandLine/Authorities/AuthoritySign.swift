import ArgumentParser
import Identity
import Nodes

struct AuthorityRequest: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Make a key on this machine and a request that the department's authority signs elsewhere.",
        discussion: """
            With '--suite sm' there are two keys and requests: private.key and request.pem for the ledger,
            tls-private.key and tls-request.pem for TLS. The authority signs each; what it signs goes here as
            certificate.pem and tls-certificate.pem.

            Example: zhenglian ca request --member tax/client/counter-1 --directory identities/counter-1
            """
    )

    @Option(help: "Who asks: department/role/name.")
    var member: MemberName

    @Option(help: "A directory for private.key and request.pem.")
    var directory: String

    @Option(help: "The consortium's crypto suite: p256, or sm (国密).")
    var suite: CryptoSuiteIdentifier = .p256

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let identity = IdentityDirectory(directory)
        _ = try identity.createRequest(for: member, suite: suite.suite)
        try console.present(
            Report(
                member: member,
                request: identity.requestPath,
                transportRequest: suite.servesTransport ? nil : identity.transportRequestPath
            )
        )
    }

    private struct Report: Presentable {
        let member: MemberName
        let request: String
        /// The request for the certificate for TLS, where that is another one.
        let transportRequest: String?

        func lines(in language: Language) -> [String] {
            [request, transportRequest].compactMap { $0 }.map { request in
                Phrase(
                    "made a key and \(request); "
                        + "take the request to the authority of \(member.department): zhenglian ca sign",
                    "已生成密钥与 \(request)；请将请求交给 \(member.department) 的证书机构签发：zhenglian ca sign"
                ).text(in: language)
            }
        }
    }
}

struct AuthoritySign: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a request that was made where the key stays.",
        discussion: """
            Example: zhenglian ca sign --authority authorities/tax --consortium xinjiang \\
                         --request request.pem --output certificate.pem
            """
    )

    @OptionGroup var authorityOptions: AuthorityOptions

    @OptionGroup var certificateOptions: CertificateOptions

    @Option(help: "The request, in PEM.")
    var request: String

    @Option(help: "Where the certificate goes.")
    var output: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let pem = try ProtectedFile.text(of: request, limit: 64 * 1024)
        let request = try CertificateRequest(pem: pem)
        var authority = try authorityOptions.open()
        guard !ProtectedFile.exists(output) else {
            throw FileError(.exists, "\(output) is there already; choose another name")
        }
        let certificate = try authority.issue(
            to: request.member,
            in: certificateOptions.consortium,
            publicKey: request.publicKey,
            validity: certificateOptions.validity
        )
        try ProtectedFile.create(at: output, with: Array(certificate.pemRepresentation.utf8), access: .shared)
        try console.present(CertificateReport(certificate, path: output))
    }
}
