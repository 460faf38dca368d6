import ArgumentParser
import Identity
import Nodes

struct AuthorityShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what an authority has issued, or what a certificate file says.",
        discussion: """
            Examples: zhenglian ca show --authority authorities/market
                      zhenglian ca show --certificate identities/counter-1/certificate.pem
            """
    )

    @Option(help: "The authority's directory.")
    var authority: String?

    @Option(help: "A certificate file, in PEM.")
    var certificate: String?

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (authority == nil) != (certificate == nil) else {
            throw ValidationError("give either --authority or --certificate")
        }
    }

    func run(_ console: Console) async throws {
        if let certificate {
            let pem = try ProtectedFile.text(of: certificate, limit: 64 * 1024)
            try console.present(CertificateReport(try MemberCertificate(pem: pem), path: certificate))
        } else if let authority {
            try console.present(Report(try AuthorityDirectory.open(authority)))
        }
    }

    private struct Report: Presentable {
        let department: Label
        let suite: CryptoSuiteIdentifier
        let certificate: String
        let issued: [AuthorityDirectory.Entry]

        init(_ authority: AuthorityDirectory) {
            department = authority.department
            suite = authority.authority.suite.identifier
            certificate = authority.certificatePath
            issued = authority.entries
        }

        func lines(in language: Language) -> [String] {
            let head = Phrase(
                "authority of \(department), suite \(suite.rawValue), "
                    + "\(issued.count) certificates issued: \(certificate)",
                "\(department) 的证书机构，密码套件 \(suite.rawValue)，已签发 \(issued.count) 张：\(certificate)"
            ).text(in: language)
            return [head]
                + issued.map { entry in
                    let state =
                        entry.revokedAt.map { Phrase("revoked \($0)", "已吊销 \($0)") }
                        ?? Phrase("valid to \(entry.notAfter)", "有效至 \(entry.notAfter)")
                    return "  \(entry.serialNumber)  \(entry.member)  \(state.text(in: language))"
                }
        }
    }
}
