import Formats
import Identity
import Licences
import Testing
import VectorTestKit

/// The bytes of the contracts `catalogue` and `evidence`, and of what its digests are over.
@Suite("Bytes of licences")
struct EvidenceVectorTests {
    private let first: LicenceIdentifier
    private let second: LicenceIdentifier
    private let department: DepartmentName

    init() throws {
        first = LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(TestRegistry.issuerCode),
            serial: try LicenceSerial("A1"),
            version: try LicenceVersion("001"))
        second = try #require(first.nextVersion)
        department = try #require(DepartmentName("market-regulation"))
    }

    private let content = EvidenceContent(
        file: FixedValues.digest(0xF1), metadataRoot: FixedValues.digest(0x3E), seal: FixedValues.digest(0x5E))
    private let row = EvidenceContent(file: nil, metadataRoot: FixedValues.digest(0x3E))

    private func evidence(_ identifier: LicenceIdentifier, supersedes: LicenceIdentifier? = nil) -> EvidenceRecord {
        EvidenceRecord(
            identifier: identifier, department: department, content: content, issuedAt: FixedValues.timestamp,
            issuedHeight: Height(rawValue: 7), transaction: TransactionIdentifier(FixedValues.digest(0x1D)),
            issuerKey: KeyIdentifier(FixedValues.digest(0x50)), supersedes: supersedes)
    }

    private let holder = HolderPseudonym(epoch: 2, digest: FixedValues.digest(0x90))
    private let basis = "行政许可法第七十条"

    private func particulars(_ identifier: LicenceIdentifier) throws -> CatalogueParticulars {
        CatalogueParticulars(
            identifier: identifier, holder: holder,
            validity: try LicenceValidity(from: try CalendarDate("20260101"), until: try CalendarDate("20301231")),
            issuedOn: try CalendarDate("20260101"), region: try RegionCode("650100"),
            metadataRoot: FixedValues.digest(0x3E), locator: "vault:1")
    }

    private func record(_ identifier: LicenceIdentifier) throws -> CatalogueRecord {
        CatalogueRecord(
            try particulars(identifier), department: department, operation: .issue, related: nil,
            at: FixedValues.timestamp, height: Height(rawValue: 7),
            transaction: TransactionIdentifier(FixedValues.digest(0x1D)))
    }

    private func takenDown() throws -> CatalogueRecord {
        var record = try record(second)
        record.operation = .takeDown
        record.holder = nil
        record.locator = nil
        record.metadataRoot = nil
        record.related = first
        record.basis = basis
        record.previous = FixedValues.digest(0x77)
        record.revision = 3
        record.tombstone = .init(basis: basis, takenDownAt: FixedValues.timestamp)
        return record
    }

    @Test func structuresAreThoseOfTheVectors() throws {
        let salt = try #require(LicenceSalt(Array(0..<16)))
        let leaf = LicenceFieldLeaf(salt: salt.bytes, name: LicenceColumn.holderName.rawValue, value: "某公司")
        #expect(LicenceField(name: .holderName, value: "某公司").leaf(salt: salt) == leaf.derBytes)
        let proposal = TableProposal<LicenceCodeTable>(table: .standard, approvals: [department])
        let vectors = [
            Vector("EvidenceContent", content),
            Vector("EvidenceContent-of-a-row", row),
            Vector("RecordEvidence", RecordEvidence(identifier: first, content: content)),
            Vector("EvidenceRecord", evidence(first)),
            Vector("EvidenceRecord-of-a-later-version", evidence(second, supersedes: first)),
            Vector("EvidenceByFile", EvidenceByFile(FixedValues.digest(0xF1))),
            Vector("LicencePointer", LicencePointer(first)),
            try Vector("LicenceValidity", at: 1, of: particulars(first)),
            Vector("CatalogueParticulars", try particulars(first)),
            Vector("IssueLicence", IssueLicence(try particulars(first))),
            Vector(
                "SupersedeLicence",
                SupersedeLicence(supersedes: first, by: try particulars(second), operation: .renew, basis: basis)),
            Vector(
                "ChangeLicenceStatus",
                ChangeLicenceStatus(identifier: second, operation: .end, status: .cancelled, basis: basis)),
            Vector(
                "ModifyLicence",
                ModifyLicence(
                    identifier: second, previous: FixedValues.digest(0x77), holder: holder, locator: "vault:2",
                    basis: basis)),
            Vector("TakeDownLicence", TakeDownLicence(identifier: second, basis: basis)),
            Vector("CatalogueRecord", try record(first)),
            Vector("CatalogueRecord-taken-down", try takenDown()),
            Vector("Tombstone", CatalogueRecord.Tombstone(basis: basis, takenDownAt: FixedValues.timestamp)),
            Vector("LicenceCodeTable", LicenceCodeTable.standard),
            Vector("StatusRule", LicenceCodeTable.standard.statuses[0]),
            Vector("OperationRule", LicenceCodeTable.standard.operations[1]),
            Vector("Transition", LicenceCodeTable.Transition(.valid, .suspended)),
            Vector("LicenceCodesProposal", proposal),
            Vector("LicenceCodesAnswer", TableAnswer(table: .standard, proposal: proposal)),
            Vector("ApproveTable", ApproveTable(FixedValues.digest(0x7B))),
            Vector("LicencesByIdentifiers", LicencesByIdentifiers([first, second])),
            Vector(
                "LicencesAnswer",
                LicencesAnswer(
                    height: Height(rawValue: 9), time: FixedValues.timestamp, records: [try record(first)],
                    evidence: [evidence(first)])),
            Vector("LicenceFieldLeaf", leaf),
        ]
        let file = VectorFile(
            "structures-licences",
            comment:
                "Structures of the contracts catalogue and evidence, from fixed bytes: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: vectors) == [])
    }
}
