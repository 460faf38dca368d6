import Formats
import Identity
import Licences

/// What a node states about licences.
struct LicenceStateReport: Presentable {
    struct Record: Encodable {
        let identifier: LicenceIdentifier
        let kind: String
        let department: Label
        let holder: HolderPseudonym?
        let region: RegionCode
        let issuedOn: CalendarDate
        let validFrom: CalendarDate
        let validUntil: CalendarDate?
        /// The status by ledger time, which knows what has expired.
        let status: String
        let statusName: String
        let operation: String
        let basis: String?
        let revision: UInt64
        let changedAt: String
        let changedHeight: Height
        let transaction: TransactionIdentifier
        let metadataRoot: Digest?
        let locator: String?
        let related: LicenceIdentifier?
        let takenDownAt: String?
    }

    struct Evidence: Encodable {
        let identifier: LicenceIdentifier
        let fileDigest: Digest?
        let metadataRoot: Digest
        let issuedAt: String
        let issuedHeight: Height
        let transaction: TransactionIdentifier
        let issuerKey: KeyIdentifier
        let supersedes: LicenceIdentifier?
    }

    let asOfHeight: Height
    let asOfTime: String
    let codesVersion: UInt64
    let records: [Record]
    let evidence: [Evidence]

    init(_ answer: LicencesAnswer) {
        asOfHeight = answer.height
        asOfTime = answer.time.description
        codesVersion = answer.codesVersion
        let registry = LicenceTypeRegistry()
        records = answer.records.map { record in
            let status = record.effectiveStatus(at: answer.time)
            return Record(
                identifier: record.identifier, kind: registry.title(of: record.identifier.typeCode),
                department: record.department, holder: record.holder, region: record.region,
                issuedOn: record.issuedOn, validFrom: record.validity.from, validUntil: record.validity.until,
                status: status.text, statusName: status.name,
                operation: "\(record.operation.text) \(record.operation.name)", basis: record.basis,
                revision: record.revision, changedAt: record.changedAt.description,
                changedHeight: record.changedHeight, transaction: record.transaction,
                metadataRoot: record.metadataRoot, locator: record.locator, related: record.related,
                takenDownAt: record.tombstone?.takenDownAt.description)
        }
        evidence = answer.evidence.map { evidence in
            Evidence(
                identifier: evidence.identifier, fileDigest: evidence.content.file,
                metadataRoot: evidence.content.metadataRoot, issuedAt: evidence.issuedAt.description,
                issuedHeight: evidence.issuedHeight, transaction: evidence.transaction,
                issuerKey: evidence.issuerKey, supersedes: evidence.supersedes)
        }
    }

    func lines(in language: Language) -> [String] {
        let asOf = Phrase("as of height \(asOfHeight), \(asOfTime)", "截至高度 \(asOfHeight)，\(asOfTime)")
        guard !records.isEmpty else {
            let absence = Phrase("not on the ledger", "未上链")
            return ["\(absence.text(in: language)) (\(asOf.text(in: language)))"]
        }
        let phrases = records.flatMap(Self.phrases) + evidence.flatMap(Self.phrases)
        return phrases.map { $0.text(in: language) } + [asOf.text(in: language)]
    }

    private static func phrases(_ record: Record) -> [Phrase] {
        let until = record.validUntil?.text ?? LicenceValidity.openEnd
        let status = "\(record.status) \(record.statusName)"
        var phrases = [
            Phrase("\(record.identifier)", "\(record.identifier)"),
            Phrase("  kind         \(record.kind)", "  类型       \(record.kind)"),
            record.takenDownAt.map { Phrase("  status       taken down at \($0)", "  状态       已下链，\($0)") }
                ?? Phrase("  status       \(status)", "  状态       \(status)"),
            Phrase("  owner        \(record.department)", "  所有者     \(record.department)"),
            Phrase("  valid        \(record.validFrom) to \(until)", "  有效期     \(record.validFrom) 至 \(until)"),
            Phrase("  region       \(record.region)", "  属地       \(record.region)"),
            Phrase(
                "  last         \(record.operation) at \(record.changedAt), height \(record.changedHeight), "
                    + "revision \(record.revision)",
                "  最近操作   \(record.operation)，\(record.changedAt)，高度 \(record.changedHeight)，第 \(record.revision) 次状态"),
        ]
        if let basis = record.basis { phrases.append(Phrase("  basis        \(basis)", "  依据       \(basis)")) }
        if let holder = record.holder { phrases.append(Phrase("  holder       \(holder)", "  持证主体   \(holder)")) }
        if let locator = record.locator { phrases.append(Phrase("  locator      \(locator)", "  存放位置   \(locator)")) }
        if let related = record.related { phrases.append(Phrase("  related      \(related)", "  关联证照   \(related)")) }
        return phrases
    }

    private static func phrases(_ evidence: Evidence) -> [Phrase] {
        var phrases = [
            Phrase("evidence of \(evidence.identifier)", "存证 \(evidence.identifier)"),
            Phrase(
                "  issued       \(evidence.issuedAt), height \(evidence.issuedHeight)",
                "  签发       \(evidence.issuedAt)，高度 \(evidence.issuedHeight)"),
            Phrase("  transaction  \(evidence.transaction)", "  交易       \(evidence.transaction)"),
            Phrase("  metadata     \(evidence.metadataRoot)", "  元数据根   \(evidence.metadataRoot)"),
        ]
        if let file = evidence.fileDigest { phrases.append(Phrase("  file         \(file)", "  文件摘要   \(file)")) }
        if let before = evidence.supersedes {
            phrases.append(Phrase("  supersedes   \(before)", "  取代       \(before)"))
        }
        return phrases
    }
}
