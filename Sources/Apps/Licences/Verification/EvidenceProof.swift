import Formats
import Identity

/// What a receipt proves about a licence's evidence, looked at once for all checks.
struct EvidenceProof {
    /// What the proved transaction says that the licence consists of; `nil` where nothing is proved.
    let content: EvidenceContent?
    let identifier: LicenceIdentifier?
    /// Who signed the proved transaction.
    let issuer: MemberName?
    let asOf: LicenceCheck.Moment?
    let receiptCheck: LicenceCheck
    let issuerCheck: LicenceCheck

    /// - Parameters:
    ///   - proof: the receipt, or why there is none.
    ///   - file: the digest by which the call is found where no identifier is known.
    ///   - identifier: the licence in question, where it is known.
    ///   - record: what a node states about it, which the receipt has to agree with.
    ///   - verifier: verifies the receipt.
    init(
        _ proof: LicenceVerification.Proof, file: Digest?, identifier: LicenceIdentifier?, record: EvidenceRecord?,
        verifier: ReceiptVerifier
    ) {
        switch proof {
        case .missing(let reason):
            self.init(unproved: .couldNotBeChecked, reason, identifier: identifier)
        case .receipt(let receipt):
            do throws(VerificationError) {
                let verified = try verifier.verify(receipt)
                guard let findings = verified.transaction, let subject = receipt.subject.transaction else {
                    self.init(unproved: .contradicted, Self.noTransaction, identifier: identifier)
                    return
                }
                guard case .applied = findings.outcome.status else {
                    self.init(unproved: .contradicted, Self.rejected, identifier: identifier)
                    return
                }
                let calls = subject.transaction.body.calls.compactMap { call -> RecordEvidence? in
                    guard case .record(let evidence)? = LicenceCall(call) else { return nil }
                    return evidence
                }
                let asked = calls.last {
                    identifier == nil ? file != nil && $0.content.file == file : $0.identifier == identifier
                }
                // With one licence in the transaction there is no doubt which is meant: what is shown can be said to
                // differ from it. Among several, only the licence's identifier says which one it differs from.
                let call = asked ?? (identifier == nil && calls.count == 1 ? calls.first : nil)
                guard let call else {
                    let isAmbiguous = identifier == nil && calls.count > 1
                    self.init(
                        unproved: .contradicted, isAmbiguous ? Self.foreign(among: calls.count) : Self.foreign,
                        identifier: identifier)
                    return
                }
                self.init(proved: call, by: findings, verified.seal, record: record, genesis: verifier.genesis)
            } catch {
                let reason = BilingualText("the receipt does not hold: \(error)", "回执不成立：\(error)")
                self.init(unproved: .contradicted, reason, identifier: identifier)
            }
        }
    }

    private init(unproved verdict: LicenceCheck.Verdict, _ reason: BilingualText, identifier: LicenceIdentifier?) {
        content = nil
        self.identifier = identifier
        issuer = nil
        asOf = nil
        receiptCheck = LicenceCheck(.receipt, verdict, reason)
        issuerCheck = LicenceCheck(
            .issuer, .couldNotBeChecked,
            BilingualText("no receipt shows who signed", "没有回执说明由谁签名")
        )
    }

    /// - Parameters:
    ///   - call: the proved call that put the licence on the ledger.
    ///   - findings: what was found of the transaction.
    ///   - seal: who has made it final.
    private init(
        proved call: RecordEvidence, by findings: TransactionFindings, _ seal: SealFindings, record: EvidenceRecord?,
        genesis: Genesis
    ) {
        let content = call.content
        let asOf = LicenceCheck.Moment(height: findings.height, time: findings.time)
        self.content = content
        self.asOf = asOf
        identifier = call.identifier
        issuer = findings.submitter
        receiptCheck = Self.receiptCheck(findings, seal, content: content, record: record, asOf: asOf)
        issuerCheck = Self.issuerCheck(findings.submitter, of: call.identifier, genesis: genesis, asOf: asOf)
    }

    private static let rejected = BilingualText(
        "the receipt proves that the ledger rejected the transaction", "回执证明账本拒绝了该交易")

    private static let noTransaction = BilingualText(
        "the receipt is of something else than a transaction", "回执所载并非交易")

    private static let foreign = BilingualText(
        "the receipt is of a transaction that did not put this licence on the ledger", "回执所载交易并未将此证照上链")

    private static func foreign(among count: Int) -> BilingualText {
        BilingualText(
            "\(foreign.english); it put \(count) others there: with this licence's identifier it can be said what "
                + "differs",
            "\(foreign.chinese)；该交易另将 \(count) 个证照上链：输入此证照的标识可指明差异")
    }

    private static func receiptCheck(
        _ findings: TransactionFindings, _ seal: SealFindings, content: EvidenceContent, record: EvidenceRecord?,
        asOf: LicenceCheck.Moment
    ) -> LicenceCheck {
        if let record, record.content != content || record.transaction != findings.identifier {
            return LicenceCheck(
                .receipt, .contradicted,
                BilingualText(
                    "the receipt holds, but proves other evidence than the node states",
                    "回执成立，但所证明的存证与节点陈述不同"
                ),
                asOf: asOf
            )
        }
        let signers = seal.signers.map(\.description).joined(separator: ", ")
        return LicenceCheck(
            .receipt, .established,
            BilingualText(
                "transaction \(findings.identifier.digest.shortDescription)… took effect, final by the signatures of "
                    + signers,
                "交易 \(findings.identifier.digest.shortDescription)… 已生效，由 \(signers) 签名确认为最终"
            ),
            asOf: asOf
        )
    }

    private static func issuerCheck(
        _ submitter: MemberName, of identifier: LicenceIdentifier, genesis: Genesis, asOf: LicenceCheck.Moment
    ) -> LicenceCheck {
        let code = identifier.issuerCode.text
        guard let owner = genesis.department(issuingUnder: code), owner == submitter.department else {
            return LicenceCheck(
                .issuer, .contradicted,
                BilingualText(
                    "\(submitter) signed, whose department does not issue under the code \(code)",
                    "由 \(submitter) 签名，其部门无权以代码 \(code) 签发"
                ),
                asOf: asOf
            )
        }
        return LicenceCheck(
            .issuer, .established,
            BilingualText(
                "signed by \(submitter), whose department owns the code \(code), under a certificate in force then",
                "由代码 \(code) 所属部门的 \(submitter) 签名，其证书当时有效"
            ),
            asOf: asOf
        )
    }
}
