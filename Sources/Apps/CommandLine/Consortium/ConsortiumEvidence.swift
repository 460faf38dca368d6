import ArgumentParser
import Formats
import Identity
import Ledger
import Nodes

struct ConsortiumEvidence: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "List the proofs on the ledger that a validator has contradicted itself, and export them.",
        discussion: """
            Each is checked here against the validators of its epoch. An export has the proof itself, .evidence, and the
            validators that it is checked with, as the entry's receipt: .validators, for epochs after the first.

            Example: zhenglian consortium evidence --export cases --genesis genesis.der --identity identities/admin
            """
    )

    @Option(help: "A directory that the proofs are written to.")
    var export: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        try await connection.withClient(console) { client, _ in
            let records = try await Self.records(of: client)
            var cases: [Case] = []
            for (index, record) in records.enumerated() {
                let files = try await write(record, index: index, client: client)
                cases.append(Case(record, files: files))
            }
            try console.present(Report(cases: cases))
        }
    }

    private static func records(of client: any LedgerClient) async throws -> [MisconductRecord] {
        var records: [MisconductRecord] = []
        while true {
            let arguments = MisconductPageArguments(
                first: UInt64(records.count), limit: MisconductContract.recordsPerPage)
            let page = try await client.query(
                contract: MisconductContract.name, name: MisconductContract.listQuery, arguments: arguments,
                as: MisconductPage.self
            ).result
            records += page.records
            guard !page.records.isEmpty, UInt64(records.count) < page.count else { return records }
        }
    }

    /// Checks a proof, and writes it where an export is asked for.
    private func write(_ record: MisconductRecord, index: Int, client: any LedgerClient) async throws -> [String] {
        let evidence = try Evidence(derBytes: record.evidence)
        let genesis = client.genesis
        var proof: Receipt?
        let certificates: [[UInt8]]
        if record.epoch == .zero {
            certificates = EpochValidators(genesis: genesis).certificates
        } else {
            let name = EpochValidators.name(of: record.epoch)
            let receipt = try await client.receipt(answering: .state(name, asOf: nil))
            _ = try receipt.verify(against: genesis)
            guard case .entry(let entry) = receipt.subject, entry.name == name else {
                throw VerificationError(.inconsistent, "the receipt is not of the validators of epoch \(record.epoch)")
            }
            certificates = try EpochValidators(derBytes: entry.value, limit: EpochValidators.maximumByteCount)
                .certificates
            proof = receipt
        }
        let offender = evidence.offender(among: certificates.count).rawValue
        guard certificates.indices.contains(offender) else {
            throw VerificationError(.unknownSigner, "epoch \(record.epoch) has no validator \(offender)")
        }
        let certificate = try MemberCertificate(der: certificates[offender], suite: genesis.suite)
        try evidence.verify(by: certificate.publicKey, suite: genesis.suite)
        guard let export else { return [] }
        try ProtectedFile.createDirectory(export)
        let base = "\(export)/\(index + 1)-epoch-\(record.epoch)-view-\(record.view)"
        try ProtectedFile.replace(at: "\(base).evidence", with: record.evidence, access: .shared)
        guard let proof else { return ["\(base).evidence"] }
        try ProtectedFile.replace(at: "\(base).validators", with: proof.derBytes, access: .shared)
        return ["\(base).evidence", "\(base).validators"]
    }

    private struct Case: Encodable {
        let epoch: Epoch
        let view: View
        let offender: MemberName
        let kind: String
        let reporter: MemberName
        let height: Height
        let files: [String]

        init(_ record: MisconductRecord, files: [String]) {
            epoch = record.epoch
            view = record.view
            offender = record.offender
            kind = "\(record.kind)"
            reporter = record.reporter
            height = record.height
            self.files = files
        }
    }

    private struct Report: Presentable {
        let cases: [Case]

        func lines(in language: Language) -> [String] {
            guard !cases.isEmpty else {
                return [Phrase("no misconduct is on the ledger", "账本上没有作恶证据").text(in: language)]
            }
            return cases.flatMap { item in
                [
                    Phrase(
                        "\(item.offender): \(item.kind) in view \(item.view) of epoch \(item.epoch), reported by "
                            + "\(item.reporter) at height \(item.height)",
                        "\(item.offender)：纪元 \(item.epoch) 视图 \(item.view) \(item.kind)，由 \(item.reporter) 报告，"
                            + "高度 \(item.height)")
                ] + item.files.map { Phrase("  \($0)", "  \($0)") }
            }.map { $0.text(in: language) }
        }
    }
}
