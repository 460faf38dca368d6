import ArgumentParser
import Licences
import Nodes
import ZhenglianClient

struct LicenceTakeDown: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "take-down",
        abstract: "Take a licence down from the ledger (下链): a tombstone with the legal basis stays.",
        discussion: """
            Holder, locator and fields leave the current state, and no use is allowed any more. Blocks keep what was
            written: digests, which say nothing once the owner has destroyed the salts and the file.

            Example: zhenglian licence take-down --basis 个人信息保护法第四十七条 \\
                         --identifier 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
            """
    )

    @OptionGroup var decision: LicenceDecisionOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let outcome = try await ZhenglianClient(ledger: client, identity: identity).licences.takeDown(
                decision.identifier, basis: decision.basis)
            try console.present(LicenceDecisionReport(decision.identifier, .takeDown, nil, outcome))
        }
    }
}
