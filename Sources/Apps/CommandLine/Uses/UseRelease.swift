import ArgumentParser
import Formats
import Identity
import Licences
import Nodes
import ZhenglianClient

struct UseRelease: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Fetch from the owner's node what a decision allows (取件), and check it against the ledger.",
        discussion: """
            The identity has to be the one that asked for the decision, and the key the one that the decision names
            ('use key'). A ticket is good for one release, which may be fetched again until it expires.

            Example: zhenglian use release --decision … --key release.key --content deed.released
            """
    )

    @Option(help: "The decision, 64 hexadecimal digits.", transform: Self.decision)
    var decision: DecisionIdentifier

    @Option(help: "The private key whose public half the decision names; by default your identity's own.")
    var key: String?

    @Option(
        help: "Fetch the licence's file, and write it here; no file may be there. Otherwise its fields are fetched.")
    var file: String?

    @Option(help: "Where all that comes is written with its proofs; no file may be there.")
    var content: String?

    @OptionGroup var owner: OwnerNodeOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    static func decision(_ text: String) throws -> DecisionIdentifier {
        guard let decision = DecisionIdentifier(text) else {
            throw ValidationError("a decision is named by 64 hexadecimal digits")
        }
        return decision
    }

    func run(_ console: Console) async throws {
        for path in [file, content].compactMap(\.self) where ProtectedFile.exists(path) {
            // Before the ticket is used.
            throw FileError(.exists, "\(path) is there already; remove it or choose another place")
        }
        try await connection.withClient(console) { ledger, identity in
            let client = ZhenglianClient(ledger: ledger, identity: identity)
            let suite = ledger.genesis.suite
            let own = try IdentityDirectory(
                connection.value(connection.identity, variable: "ZHENGLIAN_IDENTITY", option: "--identity"))
            let key = try RecipientKeyFile.read(key ?? own.keyPath, suite: suite)
            let known = try await client.uses.decision(decision)
            try await owner.withService(of: known.owner, connection) { service in
                let released = try await client.releases.fetch(
                    decision, kind: file == nil ? .fields : .file, key: key, from: service)
                try ReleasedReport.write(released, file: file, content: content)
                try console.present(ReleasedReport(released, suite: suite, file: file, content: content))
            }
        }
    }
}

struct UseKey: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make a key pair that a release is encrypted to; one for each request is best.",
        discussion: "Example: zhenglian use key --out release.key --genesis genesis.der"
    )

    @Option(
        help: "Where the private key goes; no file may be there. The public half (DER) goes to the same name with .pub."
    )
    var out: String

    @Option(help: "The consortium's genesis file.")
    var genesis: String

    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let key = try RecipientKeyFile.create(at: out, suite: try GenesisFile.read(genesis).suite)
        try ProtectedFile.create(at: "\(out).pub", with: key.subjectPublicKeyInfo, access: .shared)
        try console.present(Report(privateKey: out, publicKey: "\(out).pub"))
    }

    private struct Report: Presentable {
        let privateKey: String
        let publicKey: String

        func lines(in language: Language) -> [String] {
            [
                Phrase("private key: \(privateKey)", "私钥：\(privateKey)").text(in: language),
                Phrase("public half: \(publicKey)", "公钥：\(publicKey)").text(in: language),
            ]
        }
    }
}
