import Console
import Formats
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// A console on a real ledger with a real read model, in this process.
struct ConsoleScene {
    static let issuerCode = "11650000MB1A0001XQ"
    /// What must never reach a page as it is.
    static let hostile = "<script>alert('&\"')</script>{{frame.node}}"

    let consortium: TestConsortium
    let directory: TemporaryDirectory
    let ledger: SceneLedger
    let clock: StandingClock
    let node: SceneNode
    let services: ConsoleServices
    let console: Console
    let clients: [ZhenglianClient]

    init(limits: ConsoleLimits = ConsoleLimits(), suite: CryptoSuiteIdentifier = .p256) throws {
        let consortium = try TestConsortium(suite: suite, issuerCodes: [0: [Self.issuerCode]])
        let directory = try TemporaryDirectory()
        let ledger = try SceneLedger(consortium, directory: directory)
        (self.consortium, self.directory, self.ledger) = (consortium, directory, ledger)
        clock = StandingClock(TestConsortium.createdAt.advanced(by: .seconds(3_600)))
        node = SceneNode(consortium, ledger, clock)
        services = ConsoleServices(
            client: ZhenglianClient(ledger: ledger, identity: consortium.validators[0]), dataPath: directory.url.path,
            heights: ledger.heights, clock: clock, inspection: node, access: SceneAccess())
        console = try Console(services, limits: limits)
        clients = try (0..<4).map {
            ZhenglianClient(ledger: ledger, identity: try consortium.member("counter", department: $0))
        }
    }

    var suite: any CryptoSuite { consortium.suite }
    var cases: CasesClient { clients[0].oneThings.cases }

    func application() -> some ApplicationProtocol {
        let router = Router(context: SceneContext.self)
        router.add(middleware: SceneVisitors())
        console.addRoutes(to: router)
        return Application(router: router)
    }

    // MARK: What happens on the ledger

    /// Has all departments agree on a definition, and come into force.
    func adopt(_ definition: OneThingDefinition) async throws {
        let digest = suite.digest(of: definition.derBytes)
        for department in 0..<4 {
            let office = ZhenglianClient(
                ledger: ledger, identity: try consortium.member("office", department: department, role: .administrator))
            if department == 0 {
                try await office.oneThings.definitions.propose(definition)
            } else if try await office.oneThings.definitions.proposal(of: definition.matter) != nil {
                try await office.oneThings.definitions.approve(digest, of: definition.matter)
            }
        }
        try await ledger.idle(Int(DefinitionsContract.notice))
    }

    func pseudonym(_ number: UInt8) -> HolderPseudonym {
        HolderPseudonym(epoch: 1, digest: suite.digest(of: [number]))
    }

    func open(_ matter: String, items: [String], holder: UInt8 = 1) async throws -> OneThingCode {
        try await cases.open(
            OpenCase(
                matter: SceneMatter.label(matter), subject: .holder(pseudonym(holder)), options: [],
                content: CaseContent(items: items.map(SceneMatter.label), root: suite.digest(of: items.flatMap(\.utf8)))
            ))
    }

    func answer(_ code: OneThingCode, _ step: String, by department: Int, values: [CaseValue] = []) async throws {
        let name = SceneMatter.label(step)
        let client = clients[department].oneThings.cases
        try await client.act(.acknowledge(name, attempt: 1), in: code)
        try await ledger.idle(1, apart: .seconds(600 + Int64(step.utf8.count) * 300))
        try await client.act(.answer(name, attempt: 1, SceneMatter.label("done"), values: values), in: code)
    }

    func identifier(_ serial: Int) throws -> LicenceIdentifier {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode(SceneMatter.licenceType),
            issuerCode: try UnifiedSocialCreditCode(Self.issuerCode), serial: try LicenceSerial("2026\(serial)"),
            version: try LicenceVersion("001"))
    }

    @discardableResult
    func issue(_ serial: Int, region: String = "650100", file: Digest? = nil) async throws -> Outcome {
        let identifier = try identifier(serial)
        let root = suite.digest(of: Array("\(serial)".utf8))
        let particulars = CatalogueParticulars(
            identifier: identifier, holder: pseudonym(UInt8(serial % 250)),
            validity: try LicenceValidity(from: CalendarDate("20250101"), until: nil),
            issuedOn: try CalendarDate("20250101"), region: try RegionCode(region), metadataRoot: root)
        return try await clients[0].submitter.submit([
            LicenceCall.issue(IssueLicence(particulars)).call,
            LicenceCall.record(
                RecordEvidence(identifier: identifier, content: EvidenceContent(file: file, metadataRoot: root))
            ).call,
        ])
    }

    /// Department 1 uses licences on a statutory basis: some allowed, some denied.
    func use(_ serials: [Int], denied: [Int] = []) async throws {
        let using = consortium.authorities[1].anchor.department
        let type = try identifier(1).typeCode
        let day = TestConsortium.createdAt
        let scope = try UseScope(
            selection: .type(type), actions: UseAction.allCases, purposes: [try PurposeCode("TAX-1")],
            fields: [.certificateName, .validUntil], notBefore: day, notAfter: day.advanced(by: .seconds(864_000)),
            caseNumber: nil, maximumUses: nil)
        try await clients[0].authorisations.entitle(
            Entitle(
                department: using, application: try ApplicationName("counter"), type: type,
                actions: UseAction.allCases, fields: LicenceColumn.allCases, notBefore: day,
                notAfter: day.advanced(by: .seconds(864_000))))
        let basis = try await clients[0].authorisations.declare(
            DeclareBasis(reference: "某条例第一条", department: using, scope: scope))
        for (index, serial) in (serials + denied).enumerated() {
            let request = UseRequest(
                licence: try identifier(serial), application: try ApplicationName("counter"),
                authority: .statutoryBasis(basis),
                context: UseContext(purpose: try PurposeCode(denied.contains(serial) ? "LOAN-9" : "TAX-1")),
                action: .query, fields: [.certificateName], channel: .interface,
                recipientKey: clients[1].identity.certificate.publicKey.subjectPublicKeyInfo,
                nonce: CallNonce(Int64(index)))
            _ = try await clients[1].uses.decide(request)
        }
    }
}

/// Requests of the scene: who asks, a header says.
struct SceneContext: ConsoleRequestContext {
    var coreContext: CoreRequestContextStorage
    var visitor = Visitor()

    init(source: Source) { coreContext = CoreRequestContextStorage(source: source) }
}

/// Plays the gateway: finds out who asks.
struct SceneVisitors: RouterMiddleware {
    static let header = HTTPField.Name("X-Visitor")

    func handle(
        _ request: Request, context: SceneContext, next: @concurrent (Request, SceneContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let kind = Self.header.flatMap { request.headers[$0] } ?? "official"
        let everything = Set(ConsoleEntitlement.allCases.map(\.rawValue))
        switch kind {
        case "anonymous": context.visitor = Visitor()
        case "stranger": context.visitor = Visitor(name: "stranger", entitlements: ["verify"])
        case "person":
            context.visitor = Visitor(
                name: "person", department: Label("department-2"), entitlements: everything, formToken: "t0ken")
        case "hostile": context.visitor = Visitor(name: ConsoleScene.hostile, entitlements: everything)
        default:
            context.visitor = Visitor(
                name: "operator", department: Label("department-1"), entitlements: everything, formToken: "t0ken")
        }
        return try await next(request, context)
    }
}
