import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import ZhenglianClient

/// A consortium of four departments with matters, calendar and licences, and somebody in each department.
struct TestCases {
    static let issuerCode = "11650000MB1A0001XQ"

    let consortium: TestConsortium
    let node: InProcessClient
    private let desks: [MemberIdentity]

    init(matters: [OneThingDefinition], withCalendar: Bool = true) async throws {
        consortium = try TestConsortium(issuerCodes: [0: [Self.issuerCode]])
        node = try InProcessClient(
            consortium,
            contracts: [
                CatalogueContract(), EvidenceContract(), AuthorisationContract(), CalendarContract(),
                UsageContract(oneThings: CaseStandings()), DefinitionsContract(), CasesContract(),
            ])
        desks = try (0..<4).map { [consortium] in try consortium.member("desk", department: $0) }
        // A member's first transaction registers it in a block of its own.
        for department in 0..<4 { try await write(department, "cases", "settle", SettleCases([])) }
        if withCalendar { try await adoptCalendar() }
        for matter in matters { try await adopt(matter) }
        // Definitions come into force some heights after they are adopted.
        if !matters.isEmpty { try await node.idle(Int(DefinitionsContract.notice)) }
    }

    func client(_ department: Int, as role: Role = .client) throws -> ZhenglianClient {
        ZhenglianClient(
            ledger: node,
            identity: role == .client
                ? desks[department] : try consortium.member("office", department: department, role: role))
    }

    func adopt(_ definition: OneThingDefinition) async throws {
        let digest = consortium.suite.digest(of: definition.derBytes)
        try await write(0, as: .administrator, "onethings", "propose", ProposeDefinition(definition))
        for department in 1..<4 where definition.departments.contains(name(department)) || department < 3 {
            try await write(
                department, as: .administrator, "onethings", "approve", ApproveDefinition(digest, of: definition.matter)
            )
        }
    }

    private func adoptCalendar() async throws {
        let year = CalendarDate(beijing: TestConsortium.createdAt).year
        let calendar = try StatutoryCalendar(
            version: 2,
            years: [
                try CalendarYear(
                    year: year, basis: "notice", holidays: [try CalendarDate("\(year)0101")], workingWeekendDays: [])
            ])
        try await client(0, as: .administrator).oneThings.propose(calendar)
        for department in 1..<3 {
            try await client(department, as: .administrator).oneThings.approveCalendar(
                consortium.suite.digest(of: calendar.derBytes))
        }
    }

    func name(_ department: Int) -> DepartmentName { consortium.authorities[department].anchor.department }

    // MARK: Ledger

    @discardableResult
    func write(
        _ department: Int, as role: Role = .client, _ contract: String, _ method: String,
        _ arguments: some DERSequence, and calls: [Call] = []
    ) async throws -> Outcome {
        try await client(department, as: role).submitter.submit(
            calls + [Call(contract: contract, method: method, arguments: arguments.derBytes)])
    }

    func ask<Answer: DERSequence>(
        _ query: String, _ arguments: some DERSequence, of contract: String = CasesContract.contractName
    ) async throws -> Answer {
        try await node.query(contract: contract, name: query, arguments: arguments, as: Answer.self).result
    }

    /// The code with which the ledger refuses; `nil` where it does not.
    func refusal(_ body: () async throws -> Void) async throws -> String? {
        do {
            try await body()
            return nil
        } catch let error as TransactionRejected {
            return error.code.rawValue
        }
    }

    var now: Timestamp { get async throws { try await node.status().headTime } }

    /// Lets ledger time pass, so that the next transaction is in a block of exactly `time`.
    func wait(until time: Timestamp) async throws {
        let gap = time.since(try await now) - .seconds(1)
        try await node.idle(1, apart: gap)
    }

    // MARK: Cases

    func content(_ items: [String]) -> CaseContent {
        CaseContent(items: items.map(TestMatters.label), root: consortium.suite.digest(of: items.flatMap(\.utf8)))
    }

    func holder(_ number: UInt8 = 1) -> HolderPseudonym {
        HolderPseudonym(epoch: 1, digest: consortium.suite.digest(of: [number]))
    }

    func open(
        _ matter: String, _ subject: CaseSubject, options: [String] = [], items: [String], by department: Int = 0
    ) async throws -> OneThingCode {
        let open = OpenCase(
            matter: TestMatters.label(matter), subject: subject, options: options.map(TestMatters.label),
            content: items.isEmpty ? nil : content(items))
        let outcome = try await write(department, "cases", "open", open)
        guard case .applied(_, let values) = outcome.status, let value = values.last else {
            throw TestKitError("opening a case returned nothing")
        }
        return try CaseReference(derBytes: value, limit: 1_024).code
    }

    func openOpening(options: [String] = []) async throws -> OneThingCode {
        let items = options.contains("with-bank") ? ["name", "articles", "account"] : ["name", "articles"]
        return try await open("opening", .holder(holder()), options: options, items: items)
    }

    @discardableResult
    func act(_ department: Int, _ code: OneThingCode, _ act: CaseAct, and calls: [Call] = []) async throws -> Outcome {
        try await write(department, "cases", "act", ActOnCase(code, act), and: calls)
    }

    func standing(_ code: OneThingCode) async throws -> CaseStanding {
        try await ask("standing", CaseReference(code))
    }

    func status(_ code: OneThingCode, _ step: String) async throws -> StepStatus {
        let known = try await standing(code).known
        let definition: MatterAnswer = try await ask(
            "matter", MatterQuestion(known.matter, version: known.definition), of: "onethings")
        let index = definition.definition?.steps.firstIndex { $0.name.rawValue == step }
        guard let index else { throw TestKitError("there is no step \(step)") }
        return known.steps[index].status
    }

    func events(_ code: OneThingCode) async throws -> [RecordedCaseEvent] {
        let list: CaseList<RecordedCaseEvent> = try await ask("events", CasePage(of: code, from: 0, limit: 500))
        return list.elements
    }

    func inbox(_ department: Int) async throws -> [InboxEntry] {
        let list: CaseList<InboxEntry> = try await ask("duties", CasePage(of: name(department), from: 0, limit: 500))
        return list.elements
    }

    func stream(_ department: Int) async throws -> [CaseNotice] {
        let list: CaseList<CaseNotice> = try await ask("stream", CasePage(of: name(department), from: 0, limit: 500))
        return list.elements
    }

    // MARK: Licences

    func identifier(_ serial: String = "000001") throws -> LicenceIdentifier {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode(TestMatters.licenceType),
            issuerCode: try UnifiedSocialCreditCode(Self.issuerCode), serial: try LicenceSerial(serial),
            version: try LicenceVersion("001"))
    }

    /// The calls that issue a licence with its evidence.
    func issuing(_ identifier: LicenceIdentifier) throws -> [Call] {
        let root = consortium.suite.digest(of: [7])
        let particulars = CatalogueParticulars(
            identifier: identifier, holder: holder(),
            validity: try LicenceValidity(from: CalendarDate("20260101"), until: nil),
            issuedOn: try CalendarDate("20260101"), region: try RegionCode("650000"), metadataRoot: root,
            locator: nil)
        return [
            LicenceCall.issue(IssueLicence(particulars, operation: .issue)),
            .record(RecordEvidence(identifier: identifier, content: EvidenceContent(file: nil, metadataRoot: root))),
        ].map(\.call)
    }

    /// The calls that cancel a licence and close the authorisations on it.
    func cancelling(_ identifier: LicenceIdentifier) -> [Call] {
        let cancel = ChangeLicenceStatus(
            identifier: identifier, operation: .end, status: .cancelled, basis: "deregistration")
        let close = CloseAuthorisations(identifier, basis: "deregistration")
        return [
            LicenceCall.changeStatus(cancel).call,
            Call(contract: "authorisation", method: "close", arguments: close.derBytes),
        ]
    }

    /// Issues a licence apart from any case.
    func issued(_ serial: String = "000001") async throws -> LicenceIdentifier {
        let identifier = try identifier(serial)
        try await client(0).submitter.submit(try issuing(identifier))
        return identifier
    }
}
