import Formats
import GatewayEvents
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import OneThings
import Testing
import ZhenglianClient

/// What contracts of licences and one-things do, as others are told: by the contracts themselves, so that a key or a
/// record that changes there is missed here.
@Suite("Events of licences and one-things")
struct DepartmentEventTests {
    private static let issuerCode = "11650000MB1A0001XQ"

    private let ledger: EventLedger
    private let owner: ZhenglianClient
    private let user: ZhenglianClient
    private let holder: HolderPseudonym
    private let holderKey: any SigningKey

    init() throws {
        ledger = try EventLedger(
            try TestConsortium(issuerCodes: [0: [Self.issuerCode]]), contracts: EventLedger.allContracts)
        owner = try ledger.client("counter", of: 0)
        user = try ledger.client("counter", of: 1)
        holder = HolderPseudonym(epoch: 1, digest: ledger.consortium.suite.digest(of: Array("holder".utf8)))
        holderKey = ledger.consortium.suite.generateSigningKey()
    }

    private func events(
        of department: Int = 0, _ types: [String] = [], with filter: EventFilter = .all
    ) async throws -> [FeedEvent] {
        let feed = ledger.feed(of: department)
        var events: [FeedEvent] = []
        var cursor = EventCursor.end(of: .zero)
        while true {
            let page = try await feed.page(after: cursor, matching: filter)
            events += page.events
            cursor = page.cursor
            if !page.hasMore { break }
        }
        // Whatever is told, it tells of nobody.
        for event in events {
            #expect(!event.json.contains(holder.text))
            #expect(!event.json.contains(holder.bytes.hexadecimal))
            #expect(!event.json.contains("secret basis"))
        }
        return types.isEmpty ? events : events.filter { types.contains($0.type.rawValue) }
    }

    private func types(_ prefix: String, of department: Int = 0) async throws -> [String] {
        try await events(of: department).map(\.type.rawValue).filter { $0.hasPrefix(prefix) }
    }

    private func at(_ seconds: Int64) -> Timestamp { TestConsortium.createdAt.advanced(by: .seconds(seconds)) }

    private func identifier(_ serial: String = "A1", version: String = "001") throws -> LicenceIdentifier {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode(Self.issuerCode), serial: try LicenceSerial(serial),
            version: try LicenceVersion(version))
    }

    private func particulars(_ identifier: LicenceIdentifier) throws -> CatalogueParticulars {
        CatalogueParticulars(
            identifier: identifier, holder: holder,
            validity: try LicenceValidity(from: try CalendarDate("20250101"), until: try CalendarDate("20350101")),
            issuedOn: try CalendarDate("20250101"), region: try RegionCode("650100"),
            metadataRoot: ledger.consortium.suite.digest(of: [1]))
    }

    private func call(_ method: String, _ arguments: some DERSequence) -> Call {
        Call(contract: CatalogueContract.contractName, method: method, arguments: arguments.derBytes)
    }

    private func issue(_ identifier: LicenceIdentifier) throws -> Call {
        call(CatalogueContract.Method.issue, IssueLicence(try particulars(identifier)))
    }

    @Test func theLifeOfALicenceIsToldCallByCall() async throws {
        let (first, second) = (try identifier("A1"), try identifier("A2"))
        let next = try identifier("A1", version: "002")
        // In one transaction, so that the state knows the end alone.
        try await owner.submitter.submit([
            try issue(first), try issue(second),
            call(
                CatalogueContract.Method.changeStatus,
                ChangeLicenceStatus(
                    identifier: second, operation: .suspend, status: .suspended, basis: "secret basis")),
            call(
                CatalogueContract.Method.changeStatus,
                ChangeLicenceStatus(identifier: second, operation: .resume, status: .valid, basis: "secret basis")),
            call(
                CatalogueContract.Method.supersede,
                SupersedeLicence(supersedes: first, by: try particulars(next), operation: .change)),
            call(CatalogueContract.Method.takeDown, TakeDownLicence(identifier: second, basis: "secret basis")),
        ])
        let told = try await events().filter { $0.type.rawValue.hasPrefix("licence.") }
        #expect(
            told.map(\.type.rawValue) == [
                "licence.issued", "licence.issued", "licence.status", "licence.status", "licence.superseded",
                "licence.takenDown",
            ])
        #expect(told.map { $0.data["status"] }[2...3] == [.text("02"), .text("01")])
        #expect(told[4].data["licence"] == .text(next.text))
        #expect(told[4].data["supersedes"] == .text(first.text))
        #expect(told.allSatisfy { $0.departments == [ledger.department(0)] })
        let ofSecond = try await events(with: try EventFilter(licences: [LicenceKey(second)]))
        #expect(ofSecond == told.filter { $0.licences == [LicenceKey(second)] })
        #expect(ofSecond.count == 4)
    }

    @Test func usesAndWhatTheyRelyOnAreToldWithoutWhoseTheyAre() async throws {
        let licence = try identifier()
        let application = try ApplicationName("counter")
        try await owner.submitter.submit([try issue(licence), try issue(try identifier("HOLDER"))])
        try await owner.authorisations.bind(
            BindHolder(
                holder: holder, level: .four, key: holderKey.verificationKey.subjectPublicKeyInfo,
                licence: try identifier("HOLDER")))
        try await owner.authorisations.entitle(
            Entitle(
                department: ledger.department(1), application: application, type: licence.typeCode,
                actions: UseAction.allCases, fields: LicenceColumn.allCases, notBefore: at(0), notAfter: at(86_400)))
        let scope = try UseScope(
            selection: .licences([LicenceKey(licence)]), actions: UseAction.allCases,
            purposes: [try PurposeCode("TAX-1")], fields: LicenceColumn.allCases, notBefore: at(0),
            notAfter: at(86_400))
        let wish = GrantWish(grantor: holder, recipient: .department(ledger.department(1), nil), scope: scope)
        let grant = try await owner.authorisations.grant(wish, proof: try proof(wish))
        func request(_ purpose: String, nonce: Int64) throws -> UseRequest {
            UseRequest(
                licence: licence, application: application, authority: .grant(grant),
                context: UseContext(
                    purpose: try PurposeCode(purpose), caseNumber: try CaseNumber("CASE-2026-000001")),
                action: .query, fields: [.certificateName], channel: .interface,
                recipientKey: user.identity.certificate.publicKey.subjectPublicKeyInfo, nonce: CallNonce(nonce))
        }
        let decision = try await user.uses.decide(try request("TAX-1", nonce: 1))
        _ = try await user.uses.decide(try request("TAX-2", nonce: 2))
        let validator = ZhenglianClient(ledger: ledger, identity: ledger.consortium.validators[0])
        try await validator.uses.release(
            ReleaseUse(
                decision: decision.identifier, kind: .fields, fields: [.certificateName],
                delivered: ledger.consortium.suite.digest(of: [2])))
        try await owner.authorisations.freeze(FreezeUse(.licence(LicenceKey(licence)), basis: "secret basis"))
        try await owner.authorisations.freeze(FreezeUse(.holder(holder), basis: "secret basis"))
        try await owner.authorisations.unfreeze(FreezeUse(.licence(LicenceKey(licence)), basis: "secret basis"))

        let uses = try await events(["use.decided", "use.released"])
        #expect(uses.map(\.type.rawValue) == ["use.decided", "use.decided", "use.released"])
        #expect(uses.map { $0.data["outcome"] } == [.text("allowed"), .text("denied"), nil])
        #expect(uses[2].data["decision"] == .text("\(decision.identifier)"))
        #expect(uses.allSatisfy { $0.departments == [ledger.department(1), ledger.department(0)] })
        #expect(uses.allSatisfy { $0.licences == [LicenceKey(licence)] })
        #expect(!uses[0].json.contains("CASE-2026"))
        #expect(
            try await types("authorisation.") == [
                "authorisation.entitled", "authorisation.granted", "authorisation.frozen", "authorisation.unfrozen",
            ])
    }

    private func proof(_ wish: GrantWish) throws -> HolderProof {
        .signature(
            try wish.statement(notAfter: at(86_400), genesis: ledger.genesis).signed(
                by: holderKey, suite: ledger.consortium.suite))
    }

    @Test func requestsBasesAndTheirEndsAreTold() async throws {
        let licence = try identifier()
        try await owner.submitter.submit([try issue(licence)])
        let scope = try UseScope(
            selection: .type(licence.typeCode), actions: [.query], purposes: [try PurposeCode("TAX-1")],
            fields: [.certificateName], notBefore: at(0), notAfter: at(86_400))
        let request = try await user.authorisations.request(
            RequestAccess(
                owner: ledger.department(0), application: try ApplicationName("counter"), scope: scope,
                cause: "secret basis"))
        try await owner.authorisations.answer(AnswerRequest(request, .granted))
        try await user.authorisations.end(request)
        let basis = try await owner.authorisations.declare(
            DeclareBasis(reference: "secret basis", department: ledger.department(1), scope: scope))
        try await owner.authorisations.end(basis)
        #expect(
            try await types("authorisation.") == [
                "authorisation.requested", "authorisation.answered", "authorisation.requestEnded",
                "authorisation.basisDeclared", "authorisation.basisEnded",
            ])
    }

    // MARK: One-things

    private func name(_ text: String) throws -> Label { try #require(Label(text)) }

    private func definition() throws -> OneThingDefinition {
        let title = BilingualTitle("事项", "matter")
        let limits = StepLimits(acknowledge: try TimeLimit(10, .minutes), answer: try TimeLimit(1, .hours))
        let (lead, seal) = (try name("lead"), try name("seal"))
        let done = StepAnswer(try name("done"), title)
        return OneThingDefinition(
            matter: try name("opening"), version: 1, title: title, basis: "rule", lead: lead, subject: .holder,
            roles: [
                DefinitionRole(lead, ledger.department(0), title), DefinitionRole(seal, ledger.department(1), title),
            ],
            fields: [DefinitionField(try name("company"), title, for: [lead, seal])],
            materials: [],
            intake: [IntakeItem(try name("company"))],
            steps: [
                StepDefinition(
                    try name("register"), title, role: lead, needs: [try name("company")], answers: [done],
                    limits: limits),
                StepDefinition(
                    try name("make-seal"), title, role: seal, after: [try name("register")],
                    needs: [try name("company")], answers: [done], limits: limits),
            ])
    }

    @Test func noticesOfCasesAreToldToTheirDepartmentAlone() async throws {
        let definition = try definition()
        func vote(_ method: String, _ arguments: some DERSequence, by department: Int) async throws {
            try await ledger.client("office", of: department, role: .administrator).submitter.submit([
                Call(contract: DefinitionsContract.contractName, method: method, arguments: arguments.derBytes)
            ])
        }
        try await vote(DefinitionsContract.Method.propose, ProposeDefinition(definition), by: 0)
        let digest = ledger.consortium.suite.digest(of: definition.derBytes)
        for department in 1...2 {
            try await vote(
                DefinitionsContract.Method.approve, ApproveDefinition(digest, of: definition.matter), by: department)
        }
        for _ in 0..<DefinitionsContract.notice { try await ledger.append() }
        let content = CaseContent(items: [try name("company")], root: ledger.consortium.suite.digest(of: [3]))
        let code = try await owner.oneThings.cases.open(
            OpenCase(matter: definition.matter, subject: .holder(holder), options: [], content: content))
        try await owner.oneThings.cases.act(
            .answer(try name("register"), attempt: 1, try name("done"), values: []), in: code)
        try await user.oneThings.cases.act(.acknowledge(try name("make-seal"), attempt: 1), in: code)

        let stream = try await user.oneThings.cases.stream(of: ledger.department(1), from: 0).elements
        let told = try await events(of: 1).filter { $0.type.rawValue.hasPrefix("case.") && $0.type != .caseChanged }
        #expect(told.map(\.type.rawValue) == stream.map { "case.\($0.kind)" })
        #expect(told.map { $0.data["notice"] } == (0..<Int64(told.count)).map { .number($0) })
        #expect(told.map(\.type.rawValue).contains("case.pushed"))
        #expect(told.allSatisfy { $0.oneThing == code && $0.departments == [ledger.department(1)] })
        // A department that takes no part hears that the case has changed, and no more.
        let others = try await events(of: 3).filter { $0.type.rawValue.hasPrefix("case.") }
        #expect(others.count == 3)
        #expect(others.allSatisfy { $0.type == .caseChanged && $0.oneThing == code })
        #expect(try await events(of: 3, with: try EventFilter(oneThings: [code])) == others)
        // What they have in common stands in the same places.
        let (first, second) = (try await events(of: 1), try await events(of: 3))
        #expect(first.filter { event in !told.contains(event) } == second)
    }
}
