import ArgumentParser
import Licences

struct LicenceIssue: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract:
            "Put a new licence in the catalogue, with its evidence (签发上链): digests only, no name, no number, no file.",
        discussion: """
            Doing it again changes nothing. The salts that hide the fields stay in --salts.

            Examples: zhenglian licence issue --table licences.csv \\
                          --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
                      zhenglian licence issue --file deed.pdf --type-name 营业执照 --holder-name 示范有限公司 \\
                          --holder-code 91659944MA27M6B03D --issuer-name 示范区市场监督管理局 --issued-on 20220612 \\
                          --region 653000 \\
                          --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @OptionGroup var fields: LicenceFieldOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            try await LicenceWriting(operation: .issue, fields: fields).run(console, client, identity)
        }
    }
}
