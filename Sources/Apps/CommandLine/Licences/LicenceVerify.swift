import ArgumentParser
import Formats
import Foundation
import Identity
import Licences
import Nodes

struct LicenceVerify: ZhenglianCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare a licence's file with the ledger (核验比对): each check apart, never one tick.",
        discussion: """
            What receipts prove is established for everybody who has the genesis file: the issue, and that the licence
            is still in force, or that the ledger does not have it. What only the node states is said to be stated.
            With --receipt no node is asked. Status 0: nothing contradicts; 1: something does; 3: nothing is proved.

            Examples: zhenglian licence verify deed.pdf
                      zhenglian licence verify deed.pdf --receipt deed.receipt --genesis genesis.der
            """
    )

    @Argument(help: "The licence's file; only its digest leaves this machine.")
    var file: String

    @Option(help: "The licence that the file is said to be.", transform: { try LicenceIdentifier($0) })
    var identifier: LicenceIdentifier?

    @Option(help: "The receipt of the licence's issue, instead of asking a node.")
    var receipt: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var options: ConsoleOptions

    func run(_ console: Console) async throws {
        let url = URL(fileURLWithPath: file)
        if let receipt {
            let genesis = try connection.readGenesis()
            let verification = LicenceVerification(
                file: try FileDigest.digest(of: url, suite: genesis.suite),
                identifier: identifier,
                statement: nil,
                proof: .receipt(try ReceiptFile.read(receipt)),
                current: .missing(BilingualText("no node was asked", "未询问节点")),
                genesis: genesis
            )
            return try present(verification, console)
        }
        try await connection.withClient(console) { client, identity in
            let digest = try FileDigest.digest(of: url, suite: client.genesis.suite)
            let statement = try await statement(about: digest, SubmitterLedger(client, identity), client)
            let verification = LicenceVerification(
                file: digest,
                identifier: identifier,
                statement: statement,
                proof: try await proof(of: statement.record, client),
                current: try await current(statement, file: digest, client),
                genesis: client.genesis
            )
            try present(verification, console)
        }
    }

    private func statement(
        about digest: Digest, _ ledger: SubmitterLedger, _ client: any LedgerClient
    ) async throws -> LicenceVerification.Statement {
        let answer: EvidenceAnswer
        let record: EvidenceRecord?
        if let identifier {
            answer = try await ledger.evidence(of: [identifier])
            record = answer[identifier]
        } else {
            answer = try await ledger.evidence(ofFile: digest)
            record = answer.records.first
        }
        return LicenceVerification.Statement(
            source: try await client.status().member.description,
            asOf: LicenceCheck.Moment(height: answer.height, time: answer.time),
            record: record
        )
    }

    private func proof(
        of record: EvidenceRecord?, _ client: any LedgerClient
    ) async throws -> LicenceVerification.Proof {
        guard let record else {
            return .missing(BilingualText("there is no transaction to prove", "没有可证明的交易"))
        }
        do {
            return .receipt(try await client.sealedReceipt(for: record.transaction))
        } catch let error as NodeError {
            return .missing(BilingualText("the node gave no receipt: \(error)", "节点未给出回执：\(error)"))
        }
    }

    /// The proof of what the state holds of the licence, at the height of the node's statement or later.
    private func current(
        _ statement: LicenceVerification.Statement, file: Digest, _ client: any LedgerClient
    ) async throws -> LicenceVerification.Proof {
        let known = identifier ?? statement.record?.identifier
        let name = known.map(EvidenceContract.stateName(of:)) ?? EvidenceContract.stateName(ofFile: file)
        do {
            return .receipt(
                try await client.sealedReceipt(answering: .state(name, asOf: statement.asOf.height)))
        } catch let error as NodeError {
            return .missing(BilingualText("the node gave no proof: \(error)", "节点未给出证明：\(error)"))
        }
    }

    private func present(_ verification: LicenceVerification, _ console: Console) throws {
        try console.present(VerificationReport(verification))
        let verdicts = verification.checks.map(\.verdict)
        if verdicts.contains(.contradicted) { throw ExitStatus.refused.code }
        if !verdicts.contains(.established) { throw ExitStatus.unreachable.code }
    }
}

/// The comparison of a file with the ledger, for people and machines.
struct VerificationReport: Presentable {
    struct Check: Encodable {
        let subject: LicenceCheck.Subject
        let verdict: LicenceCheck.Verdict
        let explanation: String
        let explanationChinese: String
        let asOfHeight: Height?
        let asOfTime: String?
    }

    let fileDigest: Digest
    let identifier: LicenceIdentifier?
    let issuer: MemberName?
    let outcome: LicenceVerification.Outcome
    let outcomeChinese: String
    let checks: [Check]

    init(_ verification: LicenceVerification) {
        fileDigest = verification.file
        identifier = verification.identifier
        issuer = verification.issuer
        outcome = verification.outcome
        outcomeChinese = Self.phrase(verification.outcome).chinese
        checks = verification.checks.map { check in
            Check(
                subject: check.subject,
                verdict: check.verdict,
                explanation: check.explanation.english,
                explanationChinese: check.explanation.chinese,
                asOfHeight: check.asOf?.height,
                asOfTime: check.asOf?.time.description
            )
        }
    }

    func lines(in language: Language) -> [String] {
        let head = [
            Phrase("outcome      \(Self.phrase(outcome).english)", "比对结果   \(outcomeChinese)"),
            identifier.map { Phrase("licence      \($0)", "证照标识   \($0)") },
            Phrase("file         \(fileDigest)", "文件摘要   \(fileDigest)"),
        ]
        return head.compactMap { $0?.text(in: language) } + checks.map { line($0, in: language) }
    }

    private func line(_ check: Check, in language: Language) -> String {
        let subject = Self.phrase(check.subject).text(in: language)
        let verdict = Self.phrase(check.verdict).text(in: language)
        var text = "  \(subject) \(verdict): "
        text += language == .chinese ? check.explanationChinese : check.explanation
        if let height = check.asOfHeight, let time = check.asOfTime {
            text += Phrase(" (as of height \(height), \(time))", "（截至高度 \(height)，\(time)）").text(in: language)
        }
        return text
    }

    private static func phrase(_ outcome: LicenceVerification.Outcome) -> Phrase {
        switch outcome {
        case .consistent: Phrase("consistent", "一致")
        case .fileDiffers: Phrase("the file differs", "文件不一致")
        case .statusDiffers: Phrase("the status differs", "状态不一致")
        case .notOnLedger: Phrase("not on the ledger", "未上链")
        case .evidenceRefuted: Phrase("the evidence does not hold", "存证不成立")
        case .undetermined: Phrase("could not be determined", "无法核验")
        }
    }

    private static func phrase(_ subject: LicenceCheck.Subject) -> Phrase {
        switch subject {
        case .receipt: Phrase("receipt", "上链凭证")
        case .content: Phrase("content", "内容")
        case .issuer: Phrase("issuer ", "签发者")
        case .status: Phrase("status ", "状态")
        }
    }

    private static func phrase(_ verdict: LicenceCheck.Verdict) -> Phrase {
        switch verdict {
        case .established: Phrase("established", "已证实")
        case .contradicted: Phrase("contradicted", "不符")
        case .couldNotBeChecked: Phrase("could not be checked", "未能核验")
        }
    }
}
