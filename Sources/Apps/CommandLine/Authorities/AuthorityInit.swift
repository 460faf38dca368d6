import ArgumentParser
import Identity
import Nodes

struct AuthorityInit: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a department's authority: a key and a self-signed certificate.",
        discussion: """
            With '--suite sm' (国密: SM2, SM3) there are two keys and certificates: TLS stays with P-256, so that
            members of an 'sm' consortium have a second certificate for their connections. Both are in authority.pem.

            Examples: zhenglian ca init --department market --directory authorities/market
                      zhenglian ca init --department market --directory authorities/market --suite sm
            """
    )

    @Option(help: "The department's name: 1 to 32 of a-z, 0-9 and '-'.")
    var department: Label

    @Option(help: "A new directory for the authority.")
    var directory: String

    @Option(help: "Years until the authority's certificate expires.")
    var years = 20

    @Option(help: "The consortium's crypto suite: p256, or sm (国密).")
    var suite: CryptoSuiteIdentifier = .p256

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...50).contains(years) else { throw ValidationError("--years is 1 to 50") }
    }

    func run(_ console: Console) async throws {
        let validity = Validity.starting(SystemWallClock().now, days: years * 365)
        let authority = try AuthorityDirectory.create(
            at: directory,
            department: department,
            suite: suite.suite,
            validity: validity
        )
        try console.present(Report(department: department, certificate: authority.certificatePath))
    }

    private struct Report: Presentable {
        let department: Label
        let certificate: String

        func lines(in language: Language) -> [String] {
            [
                Phrase(
                    "made the authority of \(department): \(certificate)",
                    "已建立 \(department) 的证书机构：\(certificate)"
                ).text(in: language)
            ]
        }
    }
}
