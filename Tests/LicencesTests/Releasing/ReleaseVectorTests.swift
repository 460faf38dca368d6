import Formats
import Identity
import Licences
import Testing
import VectorTestKit

/// The bytes of what is ordered, released and presented off the ledger, and of what pseudonyms are made of.
@Suite("Bytes of releases and presentations")
struct ReleaseVectorTests {
    private let licence: LicenceIdentifier
    private let owner: DepartmentName
    private let requester: DepartmentName
    private let purpose: PurposeCode

    init() throws {
        licence = LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(TestRegistry.issuerCode),
            serial: try LicenceSerial("A1"),
            version: try LicenceVersion("001"))
        owner = try #require(DepartmentName("market-regulation"))
        requester = try #require(DepartmentName("taxation"))
        purpose = try PurposeCode("REGISTRATION")
    }

    private let decision = DecisionIdentifier(FixedValues.digest(0xDE))

    private func note(_ context: UseContext, action: UseAction) throws -> ReleaseNote {
        ReleaseNote(
            decision: decision, licence: licence, owner: owner, requester: requester,
            application: try ApplicationName("tax-counter"), context: context, action: action,
            decidedAt: FixedValues.timestamp)
    }

    private func content(
        _ note: ReleaseNote, _ disclosures: [LicenceFieldDisclosure], file: [UInt8]? = nil
    ) -> ReleasedContent {
        var generator = SeededGenerator(seed: 1)
        return ReleasedContent(note: note, disclosures: disclosures, file: file, using: &generator)
    }

    private func disclosure(_ name: LicenceColumn, _ value: String, salt: UInt8) throws -> LicenceFieldDisclosure {
        let index = try #require(LicenceMetadata.names.firstIndex(of: name))
        let path = MerklePath(index: UInt64(index), size: UInt64(LicenceMetadata.names.count)) { range in
            FixedValues.digest(UInt8(range.lowerBound))
        }
        return LicenceFieldDisclosure(
            field: LicenceField(name: name, value: value),
            salt: try #require(LicenceSalt([UInt8](repeating: salt, count: LicenceSalt.byteCount))), path: path)
    }

    private func order(audience: DepartmentName? = nil, agent: GrantIdentifier? = nil) throws -> PresentationOrder {
        try PresentationOrder(
            licence: licence, purpose: purpose, fields: [.holderName, .issuedOn], audience: audience, seconds: 300,
            maximumScans: 2, nonce: FixedValues.digest(0x40), agent: agent)
    }

    private func token(_ order: PresentationOrder) throws -> PresentationToken {
        PresentationToken(
            order, identifier: try #require(PresentationIdentifier(Array(0..<16))), owner: owner,
            channel: FixedValues.channel, at: FixedValues.timestamp)
    }

    private func releases() throws -> [Vector] {
        let full = UseContext(
            purpose: purpose, item: try ItemCode("370117002011"), caseNumber: try CaseNumber("CASE-2026-1"),
            oneThing: try OneThingCode("YJS-2026-1"))
        let (note, plain) = (try note(full, action: .download), try note(UseContext(purpose: purpose), action: .query))
        let disclosures = [
            try disclosure(.holderName, "某公司", salt: 1), try disclosure(.issuedOn, "20260101", salt: 2),
        ]
        func order(_ kind: Release.Kind) -> ReleaseOrder {
            ReleaseOrder(channel: FixedValues.channel, owner: owner, decision: decision, kind: kind)
        }
        return [
            Vector("ReleaseOrder", order(.fields)),
            Vector("ReleaseOrder-of-the-file", order(.file)),
            signing("release", .releaseOrder, order(.fields)),
            Vector("ReleaseNote", note),
            Vector("ReleaseNote-of-a-purpose-alone", plain),
            Vector("ReleasedContent", content(plain, disclosures)),
            Vector("ReleasedContent-with-the-file", content(note, disclosures, file: Array("deed".utf8))),
            Vector("ReleasedContent-the-file-alone", content(note, [], file: Array("deed".utf8))),
        ]
    }

    private func presentations() throws -> [Vector] {
        let plain = try order()
        let audience = try order(audience: requester)
        let grant = GrantIdentifier(FixedValues.digest(0x60))
        let full = try order(audience: requester, agent: grant)
        let document = PresentationCodeDocument(
            token: try token(plain), signature: FixedValues.signature, certificate: [0x30, 0x00])
        return [
            Vector("PresentationOrder", plain),
            Vector("PresentationOrder-by-an-agent", full),
            Vector("PresentationToken", try token(plain)),
            Vector("PresentationToken-for-one-department", try token(audience)),
            Vector("PresentationToken-by-an-agent", try token(try order(agent: grant))),
            Vector("PresentationToken-by-an-agent-for-one-department", try token(full)),
            signing("presentation", .presentation, try token(plain)),
            Vector("PresentationCodeDocument", document),
        ]
    }

    /// What is signed of a structure.
    private func signing(_ name: String, _ purpose: SigningPurpose, _ value: some DERSequence) -> Vector {
        let digest = FixedValues.suite.digest(of: value.derBytes)
        return Vector("SigningInput-\(name)", SigningInput(purpose: purpose, digest: digest))
    }

    private func pseudonyms() throws -> [Vector] {
        let person = HolderCode.person(try ResidentIdentityNumber("650102199001011239"))
        let organisation = HolderCode.organisation(try UnifiedSocialCreditCode(TestRegistry.issuerCode))
        return [
            Vector("PseudonymInput", PseudonymInput(epoch: 1, holder: person)),
            Vector("PseudonymInput-of-an-organisation", PseudonymInput(epoch: 300, holder: organisation)),
        ]
    }

    @Test func structuresAreThoseOfTheVectors() throws {
        let file = VectorFile(
            "structures-releases",
            comment:
                "Structures of releases, presentations and pseudonyms, from fixed bytes: name, SHA-256 of the DER, DER."
        )
        #expect(try file.differences(from: try releases() + presentations() + pseudonyms()) == [])
    }
}
