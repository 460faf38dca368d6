import ClientTestKit
import Formats
import GatewayAccess
import Identity
import Ledger
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

/// Departments say which systems may call their nodes, and nobody else does.
@Suite("The contract of applications")
struct ApplicationsContractTests {
    private let scene: AccessScene

    init() throws { scene = try AccessScene() }

    private func prepare() async throws -> ApplicationsClient {
        let client = try scene.applications()
        try await client.register(AccessScene.platform())
        return client
    }

    @Test func anAdministratorRegistersAnApplicationAndEverybodyReadsIt() async throws {
        let client = try await prepare()
        let declaration = try AccessScene.application()
        try await client.register(declaration)
        let reader = ApplicationsClient(reading: scene.node)
        let record = try await reader.application(scene.reference())
        #expect(record.declaration == declaration)
        #expect(record.status == .active)
        #expect(record.department == scene.department)
        let shown = try #require(declaration.client)
        #expect(try await reader.application(of: shown, in: scene.department) == record)
        let page = try await reader.applications(DepartmentPage(of: scene.department))
        #expect(page.count == 1 && page.records == [record])
    }

    @Test func nobodyElseWritesWhatIsADepartments() async throws {
        let client = try await prepare()
        let declaration = try AccessScene.application()
        #expect(
            try await scene.code { try await scene.applications(role: .client).register(declaration) } == .notPermitted)
        try await client.register(declaration)
        let stranger = try scene.applications(1)
        #expect(try await scene.code { try await stranger.suspend(scene.reference()) } == .notPermitted)
        #expect(try await scene.code { try await stranger.end(scene.reference()) } == .notPermitted)
        let platform = PlatformReference(department: scene.department, issuer: AccessScene.issuer)
        #expect(try await scene.code { try await stranger.end(platform) } == .notPermitted)
        // What another department registers under the same name and client is its own.
        try await stranger.register(AccessScene.platform())
        try await stranger.register(declaration)
        #expect(try await client.application(scene.reference()).department == scene.department)
    }

    @Test func namesClientsAndMembersAreOneApplications() async throws {
        let client = try await prepare()
        let member = MemberName(department: scene.department, role: .client, name: try #require(Label("counter")))
        try await client.register(AccessScene.application(member: member))
        #expect(try await scene.code { try await client.register(AccessScene.application()) } == .alreadyRegistered)
        #expect(
            try await scene.code { try await client.register(AccessScene.application("other")) } == .alreadyRegistered)
        let same = try AccessScene.application("other", client: "client-2", member: member)
        #expect(try await scene.code { try await client.register(same) } == .alreadyRegistered)
        #expect(try await client.application(of: member).declaration.name.text == "counter")
        // A change lets go of what it does not say again, and an end of everything but the name.
        try await client.change(AccessScene.application(client: "client-3"))
        #expect(try await scene.code { try await client.register(same) } == nil)
        try await client.end(scene.reference())
        #expect(try await scene.code { try await client.register(AccessScene.application()) } == .alreadyRegistered)
        #expect(try await scene.code { try await client.end(scene.reference()) } == .alreadyEnded)
        #expect(try await scene.code { try await client.change(AccessScene.application()) } == .alreadyEnded)
        let freed = try AccessScene.application("third", client: "client-3")
        #expect(try await scene.code { try await client.register(freed) } == nil)
    }

    @Test func anApplicationIsSuspendedAndResumed() async throws {
        let client = try await prepare()
        try await client.register(AccessScene.application())
        #expect(try await scene.code { try await client.resume(scene.reference()) } == .wrongDeclaration)
        try await client.suspend(scene.reference())
        #expect(try await client.application(scene.reference()).status == .suspended)
        #expect(try await scene.code { try await client.suspend(scene.reference()) } == .wrongDeclaration)
        try await client.resume(scene.reference())
        #expect(try await client.application(scene.reference()).status == .active)
        #expect(try await scene.code { try await client.suspend(scene.reference("nobody")) } == .notFound)
    }

    @Test func whatContradictsItselfIsRefused() async throws {
        let client = try await prepare()
        let foreign = try #require(MemberName("department-1/client/desk"))
        let node = MemberName(department: scene.department, role: .validator, name: try #require(Label("node")))
        let wrong: [(ApplicationDeclaration, ContractError.Code)] = [
            (try AccessScene.application(client: nil), .wrongDeclaration),
            (try AccessScene.application(entitlements: [.administerGateway]), .wrongDeclaration),
            (try AccessScene.application(lastDay: "20251231"), .wrongDeclaration),
            (try AccessScene.application(member: foreign), .wrongDeclaration),
            (try AccessScene.application(member: node), .wrongDeclaration),
            (try AccessScene.application(client: "client 1"), .wrongDeclaration),
            (try AccessScene.application(client: ""), .wrongDeclaration),
            (try AccessScene.application(issuer: AccessScene.address("https://other.example.cn")), .notFound),
            (try AccessScene.application(displayName: "窗口 650102199001011239"), .personalData),
            (try AccessScene.application(client: "13800138000"), .personalData),
            (try AccessScene.application("window-13800138000"), .personalData),
        ]
        for (declaration, code) in wrong {
            #expect(try await scene.code { try await client.register(declaration) } == code)
        }
    }

    @Test func aPlatformThatIsTrustedNoMoreTakesNoNewApplications() async throws {
        let client = try await prepare()
        let reference = PlatformReference(department: scene.department, issuer: AccessScene.issuer)
        try await client.end(reference)
        #expect(try await client.platform(reference).endedAt != nil)
        #expect(try await scene.code { try await client.end(reference) } == .alreadyEnded)
        #expect(try await scene.code { try await client.register(AccessScene.application()) } == .notFound)
        try await client.register(AccessScene.platform(audience: "another"))
        #expect(try await client.platform(reference).declaration.audience == "another")
        #expect(try await client.platform(reference).endedAt == nil)
        #expect(try await client.platforms(DepartmentPage(of: scene.department)).count == 1)
        #expect(
            try await scene.code { try await client.register(AccessScene.platform(audience: "a b")) }
                == .wrongDeclaration)
    }

    @Test func aDepartmentTrustsAtMostSixteenPlatforms() async throws {
        let client = try scene.applications()
        for number in 0..<ApplicationLimits.platforms {
            try await client.register(AccessScene.platform(AccessScene.address("https://id\(number).example.cn")))
        }
        let last = AccessScene.platform()
        #expect(try await scene.code { try await client.register(last) } == .limitExceeded)
        let page = try await client.platforms(DepartmentPage(of: scene.department, from: 10, limit: 4))
        #expect(page.count == 16)
        #expect(page.records.map(\.declaration.issuer.text) == (10..<14).map { "https://id\($0).example.cn" })
        #expect(try await client.platforms(DepartmentPage(of: scene.department, from: 16)).records.isEmpty)
    }

    @Test func aPersonsRoleIsADigestThatComesAndGoes() async throws {
        let client = try await prepare()
        let subject = scene.salt.digest(of: "650102199001011239", at: AccessScene.issuer, for: scene.department)
        let person = PersonDeclaration(
            issuer: AccessScene.issuer, subject: subject, entitlements: [.readTraces],
            lastDay: try CalendarDate("20261231"))
        #expect(
            try await scene.code { try await scene.applications(role: .client).register(person) } == .notPermitted)
        try await client.register(person)
        let reference = PersonReference(
            department: scene.department, issuer: AccessScene.issuer, subject: subject)
        #expect(try await client.person(reference).declaration == person)
        try await client.end(reference)
        #expect(try await client.person(reference).endedAt != nil)
        #expect(try await scene.code { try await client.end(reference) } == .alreadyEnded)
        let more = PersonDeclaration(
            issuer: AccessScene.issuer, subject: subject, entitlements: [.readTraces, .readUses],
            lastDay: try CalendarDate("20261231"))
        try await client.register(more)
        let page = try await client.people(DepartmentPage(of: scene.department))
        #expect(page.count == 1)
        #expect(page.records.map(\.declaration) == [more])
        #expect(page.records.first?.endedAt == nil)
        let administrator = PersonDeclaration(
            issuer: AccessScene.issuer, subject: subject, entitlements: [.administerGateway],
            lastDay: try CalendarDate("20261231"))
        #expect(try await scene.code { try await client.register(administrator) } == .wrongDeclaration)
    }

    @Test func aSubjectIsAnotherDigestForAnotherDepartmentIssuerAndSalt() throws {
        let other = try #require(SubjectSalt([UInt8](repeating: 8, count: SubjectSalt.byteCount)))
        let department = try #require(Label("market"))
        let issuer = AccessScene.issuer
        let digests = [
            scene.salt.digest(of: "1", at: issuer, for: scene.department),
            scene.salt.digest(of: "2", at: issuer, for: scene.department),
            scene.salt.digest(of: "1", at: issuer, for: department),
            scene.salt.digest(of: "1", at: AccessScene.address("https://id.example.gov.cn/"), for: scene.department),
            other.digest(of: "1", at: issuer, for: scene.department),
        ]
        #expect(Set(digests).count == digests.count)
    }
}
