import Formats
import Identity

/// The checks of a licence that compare: what is shown with the evidence, the evidence with the catalogue, and the
/// catalogue with what a licence in force is.
struct LicenceComparison {
    let content: LicenceCheck
    let catalogue: LicenceCheck
    let status: LicenceCheck
    /// One for each field that was shown by itself.
    let fields: [FieldCheck]
    /// Whether the catalogue has a tombstone in the licence's place, proved or stated.
    let isTakenDown: Bool

    init(
        shown: LicenceVerification.Shown, version: LicenceIdentifier?, evidence: EvidenceProof,
        statement: LicenceVerification.Statement?, current: CurrentLicence, suite: any CryptoSuite
    ) {
        content = Self.content(shown, version, evidence, statement, suite)
        fields = Self.fields(shown, evidence, statement, suite)
        let found = Found(current, statement)
        catalogue = Self.catalogue(shown, version, evidence, statement, found)
        status = Self.status(version, found)
        isTakenDown = if case .record(let record, _, _) = found { record.tombstone != nil } else { false }
    }

    /// What is known of the catalogue's entry, and how well.
    private enum Found {
        /// `source` states it; without one, it is proved.
        case record(CatalogueRecord, asOf: LicenceCheck.Moment, source: String?)
        case none(asOf: LicenceCheck.Moment)
        case refuted(BilingualText)
        case unknown

        init(_ current: CurrentLicence, _ statement: LicenceVerification.Statement?) {
            switch current {
            case .record(let record, let asOf): self = .record(record, asOf: asOf, source: nil)
            case .none(let asOf): self = .none(asOf: asOf)
            case .refuted(let reason): self = .refuted(reason)
            case .unproved:
                guard let statement, let record = statement.record else {
                    self = .unknown
                    return
                }
                self = .record(record, asOf: statement.asOf, source: statement.source)
            }
        }
    }

    // MARK: Content

    private static func content(
        _ shown: LicenceVerification.Shown, _ version: LicenceIdentifier?, _ evidence: EvidenceProof,
        _ statement: LicenceVerification.Statement?, _ suite: any CryptoSuite
    ) -> LicenceCheck {
        if let proved = evidence.content, let asOf = evidence.asOf {
            if let fault = fault(of: shown, version, in: proved, suite) {
                return LicenceCheck(.content, .contradicted, fault, asOf: asOf)
            }
            return LicenceCheck(.content, .established, agrees(shown), asOf: asOf)
        }
        guard let statement, let record = statement.evidence else {
            return LicenceCheck(
                .content, .couldNotBeChecked,
                BilingualText("there is nothing to compare with", "没有可供比对的存证"))
        }
        if let fault = fault(of: shown, version, in: record.content, suite) {
            return LicenceCheck(.content, .contradicted, fault, asOf: statement.asOf)
        }
        return LicenceCheck(
            .content, .couldNotBeChecked,
            BilingualText(
                "it agrees with what \(statement.source) states, but no receipt proves it",
                "与 \(statement.source) 陈述的一致，但没有回执证明"
            ),
            asOf: statement.asOf
        )
    }

    private static func agrees(_ shown: LicenceVerification.Shown) -> BilingualText {
        switch shown {
        case .file:
            return BilingualText("the file is the one whose digest was put on the ledger", "文件与上链存证的摘要一致")
        case .fields(let fields, let file):
            let alone = BilingualText(
                "\(fields.count) fields are proved by the root of the fields that was put on the ledger",
                "\(fields.count) 个字段由上链的元数据根证明")
            guard file != nil else { return alone }
            return BilingualText(
                "\(alone.english), and the file by its digest", "\(alone.chinese)，文件与上链存证的摘要一致")
        case .row:
            return BilingualText("all fields of the row are those that were put on the ledger", "全部字段与上链存证一致")
        }
    }

    /// What differs from the evidence; `nil` where nothing does.
    private static func fault(
        of shown: LicenceVerification.Shown, _ version: LicenceIdentifier?, in content: EvidenceContent,
        _ suite: any CryptoSuite
    ) -> BilingualText? {
        switch shown {
        case .file(let file):
            return fault(ofFile: file, in: content)
        case .fields(let fields, let file):
            let wrong = fields.filter { !$0.isProven(by: content.metadataRoot, suite: suite) }.map(
                \.field.name.rawValue)
            let names = wrong.joined(separator: ", ")
            let faults = [
                wrong.isEmpty
                    ? nil
                    : BilingualText(
                        "not what the licence's evidence is of: \(names)", "与证照存证不一致的字段：\(names)"),
                file.flatMap { fault(ofFile: $0, in: content) },
            ].compactMap(\.self)
            guard !faults.isEmpty else { return nil }
            return BilingualText(
                faults.map(\.english).joined(separator: "; "), faults.map(\.chinese).joined(separator: "；"))
        case .row(let row):
            guard row.metadataRoot != content.metadataRoot else { return nil }
            return BilingualText(
                "a field of the row, or a salt, is not the one that was put on the ledger",
                "该行至少一个字段（或盐值）与上链存证不一致")
        }
    }

    private static func fault(ofFile file: Digest, in content: EvidenceContent) -> BilingualText? {
        guard let expected = content.file else {
            return BilingualText("the evidence is of a licence without a file", "存证所载证照没有文件")
        }
        guard expected != file else { return nil }
        return BilingualText(
            "the file is another: the evidence is of a file with digest \(expected)",
            "文件不一致：存证所载文件摘要为 \(expected)")
    }

    /// Each field apart. What a node states can contradict a field; only a receipt proves one.
    private static func fields(
        _ shown: LicenceVerification.Shown, _ evidence: EvidenceProof, _ statement: LicenceVerification.Statement?,
        _ suite: any CryptoSuite
    ) -> [FieldCheck] {
        let root = (evidence.content ?? statement?.evidence?.content)?.metadataRoot
        let agreement: LicenceCheck.Verdict = evidence.content == nil ? .couldNotBeChecked : .established
        return shown.disclosures.map { disclosure in
            let isProven = root.map { disclosure.isProven(by: $0, suite: suite) }
            return FieldCheck(
                field: disclosure.field,
                verdict: isProven.map { $0 ? agreement : .contradicted } ?? .couldNotBeChecked)
        }
    }

    // MARK: Catalogue

    private static func catalogue(
        _ shown: LicenceVerification.Shown, _ version: LicenceIdentifier?, _ evidence: EvidenceProof,
        _ statement: LicenceVerification.Statement?, _ found: Found
    ) -> LicenceCheck {
        switch found {
        // That it is no proof is said of the status; the catalogue itself has said nothing.
        case .refuted(let reason): return LicenceCheck(.catalogue, .couldNotBeChecked, reason)
        case .none(let asOf):
            return LicenceCheck(
                .catalogue, .contradicted,
                BilingualText("it is proved that the catalogue does not have it", "已证明目录中没有此证照"), asOf: asOf)
        case .unknown:
            return LicenceCheck(
                .catalogue, .couldNotBeChecked,
                BilingualText(
                    "no node was asked: a receipt says nothing of what happened after it",
                    "未询问节点：回执不说明其后的变化"))
        case .record(let record, let asOf, let source):
            let root = evidence.content?.metadataRoot ?? statement?.evidence?.content.metadataRoot
            if let fault = fault(of: record, shown, version, root) {
                return LicenceCheck(.catalogue, .contradicted, fault, asOf: asOf)
            }
            let how = how(source)
            return LicenceCheck(
                .catalogue, source == nil ? .established : .couldNotBeChecked,
                BilingualText("the catalogue agrees: \(how.english)", "目录一致：\(how.chinese)"), asOf: asOf)
        }
    }

    private static func fault(
        of record: CatalogueRecord, _ shown: LicenceVerification.Shown, _ version: LicenceIdentifier?, _ root: Digest?
    ) -> BilingualText? {
        // What is taken down or superseded says so in the status; there is nothing left to compare here.
        guard record.tombstone == nil, record.identifier == version else { return nil }
        if let root, record.metadataRoot != root {
            return BilingualText("the catalogue has other fields than the evidence", "目录与存证的元数据根不一致")
        }
        guard case .row(let row) = shown, !record.agrees(with: row) else { return nil }
        return BilingualText(
            "the row's period, day of issue, region or holder is not the catalogue's",
            "该行的有效期、颁发日期、属地或持证主体与目录不一致")
    }

    // MARK: Status

    private static func status(_ version: LicenceIdentifier?, _ found: Found) -> LicenceCheck {
        switch found {
        case .refuted(let reason): return LicenceCheck(.status, .contradicted, reason)
        case .none(let asOf):
            return LicenceCheck(
                .status, .contradicted,
                BilingualText("it is proved that the ledger has no evidence of it", "已证明账本上没有其存证"), asOf: asOf)
        case .unknown:
            return LicenceCheck(
                .status, .couldNotBeChecked,
                BilingualText(
                    "no node was asked: a receipt says nothing of what happened after it",
                    "未询问节点：回执不说明其后的变化"))
        case .record(let record, let asOf, let source):
            let standing = record.standing(of: version ?? record.identifier, at: asOf.time)
            let text = sentence(standing, record)
            let how = how(source)
            let verdict: LicenceCheck.Verdict =
                standing != .current(.valid) ? .contradicted : source == nil ? .established : .couldNotBeChecked
            return LicenceCheck(
                .status, verdict,
                BilingualText("\(text.english): \(how.english)", "\(text.chinese)：\(how.chinese)"), asOf: asOf)
        }
    }

    private static func sentence(_ standing: LicenceStanding, _ record: CatalogueRecord) -> BilingualText {
        let basis = record.basis.map { BilingualText(" (\($0))", "（\($0)）") } ?? BilingualText("", "")
        switch standing {
        case .superseded(let newer):
            return BilingualText("superseded by \(newer)", "已被 \(newer) 取代")
        case .takenDown(let tombstone):
            return BilingualText(
                "taken down on \(tombstone.takenDownAt) (\(tombstone.basis))",
                "已于 \(tombstone.takenDownAt) 下链（\(tombstone.basis)）")
        case .current(.valid):
            return BilingualText(
                "in force, \(record.validity.from) to \(record.validity.untilText)",
                "有效，\(record.validity.from) 至 \(record.validity.untilText)")
        case .current(let status) where status == record.status:
            return BilingualText(
                "status \(status.text) \(status.name) since \(record.changedAt)\(basis.english)",
                "自 \(record.changedAt) 起状态为 \(status.text) \(status.name)\(basis.chinese)")
        case .current(let status):
            return BilingualText(
                "status \(status.text) \(status.name): its last day was \(record.validity.untilText)",
                "状态 \(status.text) \(status.name)：有效期截止于 \(record.validity.untilText)")
        }
    }

    private static func how(_ source: String?) -> BilingualText {
        source.map { BilingualText("stated by \($0), not proved", "由 \($0) 陈述，未经证明") }
            ?? BilingualText("proved by the state", "由账本状态证明")
    }
}
