import Formats
import Identity
import Licences
import SwiftASN1
import Testing
import VectorTestKit

/// The values that the vectors of authorisations, uses and traces are made of: the same in every run.
struct VectorValues {
    let licence: LicenceIdentifier
    let other: LicenceIdentifier
    let owner: DepartmentName
    let requester: DepartmentName
    let application: ApplicationName
    let purpose: PurposeCode
    let region: RegionCode
    /// With everything that a use can belong to.
    let context: UseContext
    /// Of two licences, with every bound that a scope can have.
    let scope: UseScope
    /// Of a kind of licence, with no bound that it need not have.
    let kindScope: UseScope

    let holder = HolderPseudonym(epoch: 2, digest: FixedValues.digest(0x90))
    let older = HolderPseudonym(epoch: 1, digest: FixedValues.digest(0x91))
    let agent = HolderPseudonym(epoch: 2, digest: FixedValues.digest(0x92))
    let time = FixedValues.timestamp
    let later = FixedValues.timestamp.advanced(by: .seconds(300))
    let height = Height(rawValue: 7)
    let grant = GrantIdentifier(FixedValues.digest(0x60))
    let basis = BasisIdentifier(FixedValues.digest(0x61))
    let request = AccessRequestIdentifier(FixedValues.digest(0x62))
    let decision = DecisionIdentifier(FixedValues.digest(0x63))
    let presentation = FixedValues.digest(0x64)
    let transaction = TransactionIdentifier(FixedValues.digest(0x1D))
    let key = KeyIdentifier(FixedValues.digest(0x50))
    /// Bytes that stand for a public key.
    let publicKey: [UInt8] = [0x30, 0x00]
    let reference = "市场主体登记管理条例第十七条"
    let nonce = CallNonce(5)

    init() throws {
        licence = LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(TestRegistry.issuerCode),
            serial: try LicenceSerial("A1"), version: try LicenceVersion("001"))
        other = LicenceIdentifier(
            typeCode: licence.typeCode, issuerCode: try UnifiedSocialCreditCode(TestRegistry.issuerCode),
            serial: try LicenceSerial("A2"), version: try LicenceVersion("003"))
        owner = try #require(DepartmentName("market-regulation"))
        requester = try #require(DepartmentName("taxation"))
        application = try ApplicationName("tax-counter")
        purpose = try PurposeCode("TAX-1")
        region = try RegionCode("650100")
        let item = try ItemCode("370117002011")
        let caseNumber = try CaseNumber("CASE-2026-1")
        context = UseContext(
            purpose: purpose, item: item, caseNumber: caseNumber, oneThing: try OneThingCode("YJS-2026-1"))
        scope = try UseScope(
            selection: .licences([LicenceKey(licence), LicenceKey(other)]), actions: UseAction.allCases,
            purposes: [purpose, try PurposeCode("LOAN-1")], fields: [.certificateName, .validUntil, .file],
            notBefore: time, notAfter: later, item: item, caseNumber: caseNumber, region: region, maximumUses: 3)
        kindScope = try UseScope(
            selection: .type(licence.typeCode), actions: [.query], purposes: [purpose], fields: [.holderName],
            notBefore: time, notAfter: later)
    }

    var signature: HolderSignature { HolderSignature(notAfter: later, signature: FixedValues.signature) }
    var attestation: CounterAttestation { CounterAttestation(level: .four, evidence: FixedValues.digest(0xA7)) }
    var withdrawal: Withdrawal { Withdrawal(at: later, height: Height(rawValue: 9), by: owner) }

    /// With everything that a request can name.
    var useRequest: UseRequest {
        UseRequest(
            licence: licence, application: application, authority: .holder, context: context, action: .present,
            fields: [.certificateName, .validUntil], channel: .app, recipientKey: publicKey, nonce: nonce,
            operatorDigest: FixedValues.digest(0x0E), agent: grant, region: region,
            presentation: PresentationReference(identifier: presentation, expiresAt: later, maximumScans: 2))
    }

    /// With nothing that a request need not name.
    func plainRequest(_ authority: Authority) -> UseRequest {
        UseRequest(
            licence: licence, application: application, authority: authority, context: UseContext(purpose: purpose),
            action: .download, fields: [.file], channel: .interface, recipientKey: publicKey)
    }

    /// An allowing decision on ``useRequest``.
    var allowed: Decision {
        Decision(
            decision, of: useRequest, by: (requester, key),
            facts: DecisionFacts(
                rules: .standard, owner: owner, holder: holder, reasons: [], fields: [.certificateName]),
            at: time, height: height)
    }

    /// A decision against a request that names nothing that it need not, on a licence that the ledger does not know.
    var denied: Decision {
        Decision(
            decision, of: plainRequest(.grant(grant)), by: (requester, key),
            facts: DecisionFacts(
                rules: .standard, owner: owner, holder: nil, reasons: [.licenceUnknown, .notEntitled], fields: []),
            at: time, height: height)
    }
}

extension DERSequence {
    /// The value that is made of these elements.
    init(elements: [[UInt8]]) throws { try self.init(derBytes: DERElements.sequence(of: elements), limit: 1 << 20) }
}

extension Vector {
    /// What has no DER by itself, such as a CHOICE: element `index` of a structure, which reads and writes it.
    init<Container: DERSequence>(_ name: String, at index: Int, of container: Container) throws {
        let elements = try DERElements.elements(of: container.derBytes)
        self.init(name, elements[index]) { bytes in
            var elements = elements
            elements[index] = bytes
            return try DERElements.elements(of: try Container(elements: elements).derBytes)[index]
        }
    }
}

/// A SEQUENCE as the DER of its elements.
enum DERElements {
    static func elements(of sequence: [UInt8]) throws -> [[UInt8]] {
        try DER.sequence(try DER.parse(sequence), identifier: .sequence) { fields in
            var elements: [[UInt8]] = []
            while let element = fields.next() { elements.append(Array(element.encodedBytes)) }
            return elements
        }
    }

    static func sequence(of elements: [[UInt8]]) -> [UInt8] {
        var serializer = DER.Serializer()
        serializer.appendConstructedNode(identifier: .sequence) { coder in
            for element in elements { coder.serializeRawBytes(element) }
        }
        return serializer.serializedBytes
    }

    /// The DER of one element.
    static func element(_ write: (inout DER.Serializer) throws -> Void) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try write(&serializer)
        return serializer.serializedBytes
    }
}
