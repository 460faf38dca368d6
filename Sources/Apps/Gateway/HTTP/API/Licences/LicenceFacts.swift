import Formats
import Identity
import Licences
import ZhenglianClient

/// A licence in a list, by ledger time.
struct LicenceEntry: Encodable, Sendable {
    let identifier: LicenceIdentifier
    let department: String
    let region: RegionCode
    let issuedOn: CalendarDate
    let validFrom: CalendarDate
    let validUntil: CalendarDate?
    let status: String
    let statusName: String
    let holder: HolderPseudonym?
    let changedHeight: Height

    init(_ entry: LicencePage.Entry) {
        identifier = entry.identifier
        department = entry.department
        region = entry.region
        issuedOn = entry.issuedOn
        validFrom = entry.validFrom
        validUntil = entry.validUntil
        status = entry.status.text
        statusName = entry.status.name
        holder = entry.holder
        changedHeight = entry.changedHeight
    }

    static let schema = Schema.object(
        .required("identifier", .licence), .required("department", .text()), .required("region", .text()),
        .required("issuedOn", .string(.day, 8...8)), .required("validFrom", .string(.day, 8...8)),
        .optional("validUntil", .string(.day, 8...8)), .required("status", .text()), .required("statusName", .text()),
        .optional("holder", .string(.pseudonym, 67...76)), .required("changedHeight", .height)
    ).named("LicenceEntry").described("a licence in a list", "证照列表项")
}

/// What the ledger holds of one licence, as the node states it.
struct LicenceFacts: Encodable, Sendable {
    struct Evidence: Encodable, Sendable {
        let fileDigest: Digest?
        let metadataRoot: Digest
        let issuedAt: String
        let issuedHeight: Height
        let transaction: TransactionIdentifier
        let supersedes: LicenceIdentifier?
    }

    let height: Height
    let time: String
    let identifier: LicenceIdentifier
    let kind: String
    let department: Label
    let holder: HolderPseudonym?
    let region: RegionCode
    let issuedOn: CalendarDate
    let validFrom: CalendarDate
    let validUntil: CalendarDate?
    let status: String
    let statusName: String
    let operation: String
    let operationName: String
    let basis: String?
    let revision: UInt64
    let changedAt: String
    let changedHeight: Height
    let transaction: TransactionIdentifier
    let related: LicenceIdentifier?
    let takenDownAt: String?
    let evidence: Evidence?

    /// - Returns: `nil` where the catalogue has no such licence.
    init?(_ answer: LicencesAnswer, of asked: LicenceIdentifier) {
        guard let record = answer.record(of: asked) else { return nil }
        height = answer.height
        time = answer.time.description
        identifier = record.identifier
        kind = LicenceTypeRegistry().title(of: record.identifier.typeCode)
        department = record.department
        holder = record.holder
        region = record.region
        issuedOn = record.issuedOn
        validFrom = record.validity.from
        validUntil = record.validity.until
        let effective = record.effectiveStatus(at: answer.time)
        status = effective.text
        statusName = effective.name
        operation = record.operation.text
        operationName = record.operation.name
        basis = record.basis
        revision = record.revision
        changedAt = record.changedAt.description
        changedHeight = record.changedHeight
        transaction = record.transaction
        related = record.related
        takenDownAt = record.tombstone?.takenDownAt.description
        evidence = answer.evidence(of: asked).map {
            Evidence(
                fileDigest: $0.content.file, metadataRoot: $0.content.metadataRoot, issuedAt: $0.issuedAt.description,
                issuedHeight: $0.issuedHeight, transaction: $0.transaction, supersedes: $0.supersedes)
        }
    }

    static let schema = Schema.object(
        .required("height", .height), .required("time", .time), .required("identifier", .licence),
        .required("kind", .text()), .required("department", .text()), .optional("holder", .string(.pseudonym, 67...76)),
        .required("region", .text()), .required("issuedOn", .string(.day, 8...8)),
        .required("validFrom", .string(.day, 8...8)), .optional("validUntil", .string(.day, 8...8)),
        .required("status", .text()), .required("statusName", .text()), .required("operation", .text()),
        .required("operationName", .text()), .optional("basis", .text()), .required("revision", .integer()),
        .required("changedAt", .time), .required("changedHeight", .height), .required("transaction", .digest),
        .optional("related", .licence), .optional("takenDownAt", .time),
        .optional(
            "evidence",
            .object(
                .optional("fileDigest", .digest), .required("metadataRoot", .digest), .required("issuedAt", .time),
                .required("issuedHeight", .height), .required("transaction", .digest), .optional("supersedes", .licence)
            ))
    ).named("Licence").described("a licence on the ledger", "账本上的证照")
}

/// What comparing a file with the ledger came to.
struct VerificationFacts: Encodable, Sendable {
    struct Text: Encodable, Sendable {
        let en: String
        let zh: String

        static let schema = Schema.object(.required("en", .text(0...2_048)), .required("zh", .text(0...2_048)))
    }

    struct Check: Encodable, Sendable {
        let subject: String
        let verdict: String
        let explanation: Text
        let asOfHeight: Height?
        let asOfTime: String?
    }

    let outcome: String
    let licence: LicenceIdentifier?
    let issuer: String?
    let checks: [Check]

    init(_ verification: LicenceVerification) {
        outcome = verification.outcome.rawValue
        licence = verification.identifier
        issuer = verification.issuer?.description
        checks = verification.checks.map { check in
            Check(
                subject: check.subject.rawValue, verdict: check.verdict.rawValue,
                explanation: Text(en: check.explanation.english, zh: check.explanation.chinese),
                asOfHeight: check.asOf?.height, asOfTime: check.asOf?.time.description)
        }
    }

    static let schema = Schema.object(
        .required(
            "outcome",
            .choice([
                "consistent", "fileDiffers", "catalogueDiffers", "statusDiffers", "notOnLedger", "takenDown",
                "evidenceRefuted", "undetermined",
            ])),
        .optional("licence", .licence), .optional("issuer", .text()),
        .required(
            "checks",
            .array(
                of: .object(
                    .required("subject", .choice(LicenceCheck.Subject.allCases.map(\.rawValue))),
                    .required("verdict", .choice(["established", "contradicted", "couldNotBeChecked"])),
                    .required("explanation", Text.schema), .optional("asOfHeight", .height),
                    .optional("asOfTime", .time)), 0...16))
    ).named("Verification").described("what a comparison came to", "核验比对结果")
}
