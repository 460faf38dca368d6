import ArgumentParser
import Formats
import Identity
import Licences
import Nodes
import ZhenglianClient

struct ReceiptGet: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Fetch a receipt: of a transaction, a licence's issue, an entry of the state, or a whole list.",
        discussion: """
            Waits for the header that vouches for what is proved, and checks the receipt before it is written.

            --entry proves the value that a contract's key has, or that it has none. --trail proves a list that only
            grows with all its elements, and that there are no others; with --after an earlier receipt of the same list,
            the elements since then. Keys are in hexadecimal.

            Examples: zhenglian receipt get 5f0e…c2 --output deed.receipt
                      zhenglian receipt get \\
                          --licence 1.2.156.3005.2.11100000MB0143028R001.11650000MB1A0001XQ.20220612000003.001.0
                      zhenglian receipt get --entry certificates 7265766f6b656400…
            """
    )

    @Argument(help: "The transaction's identifier, 64 hexadecimal digits.")
    var transaction: TransactionIdentifier?

    @Option(help: "The licence whose issue is to be proved.", transform: { try LicenceIdentifier($0) })
    var licence: LicenceIdentifier?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("What an entry holds.", valueName: "contract> <key"))
    var entry: [String] = []

    @Option(name: .customLong("as-of"), help: "With --entry: as of this height or the next that is vouched for.")
    var asOf: UInt64?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("All elements of a list.", valueName: "contract> <key"))
    var trail: [String] = []

    @Option(help: "With --trail: a receipt of the list, after whose last element to begin.")
    var after: String?

    @Option(help: "Where the receipt goes; by default a file named by what it proves.")
    var output: String?

    @Option(help: "How long to wait, in seconds.")
    var wait = 60

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        let subjects = [transaction != nil, licence != nil, !entry.isEmpty, !trail.isEmpty]
        guard subjects.count(where: { $0 }) == 1 else {
            throw ValidationError("give exactly one of a transaction, --licence, --entry and --trail")
        }
        guard (0...3_600).contains(wait) else { throw ValidationError("--wait is 0 to 3600") }
        guard asOf == nil || !entry.isEmpty else { throw ValidationError("--as-of goes with --entry") }
        guard asOf ?? 0 <= Int64.max else { throw ValidationError("--as-of is a height") }
        guard after == nil || !trail.isEmpty else { throw ValidationError("--after goes with --trail") }
        for words in [entry, trail] where !words.isEmpty { _ = try Self.name(words) }
    }

    private static func name(_ words: [String]) throws -> StateName {
        guard words.count == 2, words[0].utf8.count <= Call.maximumNameByteCount,
            let key = [UInt8](hexadecimal: words[1]), (1...StateName.maximumKeyByteCount).contains(key.count)
        else {
            throw ValidationError(
                "--entry and --trail take a contract and a key of 1 to \(StateName.maximumKeyByteCount) bytes in "
                    + "hexadecimal")
        }
        return StateName(contract: words[0], key: key)
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, identity in
            let question = try await question(client, ZhenglianClient(ledger: client, identity: identity).licences)
            let receipt = try await client.sealedReceipt(
                answering: question, retry: Retry(patience: .seconds(wait)))
            let findings = try receipt.verify(against: client.genesis)
            guard question.isAnswered(by: findings) else {
                throw CommandFailure(
                    .refused,
                    Phrase("the node gave a receipt of something else", "节点给出的回执与所询不符"))
            }
            let path = output ?? "\(question.fileName(client.genesis.suite)).\(ReceiptFile.suffix)"
            try ReceiptFile.write(receipt, to: path)
            try console.present(ReceiptReport(receipt, findings: findings, path: path))
        }
    }

    private func question(_ client: any LedgerClient, _ licences: LicenceRegister) async throws -> ReceiptQuestion {
        if let transaction { return .transaction(transaction) }
        if !entry.isEmpty { return .state(try Self.name(entry), asOf: asOf.map(Height.init(rawValue:))) }
        if !trail.isEmpty {
            let name = try Self.name(trail)
            return .trail(name, after: try after.map { try head(of: name, in: $0, client.genesis) } ?? .empty)
        }
        guard let licence, let record = try await licences.licences([licence]).evidence(of: licence) else {
            throw CommandFailure(
                .refused,
                Phrase(
                    "\(licence?.text ?? "the licence") is not on the ledger", "\(licence?.text ?? "该证照") 未上链")
            )
        }
        return .transaction(record.transaction)
    }

    /// The head that an earlier receipt of the list ends with.
    private func head(of name: StateName, in path: String, _ genesis: Genesis) throws -> TrailHead {
        guard case .list(let list) = try ReceiptFile.read(path).verify(against: genesis).subject, list.name == name
        else {
            throw CommandFailure(
                .wrongUse, Phrase("\(path) is no receipt of that list", "\(path) 不是该列表的回执"))
        }
        return list.head
    }
}

extension ReceiptQuestion {
    /// Whether the findings are about what was asked.
    fileprivate func isAnswered(by findings: ReceiptFindings) -> Bool {
        switch (self, findings.subject) {
        case (.transaction(let asked), .transaction(let found)):
            asked == found.identifier
        case (.state(let asked, let height), .entry(let found)):
            asked == found.name && findings.asOf >= height ?? .zero
        case (.state(let asked, let height), .absence(let found)):
            asked == found.name && findings.asOf >= height ?? .zero
        case (.trail(let asked, let preceding), .list(let found)):
            asked == found.name && preceding.count == found.first
        default:
            false
        }
    }

    fileprivate func fileName(_ suite: any CryptoSuite) -> String {
        switch self {
        case .transaction(let identifier): "\(identifier)"
        case .state(let name, _): "entry-\(name.digest(suite: suite).shortDescription)"
        case .trail(let name, _): "list-\(name.digest(suite: suite).shortDescription)"
        }
    }
}
