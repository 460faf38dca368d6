import ArgumentParser
import Formats
import Identity
import Licences
import Nodes
import ZhenglianClient

struct HolderResolve: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Find whose a pseudonym is among candidates (假名解析); the ledger is told before, by whom and why.",
        discussion: """
            A pseudonym is a keyed digest: the number is found only by whoever has the keys and the right candidate. The
            record goes on the ledger first, whatever comes of it, and stands in the trace of the holder and of your
            department ('trace --holder', 'trace question resolutions-of-holder'). The candidates come in a file with
            TYPE,NUMBER on each line. Status 1 where none of them is the holder.

            Example: zhenglian holder resolve P1-… --keys pseudonyms.json --candidates holders.txt \\
                         --basis 纪检监察机关查询通知书〔2026〕8号 --purpose INSPECTION --application audit
            """
    )

    @Argument(help: "The pseudonym.", transform: { try HolderPseudonym($0) })
    var pseudonym: HolderPseudonym

    @Option(help: "The file with the consortium's pseudonym keys, which its owner alone may read.")
    var keys: String

    @Option(help: "A file with TYPE,NUMBER on each line, at most 64 MiB.")
    var candidates: String

    @Option(help: "The rule or decision that allows it, at most 256 bytes; never a name or a number of a person.")
    var basis: String

    @Option(help: "The digest that stands for the person who wants to know: 64 hexadecimal digits.")
    var operatorDigest: String?

    @OptionGroup var context: UseContextOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func validate() throws {
        guard (1...ResolveUse.maximumBasisByteCount).contains(basis.utf8.count) else {
            throw ValidationError("--basis has 1 to \(ResolveUse.maximumBasisByteCount) bytes")
        }
        if let operatorDigest, Digest(hexadecimal: operatorDigest) == nil {
            throw ValidationError("--operator-digest has 64 hexadecimal digits")
        }
    }

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { ledger, identity in
            // Whatever could stand in the way afterwards is looked at before: a record says that somebody has looked.
            let keyring = try PseudonymKeyringFile.read(keys, genesis: ledger.genesis)
            try keyring.epoch(of: pseudonym)
            let holders = try HolderListFile.read(candidates)
            let outcome = try await ZhenglianClient(ledger: ledger, identity: identity).uses.resolve(
                ResolveUse(
                    holder: pseudonym, application: context.application, context: context.context,
                    channel: context.channel, basis: basis,
                    operatorDigest: operatorDigest.flatMap { Digest(hexadecimal: $0) }))
            let holder = try keyring.holder(of: pseudonym, among: holders)
            try console.present(Report(pseudonym, holder, candidates: holders.count, outcome))
            if holder == nil { throw ExitStatus.refused.code }
        }
    }

    private struct Report: Presentable {
        let pseudonym: HolderPseudonym
        /// `nil` where none of the candidates is the holder.
        let holderCodeType: String?
        let holderCode: String?
        let candidates: Int
        /// Where the record of this resolution stands.
        let transaction: TransactionIdentifier
        let height: Height

        init(_ pseudonym: HolderPseudonym, _ holder: HolderCode?, candidates: Int, _ outcome: Outcome) {
            self.pseudonym = pseudonym
            holderCodeType = holder?.type
            holderCode = holder?.text
            self.candidates = candidates
            transaction = outcome.transaction
            height = outcome.height
        }

        func lines(in language: Language) -> [String] {
            let found =
                holderCode.map { Phrase("\(holderCodeType ?? ""),\($0)", "\(holderCodeType ?? ""),\($0)") }
                ?? Phrase("none of \(candidates) candidates is the holder", "\(candidates) 个候选均非该持证主体")
            return [
                found,
                Phrase(
                    "  on the ledger since height \(height): transaction \(transaction)",
                    "  已于高度 \(height) 留痕：交易 \(transaction)"),
            ].map { $0.text(in: language) }
        }
    }
}
