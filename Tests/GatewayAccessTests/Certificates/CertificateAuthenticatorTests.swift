import Formats
import GatewayAccess
import Identity
import LedgerTestKit
import Licences
import Nodes
import Testing
import ZhenglianClient

/// Who a TLS certificate speaks for, and what that role may do.
@Suite("Callers with certificates")
struct CertificateAuthenticatorTests {
    private let scene: AccessScene

    init() throws { scene = try AccessScene() }

    private func code(_ der: [UInt8], after seconds: Int = 0) async -> AccessError.Code? {
        let now = TestConsortium.createdAt.advanced(by: .seconds(seconds))
        return await accessCode { () async throws(AccessError) in
            try scene.certificates.authenticate(der, at: now)
        }
    }

    @Test func aMemberIsWhoItsDepartmentsAuthoritySays() throws {
        let member = try scene.consortium.member("counter")
        let certificate = try scene.certificates.authenticate(member.certificate.der, at: TestConsortium.createdAt)
        #expect(certificate.member == member.member)
        #expect(scene.certificates.rememberedCount == 1)
    }

    @Test func strangersAreRefused() async throws {
        let other = try TestConsortium()
        let stranger = try other.member("counter")
        #expect(await code(stranger.certificate.der) == .certificateRefused)
        #expect(await code([]) == .certificateRefused)
        #expect(await code([0x30, 0x03, 1, 2, 3]) == .certificateRefused)
        var forged = try scene.consortium.member("counter").certificate.der
        forged[forged.count - 1] ^= 1
        #expect(await code(forged) == .certificateRefused)
        #expect(await code([UInt8](repeating: 0x30, count: 100_000)) == .certificateRefused)
        #expect(scene.certificates.rememberedCount == 0)
    }

    @Test func timeIsCheckedEveryTime() async throws {
        let start = TestConsortium.createdAt
        let short = try scene.consortium.member(
            "counter", validity: start...start.advanced(by: .seconds(60))
        ).certificate.der
        #expect(await code(short) == nil)
        #expect(await code(short, after: 60) == nil)
        #expect(await code(short, after: 61) == .certificateExpired)
        #expect(await code(short, after: -1) == .certificateExpired)
        let later = try scene.consortium.member(
            "counter", validity: start.advanced(by: .seconds(10))...start.advanced(by: .seconds(60)))
        #expect(await code(later.certificate.der) == .certificateExpired)
    }

    @Test func aRevocationTakesEffectOnWhatIsRemembered() async throws {
        let member = try scene.consortium.member("counter")
        let other = try scene.consortium.member("archive")
        #expect(await code(member.certificate.der) == nil)
        #expect(await code(other.certificate.der) == nil)
        let list = try scene.consortium.revocationList(revoking: [member.certificate], number: 1)
        let identity = try scene.consortium.member("desk", department: 1)
        try await Submitter(client: scene.node, identity: identity).publish(list)
        try await scene.certificates.update(from: scene.node)
        #expect(scene.certificates.rememberedCount == 0)
        #expect(await code(member.certificate.der) == .certificateRevoked)
        #expect(await code(member.certificate.der) == .certificateRevoked)
        #expect(await code(other.certificate.der) == nil)
        // A list that the ledger does not have yet, from somewhere else: the newest counts, the other way round too.
        let newer = try scene.consortium.revocationList(revoking: [other.certificate], number: 2)
        try await scene.certificates.update(from: scene.node, and: [newer])
        #expect(await code(other.certificate.der) == .certificateRevoked)
        #expect(await code(member.certificate.der) == nil)
        try await scene.certificates.update(
            from: scene.node, and: [try scene.consortium.revocationList(revoking: [], number: 0)])
        #expect(await code(member.certificate.der) == .certificateRevoked)
    }

    @Test func noMoreIsRememberedThanFits() throws {
        let small = CertificateAuthenticator(genesis: scene.consortium.genesis, capacity: 2)
        for name in ["a", "b", "c", "a"] {
            let certificate = try scene.consortium.member(name).certificate
            _ = try small.authenticate(certificate.der, at: TestConsortium.createdAt)
            #expect(small.rememberedCount <= 2)
        }
    }

    @Test func rolesMayWhatTheTableSays() throws {
        let department = scene.department
        func entitlements(_ text: String) throws -> Set<GatewayAccess.Entitlement> {
            RoleEntitlements.entitlements(of: try #require(MemberName(text)), at: department)
        }
        for role in Role.allCases {
            let own = try entitlements("\(department)/\(role.rawValue)/a")
            let foreign = try entitlements("department-1/\(role.rawValue)/a")
            #expect(own.isSuperset(of: [.verify, .readLedger]) && foreign.isSuperset(of: [.verify, .readLedger]))
            #expect(foreign.isSubset(of: own), "nobody may more at another department's node")
            #expect(own.contains(.administerGateway) == (role == .administrator))
            #expect(!foreign.contains(.administerGateway) && !foreign.contains(.readOperations))
            #expect(own.contains(.writeLicences) == (role == .client))
        }
        #expect(
            try entitlements("department-1/client/a") == [.verify, .readLedger, .readLicences, .submitTransactions])
        #expect(Principal.anonymous.entitlements == [.verify])
    }

    @Test func aMemberThatIsAnApplicationsIsTheApplication() async throws {
        let fetcher = try HTTPPlatformClient()
        let door = scene.access(fetcher: fetcher)
        let identity = try scene.consortium.member("counter")
        let der = identity.certificate.der
        #expect(try await door.principal(certificate: der).kind == .member(identity.member))
        try await scene.applications().register(
            AccessScene.application(
                client: nil, member: identity.member, entitlements: [.readLicences, .readOperations]))
        let principal = try await door.principal(certificate: der)
        #expect(principal.kind == .application(try ApplicationName("counter")))
        // Never more than the role has.
        #expect(principal.entitlements == [.verify, .readLicences])
        try await scene.applications().suspend(scene.reference())
        #expect(
            await accessCode { () async throws(AccessError) in try await door.principal(certificate: der) }
                == .applicationSuspended)
        // Neither an end nor a change gives the certificate the many entitlements of its role.
        try await scene.applications().resume(scene.reference())
        try await scene.applications().register(AccessScene.platform())
        try await scene.applications().change(AccessScene.application())
        for _ in 0..<2 {
            #expect(
                await accessCode { () async throws(AccessError) in try await door.principal(certificate: der) }
                    == .applicationUnknown)
            if try await scene.applications().application(scene.reference()).status == .active {
                try await scene.applications().end(scene.reference())
            }
        }
        try await scene.applications().register(
            AccessScene.application("other", client: nil, member: identity.member))
        #expect(try await door.principal(certificate: der).identifier == "application/department-0/other")
        try await fetcher.close()
    }

    @Test func anAnonymousCallerIsToldToShowWhoItIs() {
        #expect(throws: Never.self) { try Principal.anonymous.require(.verify) }
        #expect(throws: AccessError(.notAuthenticated, "")) { try Principal.anonymous.require(.readLedger) }
        let account = Principal(kind: .account(scene.department), department: nil, entitlements: [])
        #expect(throws: AccessError(.notEntitled, "")) { try account.require(.readLedger) }
    }
}
