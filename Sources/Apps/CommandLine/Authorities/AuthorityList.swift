import ArgumentParser
import Formats
import Identity
import Nodes

struct AuthorityList: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl",
        abstract: "Sign a fresh revocation list, and put it on the ledger with --publish.",
        discussion: """
            Once it is on the ledger, no node takes a transaction or a connection of what it revokes.
            Anybody may publish a list: it is the authority's signature that counts.

            Example: zhenglian ca crl --authority authorities/tax --publish --node 10.0.0.1:7101 \\
                         --genesis genesis.der --identity identities/counter-1
            """
    )

    @OptionGroup var authorityOptions: AuthorityOptions

    @Flag(help: "Put the list on the ledger.")
    var publish = false

    @OptionGroup var connection: ConnectionOptions

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        var authority = try authorityOptions.open()
        let list = try authority.updateRevocationList(at: SystemWallClock().now)
        let path = authority.revocationListPath
        guard publish else {
            try console.present(Report(list, path: path, height: nil))
            return
        }
        try await connection.withClient(console) { client, identity in
            let submitter = Submitter(client: client, identity: identity)
            let outcome = try await submitter.publish(list)
            try console.present(Report(list, path: path, height: outcome.height.rawValue))
        }
    }

    private struct Report: Presentable {
        let department: Label
        let number: UInt64
        let revoked: Int
        let list: String
        /// The height of the block that holds the list, where it was published.
        let height: UInt64?

        init(_ list: RevocationList, path: String, height: UInt64?) {
            department = list.department
            number = list.number
            revoked = list.entries.count
            self.list = path
            self.height = height
        }

        func lines(in language: Language) -> [String] {
            let signed = Phrase(
                "revocation list \(number) of \(department), \(revoked) revoked: \(list)",
                "\(department) 的第 \(number) 号吊销列表，已吊销 \(revoked) 张：\(list)"
            )
            let published = height.map { Phrase("on the ledger at height \($0)", "已上链，块高 \($0)") }
            return [signed, published].compactMap { $0?.text(in: language) }
        }
    }
}
