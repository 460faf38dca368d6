import ArgumentParser
import Identity
import Nodes

struct AuthorityRevoke: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a certificate, or all of a member's, and sign a new revocation list.",
        discussion: """
            Give the list to every node's 'revocations' directory, and to the ledger with 'ca crl --publish'.

            Example: zhenglian ca revoke --authority authorities/tax --member tax/client/counter-1
            """
    )

    @OptionGroup var authorityOptions: AuthorityOptions

    @Option(help: "The certificate's serial number, in hexadecimal or decimal digits.")
    var serial: String?

    @Option(help: "Every live certificate of this member: department/role/name.")
    var member: MemberName?

    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (serial == nil) != (member == nil) else {
            throw ValidationError("give either --serial or --member")
        }
        if let serial, SerialNumber.hexadecimal(serial) == nil {
            throw ValidationError("--serial '\(serial)' is no number")
        }
    }

    func run(_ console: Console) async throws {
        var authority = try authorityOptions.open()
        let now = SystemWallClock().now
        let serialNumbers = serial.map { [SerialNumber.hexadecimal($0), $0] }
        let revoked = try authority.revoke(at: now) { entry in
            if let member { return entry.member == member }
            // Digits alone may be either notation; only one of the two is a certificate of this authority.
            return serialNumbers?.contains(entry.serialNumber) == true
        }
        try console.present(
            Report(
                revoked: revoked.map { .init(member: $0.member, serialNumber: $0.serialNumber) },
                list: authority.revocationListPath
            )
        )
    }

    private struct Report: Presentable {
        struct Revoked: Encodable {
            let member: MemberName
            let serialNumber: String
        }

        let revoked: [Revoked]
        let list: String

        func lines(in language: Language) -> [String] {
            revoked.map {
                Phrase("revoked \($0.member), serial \($0.serialNumber)", "已吊销 \($0.member)，序列号 \($0.serialNumber)")
                    .text(in: language)
            } + [Phrase("new revocation list: \(list)", "新的吊销列表：\(list)").text(in: language)]
        }
    }
}
