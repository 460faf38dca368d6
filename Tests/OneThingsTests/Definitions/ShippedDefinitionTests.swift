import ClientTestKit
import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// Cases of the matters that ship come to their end on a ledger, whatever the applicant has chosen.
@Suite("Shipped definitions on a ledger")
struct ShippedDefinitionTests {
    private static let issuerCode = "11650000MB1A0001XQ"
    private let consortium: TestConsortium
    private let node: InProcessClient

    init() throws {
        consortium = try TestConsortium(issuerCodes: [0: [Self.issuerCode]])
        node = try InProcessClient(
            consortium,
            contracts: [
                CatalogueContract(), EvidenceContract(), AuthorisationContract(), CalendarContract(),
                DefinitionsContract(), CasesContract(),
            ])
    }

    private func client(_ department: Int, role: Role = .client) throws -> ZhenglianClient {
        ZhenglianClient(ledger: node, identity: try consortium.member("desk", department: department, role: role))
    }

    private func digest(_ text: String) -> Digest { consortium.suite.digest(of: Array(text.utf8)) }

    /// The departments of the demonstration, as the test's consortium names them.
    private func number(of department: DepartmentName) -> Int {
        consortium.authorities.firstIndex { $0.anchor.department == department } ?? 0
    }

    /// - Parameter version: the number that the definition gets: a ledger's first is version 1.
    private func adopt(_ name: String, asVersion version: UInt64 = 1) async throws -> OneThingDefinition {
        let shipped = try DefinitionFiles.definition(name)
        var file = try DefinitionFile(try DefinitionFile.json(of: shipped, version: version))
        for role in shipped.roles {
            let index = ["market", "tax", "hrss", "data"].firstIndex(of: role.department.rawValue)
            try file.setDepartment(consortium.authorities[try #require(index)].anchor.department, of: role.name)
        }
        let definition = try file.definition()
        let year = CalendarDate(beijing: TestConsortium.createdAt).year
        let calendar = try StatutoryCalendar(
            version: 2,
            years: [year, year + 1].map {
                try CalendarYear(year: $0, basis: "notice", holidays: [], workingWeekendDays: [])
            })
        for department in 0...3 {
            let departments = try client(department, role: .administrator).oneThings
            if department == 0 {
                try await departments.propose(calendar)
                try await departments.definitions.propose(definition)
            } else {
                if department < 3 { try await departments.approveCalendar(digest(of: calendar)) }
                try await departments.definitions.approve(digest(of: definition), of: definition.matter)
            }
        }
        try await node.idle(Int(DefinitionsContract.notice))
        return definition
    }

    private func digest(of value: some DERSequence) -> Digest { consortium.suite.digest(of: value.derBytes) }

    private func issuing(_ serial: String) throws -> (licence: LicenceIdentifier, calls: [Call]) {
        let licence = LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(Self.issuerCode), serial: try LicenceSerial(serial),
            version: try LicenceVersion("001"))
        let issue = IssueLicence(
            CatalogueParticulars(
                identifier: licence, holder: nil,
                validity: try LicenceValidity(from: try CalendarDate("20250101"), until: nil),
                issuedOn: try CalendarDate("20250101"), region: try RegionCode("650100"), metadataRoot: digest("root")))
        let record = RecordEvidence(
            identifier: licence, content: EvidenceContent(file: nil, metadataRoot: digest("root")))
        return (licence, [LicenceCall.issue(issue).call, LicenceCall.record(record).call])
    }

    private func call(_ method: String, _ arguments: some DERSequence) -> Call {
        Call(contract: CasesContract.contractName, method: method, arguments: arguments.derBytes)
    }

    private func open(
        _ definition: OneThingDefinition, _ subject: CaseSubject, _ options: [Label]
    ) async throws -> OneThingCode {
        let items = definition.intake.filter { $0.condition.holds(for: options) }.map(\.item)
        let content = CaseContent(items: items, root: digest("intake"))
        let outcome = try await client(number(of: lead(definition))).submitter.submit([
            call(
                CasesContract.Method.open,
                OpenCase(matter: definition.matter, subject: subject, options: options, content: content))
        ])
        guard case .applied(_, let values) = outcome.status, let bytes = values.first else {
            throw OneThingError(.notOpen, "the case was not opened")
        }
        return try CaseReference(derBytes: bytes, limit: 1_024).code
    }

    private func lead(_ definition: OneThingDefinition) throws -> DepartmentName {
        try #require(definition.role(definition.lead)).department
    }

    private func standing(_ code: OneThingCode) async throws -> CaseStanding {
        try await node.query(
            contract: CasesContract.contractName, name: CasesContract.Query.standing, arguments: CaseReference(code),
            as: CaseStanding.self
        ).result
    }

    /// Answers every step that is pushed with its first answer, and lets every window pass, until the case is over.
    private func carryOut(_ code: OneThingCode, by definition: OneThingDefinition) async throws -> OneThingCase {
        for _ in 0..<64 {
            let standing = try await standing(code)
            guard standing.known.status == .running else { return standing.known }
            let open = zip(definition.steps, standing.known.steps).filter { $1.status == .pushed }
            guard let (step, state) = open.first(where: { $0.0.window == nil }) ?? open.first else { break }
            if step.window == nil {
                try await answer(step, state.attempt, of: standing.known, by: definition)
            } else {
                let end = try #require(standing.deadlines.first { $0.step == step.name }?.end)
                try await node.idle(1, apart: end.since(standing.time))
            }
        }
        return try await standing(code).known
    }

    private func answer(
        _ step: StepDefinition, _ attempt: Int64, of known: OneThingCase, by definition: OneThingDefinition
    ) async throws {
        let onLedger = step.returns.filter { definition.field($0)?.isOnLedger == true }
        let others = step.returns.filter { !onLedger.contains($0) }
        var calls: [Call] = []
        var issued: LicenceIdentifier?
        switch (step.effect?.kind, known.subject) {
        case (.issuesLicence, _):
            let issuing = try issuing("NEW1")
            (issued, calls) = (issuing.licence, issuing.calls)
        case (.cancelsLicence, .licence(let licence)):
            let change = ChangeLicenceStatus(
                identifier: licence, operation: .end, status: .cancelled, basis: "市场主体登记管理条例第三十三条")
            calls = [LicenceCall.changeStatus(change).call, .closingAuthorisations(licence, basis: "第三十三条")]
        default: break
        }
        let act = CaseAct.answer(
            step.name, attempt: attempt, try #require(step.answers.first { $0.settles }).name,
            values: try onLedger.map { try CaseValue($0, "A-1") },
            content: others.isEmpty ? nil : CaseContent(items: others, root: digest("returned")), licence: issued)
        let department = try #require(definition.role(step.role)).department
        _ = try await client(number(of: department)).submitter.submit(
            calls + [call(CasesContract.Method.act, ActOnCase(known.code, act))])
    }

    @Test(arguments: [[], ["seal", "tax", "bank", "employees", "prior-permit", "agent"], ["bank"]])
    func anEnterpriseIsOpened(options: [String]) async throws {
        let definition = try await adopt("enterprise-opening")
        let holder = HolderPseudonym(epoch: 1, digest: digest("holder"))
        let code = try await open(definition, .holder(holder), options.compactMap { Label($0) })
        let known = try await carryOut(code, by: definition)
        #expect(known.status == .completed)
        #expect(known.licence == (try issuing("NEW1").licence))
        let leftOut = zip(definition.steps, known.steps).filter { $1.status == .leftOut }.map(\.0.name.rawValue)
        #expect(leftOut.contains("seal") == !options.contains("seal"))
        #expect(leftOut.contains("social-account") == !options.contains("bank"))
    }

    @Test(
        arguments: ["simple-deregistration", "simple-deregistration-national"], [[], ["individual"], ["tax-closing"]])
    func anEnterpriseIsDeregistered(name: String, options: [String]) async throws {
        let file = try await adopt(name)
        let issuing = try issuing("OLD1")
        try await client(0).submitter.submit(issuing.calls)
        let code = try await open(file, .licence(issuing.licence), options.compactMap { Label($0) })
        let known = try await carryOut(code, by: file)
        #expect(known.status == .completed)
        let record = try await client(0).licences.licences([issuing.licence]).records.first
        #expect(record?.status == .cancelled)
        // Nothing is decided before the check of eligibility, and twenty days are twenty days.
        let window = options.contains("individual") ? "individual-objections" : "objections"
        let index = try #require(file.steps.firstIndex { $0.name.rawValue == window })
        let state = known.steps[index]
        let days = try #require(state.endedAt).since(try #require(state.begunAt)) / .seconds(86_400)
        let wanted: Double = options.contains("individual") ? 10 : 20
        #expect(days > wanted && days <= wanted + 1)
    }
}
