public import Formats
public import Identity

/// The comparison of a licence's file with the ledger (核验比对): each check apart, and what they come to.
///
/// Pure: whoever asks has fetched the node's statement and the receipt before. What the receipt proves is established
/// for everybody with the genesis file; what only the node states is never called established.
public struct LicenceVerification: Sendable {
    /// What the checks come to (比对结果).
    public enum Outcome: String, Hashable, Sendable, Codable {
        /// 一致
        case consistent
        /// 文件不一致
        case fileDiffers
        /// 状态不一致
        case statusDiffers
        /// 未上链
        case notOnLedger
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
        /// `nil` where the node says that the ledger has no such licence.
        public let record: EvidenceRecord?

        public init(source: String, asOf: LicenceCheck.Moment, record: EvidenceRecord?) {
            self.source = source
            self.asOf = asOf
            self.record = record
        }
    }

    /// The receipt of the transaction that put the evidence on the ledger.
    public enum Proof: Sendable {
        case receipt(Receipt)
        /// Why there is none to look at.
        case missing(BilingualText)
    }

    public let file: Digest
    /// The version of the licence that was checked, where one was found.
    public let identifier: LicenceIdentifier?
    /// Who issued it, where a receipt proves that.
    public let issuer: MemberName?
    /// One for each ``LicenceCheck/Subject`` that there was something to ask about, in their order.
    public let checks: [LicenceCheck]
    public let outcome: Outcome

    /// Checks a file.
    /// - Parameters:
    ///   - file: the digest of the file that was shown.
    ///   - identifier: the licence that it is said to be; `nil` to find it by the file.
    ///   - statement: what a node states; `nil` where none was asked.
    ///   - proof: the receipt of the issue, or why there is none.
    ///   - current: the receipt of what the state holds of the licence, or of the file where no licence is known, or
    ///     why there is none.
    ///   - genesis: what all trust starts from.
    public init(
        file: Digest, identifier: LicenceIdentifier? = nil, statement: Statement?, proof: Proof, current: Proof,
        genesis: Genesis
    ) {
        self.file = file
        let known = identifier ?? statement?.record?.identifier
        let current = CurrentEvidence(current, identifier: known, file: file, genesis: genesis)
        if let statement, statement.record == nil {
            self.identifier = identifier
            issuer = nil
            checks = [Self.absence(identifier, statement, current)]
            outcome = .notOnLedger
            return
        }
        let record = statement?.record
        let evidence = EvidenceProof(
            proof, file: file, identifier: identifier ?? record?.identifier, record: record, genesis: genesis)
        self.identifier = identifier ?? evidence.identifier
        issuer = evidence.issuer
        checks = [
            evidence.receiptCheck,
            Self.content(file, evidence: evidence, statement: statement),
            evidence.issuerCheck,
            Self.status(statement, current),
        ]
        outcome = Self.outcome(of: checks)
    }

    private static func absence(
        _ identifier: LicenceIdentifier?,
        _ statement: Statement,
        _ current: CurrentEvidence
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

    private static func content(
        _ file: Digest, evidence: EvidenceProof, statement: Statement?
    ) -> LicenceCheck {
        if let proved = evidence.content, let asOf = evidence.asOf {
            return proved.file == file
                ? LicenceCheck(
                    .content, .established,
                    BilingualText(
                        "the file is the one whose digest was put on the ledger", "文件与上链存证的摘要一致"), asOf: asOf)
                : LicenceCheck(.content, .contradicted, differs(proved.file), asOf: asOf)
        }
        guard let statement, let record = statement.record else {
            return LicenceCheck(
                .content, .couldNotBeChecked,
                BilingualText("there is nothing to compare the file with", "没有可供比对的存证"))
        }
        guard record.content.file == file else {
            return LicenceCheck(.content, .contradicted, differs(record.content.file), asOf: statement.asOf)
        }
        return LicenceCheck(
            .content, .couldNotBeChecked,
            BilingualText(
                "the digest equals the one that \(statement.source) states, but no receipt proves it",
                "摘要与 \(statement.source) 陈述的一致，但没有回执证明"
            ),
            asOf: statement.asOf
        )
    }

    private static func differs(_ expected: Digest?) -> BilingualText {
        guard let expected else {
            return BilingualText("the evidence is of a licence without a file", "存证所载证照没有文件")
        }
        return BilingualText(
            "the file is another: the evidence is of a file with digest \(expected)",
            "文件不一致：存证所载文件摘要为 \(expected)"
        )
    }

    private static func status(_ statement: Statement?, _ current: CurrentEvidence) -> LicenceCheck {
        switch current {
        case .record(let record, let asOf): status(of: record, asOf: asOf, isProved: true, source: nil)
        case .none(let asOf):
            LicenceCheck(
                .status, .contradicted,
                BilingualText("it is proved that the ledger has no evidence of it", "已证明账本上没有其存证"), asOf: asOf)
        case .refuted(let reason): LicenceCheck(.status, .contradicted, reason)
        case .unproved: stated(statement)
        }
    }

    private static func stated(_ statement: Statement?) -> LicenceCheck {
        guard let statement, let record = statement.record else {
            return LicenceCheck(
                .status, .couldNotBeChecked,
                BilingualText(
                    "no node was asked: a receipt says nothing of what happened after it",
                    "未询问节点：回执不说明其后的变化"
                )
            )
        }
        return status(of: record, asOf: statement.asOf, isProved: false, source: statement.source)
    }

    private static func status(
        of record: EvidenceRecord, asOf: LicenceCheck.Moment, isProved: Bool, source: String?
    ) -> LicenceCheck {
        let how =
            source.map { BilingualText("stated by \($0), not proved", "由 \($0) 陈述，未经证明") }
            ?? BilingualText("proved by the state", "由账本状态证明")
        switch record.status {
        case .valid:
            return LicenceCheck(
                .status, isProved ? .established : .couldNotBeChecked,
                BilingualText(
                    "neither superseded nor ended: \(how.english); its period stands in the file",
                    "有效，未被取代或终止：\(how.chinese)；有效期以文件所载为准"
                ),
                asOf: asOf
            )
        case .superseded:
            let newer = record.supersededBy?.text ?? "?"
            return LicenceCheck(
                .status, .contradicted,
                BilingualText("superseded by \(newer): \(how.english)", "已被 \(newer) 取代：\(how.chinese)"),
                asOf: asOf
            )
        case .revoked:
            let ending = ended(record)
            return LicenceCheck(
                .status, .contradicted,
                BilingualText("\(ending.english): \(how.english)", "\(ending.chinese)：\(how.chinese)"),
                asOf: asOf
            )
        }
    }

    private static func ended(_ record: EvidenceRecord) -> BilingualText {
        guard let revocation = record.revocation else { return BilingualText("ended", "已终止") }
        let status = "\(revocation.status.text) \(revocation.status.name)"
        return BilingualText(
            "ended on \(revocation.revokedAt) with status \(status) (\(revocation.basis))",
            "已于 \(revocation.revokedAt) 终止，状态 \(status)（\(revocation.basis)）"
        )
    }

    private static func outcome(of checks: [LicenceCheck]) -> Outcome {
        func verdict(_ subject: LicenceCheck.Subject) -> LicenceCheck.Verdict? {
            checks.first { $0.subject == subject }?.verdict
        }
        if verdict(.receipt) == .contradicted || verdict(.issuer) == .contradicted { return .evidenceRefuted }
        if verdict(.content) == .contradicted { return .fileDiffers }
        if verdict(.status) == .contradicted { return .statusDiffers }
        return verdict(.content) == .established ? .consistent : .undetermined
    }
}
