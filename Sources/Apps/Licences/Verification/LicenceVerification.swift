public import Formats
public import Identity

/// The comparison of what somebody holds of a licence with the ledger (核验比对): each check apart, and what they come to.
///
/// Pure: whoever asks has fetched the node's statement and the receipts before. What a receipt proves is established
/// for everybody with the genesis file; what only the node states is never called established.
public struct LicenceVerification: Sendable {
    /// What is compared.
    public enum Shown: Sendable {
        /// The digest of a file.
        case file(Digest)
        /// Single fields, each with its salt and its path, and the digest of the licence's file where it came along:
        /// what an owner releases.
        case fields([LicenceFieldDisclosure], file: Digest?)
        /// A library's row with the salts of its fields: all that the issuer has.
        case row(CatalogueParticulars)

        /// The digest of the file that is shown.
        public var file: Digest? {
            switch self {
            case .file(let digest): digest
            case .fields(_, let digest): digest
            case .row: nil
            }
        }

        /// The fields that are shown with their salts.
        var disclosures: [LicenceFieldDisclosure] {
            if case .fields(let disclosures, _) = self { disclosures } else { [] }
        }
    }

    /// What the checks come to (比对结果).
    public enum Outcome: String, Hashable, Sendable, Codable {
        /// 一致
        case consistent
        /// 文件不一致
        case fileDiffers
        /// 目录不一致: the fields, or what the catalogue says of them.
        case catalogueDiffers
        /// 状态不一致
        case statusDiffers
        /// 未上链
        case notOnLedger
        /// 已下链
        case takenDown
        /// 存证不成立: what was shown as evidence does not hold.
        case evidenceRefuted
        /// 无法核验: nothing contradicts, and nothing is proved.
        case undetermined
    }

    /// What a node states about the licence.
    public struct Statement: Sendable {
        /// Who states it, as people know the node.
        public let source: String
        public let asOf: LicenceCheck.Moment
        /// The catalogue's entry; `nil` where the node says that there is none.
        public let record: CatalogueRecord?
        /// The evidence of the version; `nil` where the node says that there is none.
        public let evidence: EvidenceRecord?

        public init(
            source: String, asOf: LicenceCheck.Moment, record: CatalogueRecord?, evidence: EvidenceRecord?
        ) {
            self.source = source
            self.asOf = asOf
            self.record = record
            self.evidence = evidence
        }
    }

    /// A receipt: of the transaction that put the evidence on the ledger, or of what the state holds.
    public enum Proof: Sendable {
        case receipt(Receipt)
        /// Why there is none to look at.
        case missing(BilingualText)
    }

    public let shown: Shown
    /// The version of the licence that was checked, where one was found.
    public let identifier: LicenceIdentifier?
    /// Who issued it, where a receipt proves that.
    public let issuer: MemberName?
    /// One for each ``LicenceCheck/Subject`` that there was something to ask about, in their order.
    public let checks: [LicenceCheck]
    public let outcome: Outcome
    /// One for each field that was shown with its salt, as it was shown.
    public let fields: [FieldCheck]

    /// Checks what is shown.
    /// - Parameters:
    ///   - shown: what somebody holds.
    ///   - identifier: the licence that it is said to be; `nil` to find it by its file.
    ///   - statement: what a node states; `nil` where none was asked.
    ///   - proof: the receipt of the issue, or why there is none.
    ///   - current: the receipt of what the state holds of the licence, or of the file where no licence is known, or
    ///     why there is none.
    ///   - verifier: verifies both receipts, from the genesis that all trust starts from.
    public init(
        _ shown: Shown, identifier: LicenceIdentifier? = nil, statement: Statement?, proof: Proof, current: Proof,
        verifier: ReceiptVerifier
    ) {
        self.shown = shown
        let file: Digest? = if case .file(let digest) = shown { digest } else { nil }
        let known = identifier ?? statement?.evidence?.identifier
        let current = CurrentLicence(current, identifier: known, file: file, verifier: verifier)
        if let statement, statement.evidence == nil {
            self.identifier = identifier
            issuer = nil
            checks = [Self.absence(identifier, statement, current)]
            outcome = .notOnLedger
            fields = shown.disclosures.map { FieldCheck(field: $0.field, verdict: .couldNotBeChecked) }
            return
        }
        let evidence = EvidenceProof(
            proof, file: file, identifier: known, record: statement?.evidence, verifier: verifier)
        let version = known ?? evidence.identifier
        let comparison = LicenceComparison(
            shown: shown, version: version, evidence: evidence, statement: statement, current: current,
            suite: verifier.genesis.suite)
        self.identifier = version
        issuer = evidence.issuer
        checks = [
            evidence.receiptCheck, comparison.content, comparison.catalogue, evidence.issuerCheck, comparison.status,
        ]
        fields = comparison.fields
        outcome = Self.outcome(of: checks, shown, fields: fields, isTakenDown: comparison.isTakenDown)
    }

    private static func absence(
        _ identifier: LicenceIdentifier?, _ statement: Statement, _ current: CurrentLicence
    ) -> LicenceCheck {
        let what = identifier.map { BilingualText("\($0)", "证照 \($0)") } ?? BilingualText("this file", "此文件")
        if case .none(let asOf) = current {
            return LicenceCheck(
                .content, .contradicted,
                BilingualText(
                    "it is proved that the ledger has no evidence of \(what.english)", "已证明账本上没有\(what.chinese)的存证"),
                asOf: asOf
            )
        }
        return LicenceCheck(
            .content, .contradicted,
            BilingualText(
                "the ledger has no evidence of \(what.english): stated by \(statement.source), not proved",
                "账本上没有\(what.chinese)的存证：由 \(statement.source) 陈述，未经证明"
            ),
            asOf: statement.asOf
        )
    }

    private static func outcome(
        of checks: [LicenceCheck], _ shown: Shown, fields: [FieldCheck], isTakenDown: Bool
    ) -> Outcome {
        func verdict(_ subject: LicenceCheck.Subject) -> LicenceCheck.Verdict? {
            checks.first { $0.subject == subject }?.verdict
        }
        if verdict(.receipt) == .contradicted || verdict(.issuer) == .contradicted { return .evidenceRefuted }
        if isTakenDown { return .takenDown }
        if verdict(.content) == .contradicted {
            switch shown {
            case .file: return .fileDiffers
            case .fields: return fields.contains { $0.verdict == .contradicted } ? .catalogueDiffers : .fileDiffers
            case .row: return .catalogueDiffers
            }
        }
        if verdict(.catalogue) == .contradicted { return .catalogueDiffers }
        if verdict(.status) == .contradicted { return .statusDiffers }
        return verdict(.content) == .established ? .consistent : .undetermined
    }
}
