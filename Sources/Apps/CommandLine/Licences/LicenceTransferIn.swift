import ArgumentParser
import Formats
import Licences
import Nodes
import ZhenglianClient

struct LicenceTransferIn: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer-in",
        abstract: "Put a licence on the ledger that another authority has transferred to yours (转入).",
        discussion: """
            The licence has an identifier of your own code. --from names the one that it comes from: where this ledger
            has it, its issuer has to have transferred it out ('licence transfer'). Doing it again changes nothing.

            Example: zhenglian licence transfer-in --table incoming.csv \\
                         --from 1.2.156.3005.2.11100000MB0143028R001.11100000MB0143028R.20220612000003.001.F \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Option(help: "The licence that it comes from (关联证照标识).", transform: { try LicenceIdentifier($0) })
    var from: LicenceIdentifier

    @OptionGroup var fields: LicenceFieldOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let licence = try fields.prepare(client.genesis, identity)
            let outcome = try await ZhenglianClient(ledger: client, identity: identity).licences.transferIn(
                licence, from: from)
            try console.present(LicenceWritingReport(licence, .transferredIn, outcome.transaction))
        }
    }
}
