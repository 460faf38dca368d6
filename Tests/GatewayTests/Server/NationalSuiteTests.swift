import Formats
import Gateway
import GatewayAccess
import Identity
import LedgerTestKit
import Nodes
import Testing

/// HTTP under the suite `sm`: TLS does not know SM2, so that members and servers show the certificates that they have
/// for TLS, and those of SM2 are refused where they are shown.
@Suite(
    "HTTP under the national suite",
    .enabled(if: (try? CryptoSuiteIdentifier.sm.checkAvailability()) != nil, "this machine's OpenSSL has no SM2"))
struct NationalSuiteTests {
    private let directory: TemporaryDirectory
    private let genesis: Genesis
    private let identities: MemberIdentities

    private static let now = SystemWallClock().now
    private static let validity = now.advanced(by: .seconds(-3_600))...now.advanced(by: .seconds(30 * 86_400))

    init() throws {
        let directory = try TemporaryDirectory()
        let suite = CryptoSuiteIdentifier.sm.suite
        let consortium = try #require(ConsortiumName("demo"))
        var authority = try AuthorityDirectory.create(
            at: directory.path("authority"), department: try #require(DepartmentName("market")), suite: suite,
            validity: Self.validity)
        func identity(_ member: String) throws -> MemberIdentities {
            try IdentityDirectory(directory.path(member.split(separator: "/").joined(separator: "-"))).create(
                for: try #require(MemberName(member)), in: consortium, authority: &authority, validity: Self.validity)
        }
        let node = try identity("market/validator/node")
        identities = try identity("market/client/counter")
        genesis = try GenesisFile.create(
            at: directory.path("genesis.der"), consortium: consortium, channel: GenesisFile.defaultChannel,
            createdAt: Self.now, suite: .sm,
            departments: [.init(authority: authority.certificates, title: "market", issuerCodes: [])],
            validators: [.init(certificate: node.ledger.certificate, host: "127.0.0.1", port: 7_001)],
            limits: ChannelLimits())
        self.directory = directory
    }

    @Test func aCallerIsKnownByItsCertificateForTLSAlone() throws {
        let certificates = CertificateAuthenticator(genesis: genesis)
        let known = try certificates.authenticate(identities.transport.certificate.der, at: Self.now)
        #expect(known.member == identities.ledger.member)
        do throws(AccessError) {
            _ = try certificates.authenticate(identities.ledger.certificate.der, at: Self.now)
            Issue.record("a certificate of SM2 was taken")
        } catch {
            #expect(error.code == .certificateRefused)
        }
    }

    @Test func aServerHasACertificateThatTLSKnows() throws {
        let place = directory.path("market-client-counter")
        _ = try ServerCertificate.configuration(
            chainPath: "\(place)/tls-certificate.pem", keyPath: "\(place)/tls-private.key")
    }

    @Test func aServerWithACertificateOfSM2DoesNotStartAndSaysWhichToTake() throws {
        let place = directory.path("market-client-counter")
        let error = #expect(throws: GatewayError.self) {
            try ServerCertificate.configuration(
                chainPath: "\(place)/certificate.pem", keyPath: "\(place)/private.key")
        }
        #expect(error?.message.contains("tls-certificate.pem") == true)
    }
}
