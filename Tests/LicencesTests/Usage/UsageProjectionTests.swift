import Formats
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

/// What the tables of uses and authorisations say, and what the auditors' questions find in them.
@Suite struct UsageProjectionTests {
    private let world: TestUsage
    private let directory: TemporaryDirectory
    private let ledger: ChannelLedger
    private let model: ReadModel

    private static let contracts: [any Contract] = [
        CatalogueContract(), EvidenceContract(), AuthorisationContract(), UsageContract(),
    ]

    init() throws {
        world = try TestUsage()
        directory = try TemporaryDirectory()
        ledger = try ChannelLedger(
            path: directory.path("ledger.sqlite"), genesis: world.genesis, contracts: try Contracts(Self.contracts))
        model = try ReadModel(
            path: directory.path("read-model.sqlite"), genesis: world.genesis,
            projections: [LicenceProjection(), UsageProjection()])
    }

    private func call(_ contract: String, _ method: String, _ arguments: some DERSequence) -> Call {
        Call(contract: contract, method: method, arguments: arguments.derBytes)
    }

    /// A licence that department 1 uses on a basis three times: once allowed and released, once allowed, once denied.
    private func tellStory() async throws -> (basis: BasisIdentifier, decisions: [DecisionIdentifier]) {
        var chain = try TestChain(world.consortium, contracts: Self.contracts)
        func append(_ calls: [Call], by member: MemberIdentity, _ key: UInt64) throws -> TransactionIdentifier {
            let transaction = try world.consortium.transaction(calls, by: member, key: key, registering: key < 2)
            let verified = try chain.verified(transaction, by: member)
            try chain.append([verified])
            return transaction.body.identifier(suite: world.consortium.suite)
        }
        let owner = world.owner.identity
        let user = world.user.identity
        let particulars = CatalogueParticulars(
            identifier: try world.identifier(), holder: world.holder,
            validity: try LicenceValidity(from: try CalendarDate("20250101"), until: nil),
            issuedOn: try CalendarDate("20250101"), region: try RegionCode("650100"),
            metadataRoot: world.digest("fields"))
        let declaration = DeclareBasis(
            reference: "某条例第一条", department: world.using,
            scope: try world.scope(.type(try world.identifier().typeCode), maximumUses: 2))
        let entitle = Entitle(
            department: world.using, application: try ApplicationName("counter"), type: try world.identifier().typeCode,
            actions: UseAction.allCases, fields: TestUsage.all, notBefore: world.at(0), notAfter: world.at(86_400))
        let authorisation = AuthorisationContract.contractName
        let first = try append(
            [
                LicenceCall.issue(IssueLicence(particulars)).call,
                call(authorisation, AuthorisationContract.Method.declareBasis, declaration),
                call(authorisation, AuthorisationContract.Method.entitle, entitle),
            ], by: owner, 0)
        let suite = world.consortium.suite
        let basis = BasisIdentifier(of: first, nonce: CallNonce(), suite: suite)
        let second = try append(
            try (0..<3).map { number in
                let request = try world.request(
                    .statutoryBasis(basis), nonce: Int64(number), caseNumber: number == 0 ? "CASE-1" : nil)
                return call(UsageContract.contractName, UsageContract.Method.decide, DecideUse(request))
            }, by: user, 1)
        let decisions = (0..<3).map { DecisionIdentifier(of: second, nonce: CallNonce($0), suite: suite) }
        let release = ReleaseUse(
            decision: decisions[0], kind: .fields, fields: [.certificateName], delivered: world.digest("delivered"))
        let resolution = ResolveUse(
            holder: world.holder, application: try ApplicationName("audit"),
            context: UseContext(purpose: try PurposeCode("INSPECTION")), channel: .counter, basis: "查询通知书〔2026〕8号")
        _ = try append(
            [
                call(UsageContract.contractName, UsageContract.Method.release, release),
                call(UsageContract.contractName, UsageContract.Method.resolve, resolution),
            ], by: owner, 2)
        let ending = ChangeLicenceStatus(
            identifier: try world.identifier(), operation: .end, status: .cancelled, basis: "某条例第二条")
        _ = try append(
            [
                LicenceCall.changeStatus(ending).call,
                .closingAuthorisations(try world.identifier(), basis: "某条例第二条"),
            ], by: owner, 3)
        try await ledger.execute(chain.blocks)
        while try await !model.advance(from: ledger).isCurrent {}
        return (basis, decisions)
    }

    @Test(arguments: [
        ("licence = 'x'", "use_rows_by_licence"), ("holder = x'00'", "use_rows_by_holder"),
        ("department = 'tax'", "use_rows_by_department"), ("event = 'decision' AND time >= 7", "use_rows_by_kind"),
    ])
    func questionsAboutUsesUseTheirIndex(_ condition: String, _ index: String) async throws {
        let plan = try await model.query(sql: "EXPLAIN QUERY PLAN SELECT count(*) FROM uses WHERE \(condition)")
        #expect("\(plan.rows)".contains(index), "\(plan.rows)")
    }

    @Test func everyUseIsARowAndItsAuthorityCountsIt() async throws {
        let (basis, decisions) = try await tellStory()
        let uses = try await model.query(
            sql: "SELECT event, identifier, department, outcome, reasons FROM uses ORDER BY height, event, reasons")
        let department = SQLValue.text(world.using.rawValue)
        #expect(uses.rows.count == 5)
        #expect(
            uses.rows[2] == [
                .text("decision"), .blob(decisions[2].digest.bytes), department, .text("denied"),
                .text("usesExhausted"),
            ])
        #expect(uses.rows[3] == [.text("release"), .blob(decisions[0].digest.bytes), department, .null, .null])
        #expect(uses.rows[4].first == .text("resolution"))
        let resolutions = try await model.query(
            sql: "SELECT licence, owner, holder, department, basis FROM uses WHERE event = 'resolution'")
        #expect(
            resolutions.rows == [
                [
                    .null, .null, .blob(world.holder.bytes), .text(world.owner.identity.member.department.rawValue),
                    .text("查询通知书〔2026〕8号"),
                ]
            ])
        let authorisations = try await model.query(
            sql: "SELECT kind, identifier, uses, maximum_uses FROM authorisations")
        #expect(
            authorisations.rows == [
                [
                    .text("statutoryBasis"), .blob(basis.digest.bytes), .integer(2), .integer(2),
                ]
            ])
        let entitlements = try await model.query(sql: "SELECT department, application FROM entitlements")
        #expect(entitlements.rows == [[department, .text("counter")]])
        let closures = try await model.query(sql: "SELECT licence, department, basis FROM closures")
        #expect(
            closures.rows == [
                [
                    .text(LicenceKey(try world.identifier()).text),
                    .text(world.owner.identity.member.department.rawValue), .text("某条例第二条"),
                ]
            ])
    }

    @Test(arguments: AuditQuestion.allCases)
    func everyStandingQuestionHasItsAnswer(_ question: AuditQuestion) async throws {
        let (basis, decisions) = try await tellStory()
        let value: SQLValue? =
            switch question.parameter {
            case .licence: .text(LicenceKey(try world.identifier()).text)
            case .holder: .blob(world.holder.bytes)
            case .department: .text(world.using.rawValue)
            case .caseNumber: .text("CASE-1")
            case nil: nil
            }
        let answer = try await model.query(
            sql: question.sql,
            arguments: AuditQuestion.arguments(period: world.at(0)...world.at(3_600), value: value))
        let expected: [AuditQuestion: Int] = [
            .usesOfLicence: 4, .usesOfHolder: 5, .resolutionsOfHolder: 1, .usesOutsideCases: 1, .denialsByReason: 1,
            .allowedWithoutRelease: 1,
            .grantsExhausted: 1, .caseTimeline: 2, .requestsOpen: 0,
        ]
        #expect(answer.rows.count == expected[question] ?? 0)
        if question == .allowedWithoutRelease {
            #expect(answer.rows[0].last == .blob(decisions[1].digest.bytes))
        }
        if question == .grantsExhausted { #expect(answer.rows[0][1] == .blob(basis.digest.bytes)) }
        let later = try await model.query(
            sql: question.sql,
            arguments: AuditQuestion.arguments(period: world.at(7_200)...world.at(7_300), value: value))
        #expect(later.rows.isEmpty)
    }
}
