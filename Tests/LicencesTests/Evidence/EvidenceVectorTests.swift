import Formats
import Identity
import Licences
import Testing
import VectorTestKit

/// The bytes of the contract `evidence` and of what its digests are over.
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

    private func record(_ identifier: LicenceIdentifier, supersedes: LicenceIdentifier? = nil) -> EvidenceRecord {
        EvidenceRecord(
            identifier: identifier, department: department, content: content, issuedAt: FixedValues.timestamp,
            issuedHeight: Height(rawValue: 7), transaction: TransactionIdentifier(FixedValues.digest(0x1D)),
            issuerKey: KeyIdentifier(FixedValues.digest(0x50)), supersedes: supersedes)
    }

    private var superseded: EvidenceRecord {
        var record = record(first)
        record.status = .superseded
        record.supersededBy = second
        return record
    }

    private let revocation = EvidenceRecord.Revocation(
        status: .cancelled, basis: "行政许可法第七十条", revokedAt: FixedValues.timestamp)

    private var revoked: EvidenceRecord {
        var record = record(second, supersedes: first)
        record.status = .revoked
        record.revocation = revocation
        return record
    }

    @Test func structuresAreThoseOfTheVectors() throws {
        let salt = try #require(LicenceSalt(Array(0..<16)))
        let leaf = LicenceFieldLeaf(salt: salt.bytes, name: LicenceColumn.holderName.rawValue, value: "某公司")
        #expect(LicenceField(name: .holderName, value: "某公司").leaf(salt: salt) == leaf.derBytes)
        let vectors = [
            Vector("EvidenceContent", content),
            Vector("EvidenceContent-of-a-row", row),
            Vector("IssueEvidence", IssueEvidence(identifier: first, content: content)),
            Vector("ChangeEvidence", ChangeEvidence(supersedes: first, identifier: second, content: row)),
            Vector(
                "RevokeEvidence", RevokeEvidence(identifier: second, status: .cancelled, basis: revocation.basis)),
            Vector("EvidencePointer", EvidencePointer(first)),
            Vector("Revocation", revocation),
            Vector("EvidenceRecord", record(first)),
            Vector("EvidenceRecord-superseded", superseded),
            Vector("EvidenceRecord-revoked", revoked),
            Vector("EvidenceByIdentifiers", EvidenceByIdentifiers([first, second])),
            Vector("EvidenceByFile", EvidenceByFile(FixedValues.digest(0xF1))),
            Vector(
                "EvidenceAnswer",
                EvidenceAnswer(
                    height: Height(rawValue: 9), time: FixedValues.timestamp, records: [superseded, revoked])),
            Vector(
                "EvidenceAnswer-empty",
                EvidenceAnswer(
                    height: Height(rawValue: 9), time: FixedValues.timestamp, records: [])),
            Vector("LicenceFieldLeaf", leaf),
        ]
        let file = VectorFile(
            "structures-licences",
            comment: "Structures of the contract evidence, from fixed bytes: name, SHA-256 of the DER, DER.")
        #expect(try file.differences(from: vectors) == [])
    }
}
