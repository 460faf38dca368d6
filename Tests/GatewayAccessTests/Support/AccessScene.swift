import ClientTestKit
import Formats
import GatewayAccess
import Identity
import Ledger
import LedgerTestKit
import Licences
import Logging
import Nodes
import ZhenglianClient

/// A ledger with the contract of applications, administrators of its departments, and the door of the first's node.
struct AccessScene {
    let consortium: TestConsortium
    let node: InProcessClient
    let clock = HeldClock()
    let salt: SubjectSalt
    let certificates: CertificateAuthenticator

    init(transactionLifetime: UInt64 = 10_000) throws {
        var limits = ChannelLimits()
        limits.transactionLifetime = transactionLifetime
        consortium = try TestConsortium(limits: limits)
        node = try InProcessClient(consortium, contracts: [ApplicationsContract()])
        guard let salt = SubjectSalt([UInt8](repeating: 7, count: SubjectSalt.byteCount)) else {
            throw TestKitError("a salt has 32 bytes")
        }
        self.salt = salt
        certificates = CertificateAuthenticator(genesis: consortium.genesis)
    }

    var department: DepartmentName { consortium.authorities[0].anchor.department }

    /// What a member of a department says of applications.
    func applications(_ department: Int = 0, role: Role = .administrator) throws -> ApplicationsClient {
        ZhenglianClient(
            ledger: node, identity: try consortium.member("desk", department: department, role: role)
        ).applications
    }

    /// The code that a contract refuses with; `nil` where it does not.
    func code(_ act: () async throws -> Outcome) async throws -> ContractError.Code? {
        do {
            _ = try await act()
            return nil
        } catch let error as TransactionRejected {
            return error.code
        }
    }

    func access(fetcher: any KeySetFetcher) -> AccessControl {
        let applications = ApplicationsClient(reading: node)
        return AccessControl(
            department: department, applications: applications, certificates: certificates,
            tokens: verifier(fetcher: fetcher), salt: salt, clock: clock)
    }

    func verifier(fetcher: any KeySetFetcher) -> TokenVerifier {
        TokenVerifier(
            applications: ApplicationsClient(reading: node), department: department, fetcher: fetcher, clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    static let issuer = address("https://id.example.gov.cn")

    static func address(_ text: String) -> PlatformAddress {
        guard let address = PlatformAddress(text) else { preconditionFailure("\(text) is an address") }
        return address
    }

    static func platform(
        _ issuer: PlatformAddress = issuer, audience: String = "zhenglian", keySet: PlatformAddress? = nil,
        algorithms: Set<TokenAlgorithm> = [.es256]
    ) -> PlatformDeclaration {
        PlatformDeclaration(
            issuer: issuer, audience: audience, keySet: keySet ?? address("\(issuer)/jwks"), algorithms: algorithms)
    }

    static func application(
        _ name: String = "counter", client: String? = "client-1", issuer: PlatformAddress = issuer,
        member: MemberName? = nil, displayName: String = "综合窗口",
        entitlements: Set<GatewayAccess.Entitlement> = [.readLicences, .writeUses], lastDay: String = "20261231",
        perMinute: Int = 60, perDay: Int? = 1_000
    ) throws -> ApplicationDeclaration {
        guard let quota = Quota(requestsPerMinute: perMinute, requestsPerDay: perDay) else {
            throw TestKitError("this is a quota")
        }
        return ApplicationDeclaration(
            name: try ApplicationName(name), displayName: try DisplayName(displayName), entitlements: entitlements,
            quota: quota, lastDay: try CalendarDate(lastDay),
            client: client.map { ApplicationClient(issuer: issuer, identifier: $0) }, member: member)
    }

    func reference(_ name: String = "counter") throws -> ApplicationReference {
        ApplicationReference(department: department, name: try ApplicationName(name))
    }
}
