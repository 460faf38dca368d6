import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes
import ZhenglianClient

struct LicenceShow: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what the ledger holds of a licence, as a node states it.",
        discussion: """
            'licence verify' says which of it is proved.

            Examples: zhenglian licence show --file deed.pdf
                      zhenglian licence show \\
                          --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @Option(help: "The licence's identifier (证照标识).", transform: { try LicenceIdentifier($0) })
    var identifier: LicenceIdentifier?

    @Option(help: "The licence's file; only its digest leaves this machine.")
    var file: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (identifier == nil) != (file == nil) else {
            throw ValidationError("give either --identifier or --file")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let licences = ZhenglianClient(ledger: client, identity: identity).licences
            let answer: LicencesAnswer
            if let identifier {
                answer = try await licences.licences([identifier])
            } else {
                let url = URL(fileURLWithPath: file ?? "")
                answer = try await licences.licence(
                    ofFile: try FileDigest.digest(of: url, suite: client.genesis.suite))
            }
            try console.present(LicenceStateReport(answer))
            if answer.records.isEmpty { throw ExitStatus.refused.code }
        }
    }
}
