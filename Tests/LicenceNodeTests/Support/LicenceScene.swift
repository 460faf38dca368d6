import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import LicenceNode
import Licences
import Logging
import Nodes
import Synchronization
import ZhenglianClient

/// A clock that stands where a test puts it.
final class StandingClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }
}

/// Department 0 has issued a licence, holds it in its vault and releases it; department 1 is entitled to it by a
/// statutory basis; the holder has a device. Real ledger, real vault, real keys; no network.
struct LicenceScene {
    static let issuerCode = "11650000MB1A0001XQ"
    static let number = "650102199001011239"

    let consortium: TestConsortium
    let ledger: InProcessClient
    let directory: TemporaryDirectory
    let clock: StandingClock
    let vault: LicenceVault
    let service: NodeLicenceService
    /// A client of department 0, which issues.
    let issuer: ZhenglianClient
    /// A client of department 1, which asks.
    let asker: ZhenglianClient
    let licence: VaultedLicence
    let file = [UInt8]("the deed, signed and sealed".utf8)
    let keyring: PseudonymKeyring
    let deviceKey: any SigningKey
    let basis: BasisIdentifier

    var genesis: Genesis { consortium.genesis }
    var suite: any CryptoSuite { consortium.suite }
    var identifier: LicenceIdentifier { licence.identifier }
    var device: HolderDevice { HolderDevice(genesis: genesis, key: deviceKey) }

    static func identifier(_ serial: String = "A1") throws -> LicenceIdentifier {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(issuerCode),
            serial: try LicenceSerial(serial),
            version: try LicenceVersion("001")
        )
    }

    static func metadata(_ identifier: LicenceIdentifier) throws -> LicenceMetadata {
        let values: [LicenceColumn: String] = [
            .certificateIdentifier: identifier.text, .certificateTypeName: "营业执照", .certificateName: "营业执照",
            .holderName: "示例", .holderCode: number, .holderCodeType: "111", .issuingAuthorityName: "示例市场监督管理局",
            .issuingAuthorityCode: issuerCode, .issuedOn: "20250101", .validFrom: "20250101", .validUntil: "长期",
            .regionCode: "650102",
        ]
        return try LicenceMetadata(
            identifier: identifier,
            fields: LicenceMetadata.names.map { LicenceField(name: $0, value: values[$0] ?? "") })
    }

    /// - Parameter seed: of the salts; the same ones in every run.
    static func vaulted(_ serial: String = "A1", seed: UInt64 = 1) throws -> VaultedLicence {
        var generator = SeededGenerator(seed: seed)
        let identifier = try identifier(serial)
        return try VaultedLicence(
            metadata: try metadata(identifier), salts: LicenceSalts(identifier: identifier, using: &generator))
    }

    init(suite: CryptoSuiteIdentifier = .p256, limits: ReleaseLimits = ReleaseLimits()) async throws {
        consortium = try TestConsortium(suite: suite, issuerCodes: [0: [Self.issuerCode]])
        ledger = try InProcessClient(
            consortium,
            contracts: [CatalogueContract(), EvidenceContract(), AuthorisationContract(), UsageContract()])
        directory = try TemporaryDirectory()
        clock = StandingClock(TestConsortium.createdAt.advanced(by: .seconds(60)))
        vault = try LicenceVault(directory.path("vault"), genesis: consortium.genesis)
        service = NodeLicenceService(
            vault: vault, submitter: Submitter(client: ledger, identity: consortium.validators[0]), clock: clock,
            limits: limits, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            generator: SeededGenerator(seed: 1))
        issuer = ZhenglianClient(ledger: ledger, identity: try consortium.member("counter-1"))
        asker = ZhenglianClient(ledger: ledger, identity: try consortium.member("counter-1", department: 1))
        licence = try Self.vaulted()
        keyring = PseudonymKeyring(genesis: consortium.genesis, begins: TestConsortium.createdAt)
        deviceKey = consortium.suite.generateSigningKey()
        basis = try await Self.prepare(
            issuer, licence: licence, file: file, holder: keyring.pseudonym(of: try Self.holder()), key: deviceKey,
            asker: asker.identity.member.department)
        try vault.put(licence, file: file, at: clock.now)
    }

    static func holder() throws -> HolderCode { .person(try ResidentIdentityNumber(number)) }

    private static func prepare(
        _ issuer: ZhenglianClient, licence: VaultedLicence, file: [UInt8], holder: HolderPseudonym,
        key: any SigningKey, asker: DepartmentName
    ) async throws -> BasisIdentifier {
        try await issue(licence, file: file, to: holder, by: issuer)
        _ = try await issuer.authorisations.bind(
            BindHolder(
                holder: holder, level: .four, key: key.verificationKey.subjectPublicKeyInfo,
                licence: licence.identifier))
        let end = TestConsortium.createdAt.advanced(by: .seconds(86_400))
        let fields = LicenceMetadata.names + [.file]
        _ = try await issuer.authorisations.entitle(
            Entitle(
                department: asker, application: try application(), type: licence.identifier.typeCode,
                actions: UseAction.allCases, fields: fields, notBefore: TestConsortium.createdAt, notAfter: end))
        return try await issuer.authorisations.declare(
            DeclareBasis(
                reference: "行政许可法第三十四条", department: asker,
                scope: try UseScope(
                    selection: .type(licence.identifier.typeCode), actions: UseAction.allCases,
                    purposes: [try purpose()], fields: fields, notBefore: TestConsortium.createdAt, notAfter: end)))
    }

    /// Brings a licence on the ledger, with its evidence.
    static func issue(
        _ licence: VaultedLicence, file: [UInt8], to holder: HolderPseudonym, by issuer: ZhenglianClient
    ) async throws {
        let suite = issuer.genesis.suite
        let root = try licence.metadata.root(salts: licence.salts, suite: suite)
        let particulars = CatalogueParticulars(
            identifier: licence.identifier, holder: holder,
            validity: try LicenceValidity(from: try CalendarDate("20250101"), until: nil),
            issuedOn: try CalendarDate("20250101"), region: try RegionCode("650102"), metadataRoot: root)
        let evidence = EvidenceContent(file: suite.digest(of: file), metadataRoot: root)
        try await issuer.submitter.submit([
            LicenceCall.issue(IssueLicence(particulars)).call,
            LicenceCall.record(RecordEvidence(identifier: licence.identifier, content: evidence)).call,
        ])
    }

    static func application() throws -> ApplicationName { try ApplicationName("approval") }

    static func purpose() throws -> PurposeCode { try PurposeCode("REGISTRATION") }

    /// The ledger's decision on a use by department 1, by the statutory basis.
    func decide(
        _ action: UseAction = .query, fields: [LicenceColumn] = [.holderName, .issuedOn], key: any RecipientKey,
        as client: ZhenglianClient? = nil
    ) async throws -> Decision {
        try await (client ?? asker).uses.decide(
            UseRequest(
                licence: identifier, application: try Self.application(), authority: .statutoryBasis(basis),
                context: UseContext(purpose: try Self.purpose()), action: action, fields: fields,
                channel: .interface, recipientKey: key.subjectPublicKeyInfo))
    }

    func order(
        fields: [LicenceColumn] = [.holderName, .issuedOn], audience: DepartmentName? = nil, seconds: Int64 = 60,
        scans: Int64 = 1, nonce: String = "1"
    ) throws -> PresentationOrder {
        try PresentationOrder(
            licence: identifier, purpose: try Self.purpose(), fields: fields, audience: audience, seconds: seconds,
            maximumScans: scans, nonce: suite.digest(of: Array(nonce.utf8)))
    }
}
