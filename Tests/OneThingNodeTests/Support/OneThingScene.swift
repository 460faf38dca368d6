import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Logging
import Nodes
import OneThingNode
import OneThings
import Synchronization
import ZhenglianClient

/// Names of the scene's matter.
enum Name {
    static let matter = label("opening")
    static let lead = label("lead")
    static let seal = label("seal")
    static let tax = label("tax")
    static let register = label("register")
    static let company = label("company")
    static let phone = label("phone")
    static let articles = label("articles")
    static let code = label("code")
    static let done = label("done")

    private static func label(_ text: String) -> Label {
        guard let label = Label(text) else { preconditionFailure("'\(text)' is no label") }
        return label
    }
}

/// A clock that stands where a test puts it.
final class StandingClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var now: Timestamp { time.withLock { $0 } }

    func set(_ time: Timestamp) { self.time.withLock { $0 = time } }
}

/// A node's ledger that tells of its blocks, as a node does.
final class TellingLedger: LedgerClient {
    let ledger: InProcessClient
    let heights: ExecutedHeights

    init(_ ledger: InProcessClient) {
        self.ledger = ledger
        heights = ExecutedHeights(from: ledger.height)
    }

    var genesis: Genesis { ledger.genesis }

    func submit(_ transaction: Transaction) async throws -> Outcome {
        defer { heights.note(ledger.height) }
        return try await ledger.submit(transaction)
    }

    func query(contract: String, name: String, arguments: [UInt8]) async throws -> Nodes.QueryAnswer {
        try await ledger.query(contract: contract, name: name, arguments: arguments)
    }

    func receipt(answering question: ReceiptQuestion) async throws -> Receipt {
        try await ledger.receipt(answering: question)
    }

    func lightClientStep(from known: Height?) async throws -> LightClientStep {
        try await ledger.lightClientStep(from: known)
    }

    func status() async throws -> NodeStatus { try await ledger.status() }

    /// Lets ledger time pass.
    func wait(_ duration: Duration) async throws {
        try await ledger.idle(1, apart: duration)
        heights.note(ledger.height)
    }
}

/// Department 0 leads a small matter, departments 1 and 2 have a step each; the node of department 0 serves. Real
/// ledger, real vault, real keys; no network.
struct OneThingScene {
    /// The code that department 0 issues licences under.
    static let issuerCode = "11650000MB1A0001XQ"

    let consortium: TestConsortium
    let ledger: TellingLedger
    let directory: TemporaryDirectory
    let clock: StandingClock
    let vault: CaseVault
    let service: NodeOneThingService
    /// Clients of the departments' systems, by number.
    let clients: [ZhenglianClient]
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let file = [UInt8]("articles of association".utf8)

    var genesis: Genesis { consortium.genesis }
    var suite: any CryptoSuite { consortium.suite }
    var lead: CasesClient { clients[0].oneThings.cases }

    /// - Parameters:
    ///   - limits: the node's.
    ///   - definition: the matter's; by default the small one below.
    init(
        limits: OneThingNodeLimits = OneThingNodeLimits(),
        definition: (TestConsortium) throws -> OneThingDefinition = Self.definition
    ) async throws {
        let consortium = try TestConsortium(issuerCodes: [0: [Self.issuerCode]])
        let ledger = TellingLedger(
            try InProcessClient(
                consortium,
                contracts: [
                    CatalogueContract(), EvidenceContract(), AuthorisationContract(), UsageContract(),
                    CalendarContract(), DefinitionsContract(), CasesContract(),
                ]))
        (self.consortium, self.ledger) = (consortium, ledger)
        directory = try TemporaryDirectory()
        clock = StandingClock(TestConsortium.createdAt.advanced(by: .seconds(60)))
        vault = try CaseVault(directory.path("vault"), genesis: consortium.genesis)
        service = NodeOneThingService(
            vault: vault, client: ZhenglianClient(ledger: ledger, identity: consortium.validators[0]),
            heights: ledger.heights, wallClock: clock, limits: limits, logger: logger,
            generator: SeededGenerator(seed: 1))
        clients = try (0..<4).map {
            ZhenglianClient(ledger: ledger, identity: try consortium.member("counter", department: $0))
        }
        try await Self.adopt(try definition(consortium), consortium, ledger)
    }

    /// The lead registers; then a department makes the seal, and another takes the company up for tax.
    static func definition(_ consortium: TestConsortium) throws -> OneThingDefinition {
        let departments = consortium.genesis.document.departments.map(\.name)
        let title = BilingualTitle("事项", "matter")
        let limits = StepLimits(acknowledge: try TimeLimit(10, .minutes), answer: try TimeLimit(1, .hours))
        let done = StepAnswer(Name.done, title)
        return OneThingDefinition(
            matter: Name.matter, version: 1, title: title, basis: "rule", lead: Name.lead, subject: .holder,
            roles: [
                DefinitionRole(Name.lead, departments[0], title), DefinitionRole(Name.seal, departments[1], title),
                DefinitionRole(Name.tax, departments[2], title),
            ],
            fields: [
                DefinitionField(Name.company, title, for: [Name.lead, Name.seal, Name.tax]),
                DefinitionField(Name.phone, title, for: [Name.lead, Name.tax]),
                DefinitionField(Name.code, title, isOnLedger: true),
            ],
            materials: [DefinitionMaterial(Name.articles, title, contains: [Name.company])],
            intake: [IntakeItem(Name.company), IntakeItem(Name.phone), IntakeItem(Name.articles)],
            steps: [
                StepDefinition(
                    Name.register, title, role: Name.lead, needs: [Name.company, Name.phone, Name.articles],
                    returns: [Name.code], answers: [done], limits: limits),
                StepDefinition(
                    Name.seal, title, role: Name.seal, after: [Name.register],
                    needs: [Name.company, Name.articles, Name.code], answers: [done], limits: limits),
                StepDefinition(
                    Name.tax, title, role: Name.tax, after: [Name.register], needs: [Name.company, Name.phone],
                    answers: [done], limits: limits),
            ])
    }

    private static func adopt(
        _ definition: OneThingDefinition, _ consortium: TestConsortium, _ ledger: TellingLedger
    ) async throws {
        func submit(_ method: String, _ arguments: some DERSequence, by department: Int) async throws {
            let administrator = try consortium.member("office", department: department, role: .administrator)
            try await Submitter(client: ledger, identity: administrator).submit([
                Call(
                    contract: DefinitionsContract.contractName, method: method, arguments: arguments.derBytes)
            ])
        }
        try await submit(DefinitionsContract.Method.propose, ProposeDefinition(definition), by: 0)
        let digest = consortium.suite.digest(of: definition.derBytes)
        for department in 1...2 {
            try await submit(
                DefinitionsContract.Method.approve, ApproveDefinition(digest, of: definition.matter), by: department)
        }
        for _ in 0..<DefinitionsContract.notice { try await ledger.wait(.seconds(1)) }
    }

    // MARK: A case

    /// What an applicant hands in.
    func items(seed: UInt64 = 1) throws -> CaseItems {
        var generator = SeededGenerator(seed: seed)
        return try CaseItems([
            try CaseItem(Name.company, datum: "示例有限公司", using: &generator),
            try CaseItem(Name.phone, datum: "0991-0000000", using: &generator),
            CaseItem(Name.articles, paper: suite.digest(of: file), using: &generator),
        ])
    }

    /// Stores what was handed in at the lead's node and opens a case.
    func open(holder: UInt8 = 1) async throws -> OneThingCode {
        let content = try await clients[0].oneThings.contents.store(
            try items(seed: UInt64(holder)), files: [CaseFile(paper: Name.articles, bytes: file)],
            at: service)
        let bytes = [UInt8](repeating: holder, count: HolderPseudonym.byteCount)
        guard let pseudonym = HolderPseudonym(bytes: bytes) else { throw TestKitError("no pseudonym") }
        return try await lead.open(
            OpenCase(matter: Name.matter, subject: .holder(pseudonym), options: [], content: content))
    }

    /// Answers the lead's step, so that the others begin.
    func register(_ code: OneThingCode) async throws {
        try await lead.act(
            .answer(Name.register, attempt: 1, Name.done, values: [try CaseValue(Name.code, "91650000MA1")]), in: code)
    }

    /// Fetches items for a step, as a department.
    func fetch(
        _ items: [Label], of code: OneThingCode, step: Label, attempt: Int64 = 1, by department: Int,
        key: any RecipientKey
    ) async throws -> ReleasedItems {
        let contents = clients[department].oneThings.contents
        let source = CaseContents.Source(
            content: 0, stored: try await lead.content(0, of: code), items: items.sorted())
        return try await contents.fetch(
            source, of: code, step: step, attempt: attempt, key: key, from: service)
    }
}

/// The code of the service's error that `body` throws; `nil` where it throws nothing.
func serviceCode(_ body: () async throws -> some Any) async throws -> OneThingServiceError.Code? {
    do {
        _ = try await body()
        return nil
    } catch let error as OneThingServiceError {
        return error.code
    }
}
