import ClusterTransport
import Identity
import Logging
import Synchronization
import Testing

/// A consortium of two departments with a time of its own, and the systems of a test in it.
final class Consortium: Sendable {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    static let year: ClosedRange<Timestamp> =
        now.advanced(by: .seconds(-86_400))...now.advanced(by: .seconds(365 * 86_400))
    static let realm = P256Suite().digest(of: Array("genesis".utf8))
    static let loopback = NodeAddress(host: "127.0.0.1", port: 0)

    let suite = P256Suite()
    let name: ConsortiumName
    let authorities: [DepartmentName: CertificateAuthority]
    let anchors: TrustAnchors
    private let clock = TestClock()
    private let systems = Mutex<[ClusterSystem]>([])

    init(departments: [String] = ["market", "health"], name: String = "shangfu") throws {
        self.name = try #require(ConsortiumName(name))
        let names = try departments.map { try #require(DepartmentName($0)) }
        let suite = self.suite
        authorities = Dictionary(
            uniqueKeysWithValues: try names.map {
                ($0, try CertificateAuthority.create(department: $0, suite: suite, validity: Self.year))
            }
        )
        anchors = try TrustAnchors(
            consortium: self.name, suite: suite, anchors: authorities.values.map(\.anchor))
    }

    func authority(of member: MemberName) throws -> CertificateAuthority {
        try #require(authorities[member.department])
    }

    /// A new key and certificate of `member`.
    func identity(
        _ member: String,
        validity: ClosedRange<Timestamp> = Consortium.year
    ) throws -> MemberIdentity {
        let member = try #require(MemberName(member))
        let key = suite.generateSigningKey()
        let certificate = try authority(of: member)
            .issue(to: member, in: name, publicKey: key.verificationKey, validity: validity)
        return try MemberIdentity(certificate: certificate, key: key)
    }

    /// What its authority says when it has revoked `certificate`.
    func revocations(of certificate: MemberCertificate) throws -> Revocations {
        let list = try authority(of: certificate.member).revocationList(
            entries: [RevocationList.Entry(serialNumber: certificate.serialNumber, revokedAt: Self.now)],
            number: 1,
            thisUpdate: Self.now,
            nextUpdate: Self.year.upperBound
        )
        var revocations = Revocations()
        revocations.insert(list)
        return revocations
    }

    func setTime(_ now: Timestamp) { clock.set(now) }

    func system(
        _ identity: MemberIdentity,
        anchors: TrustAnchors? = nil,
        realm: Digest = Consortium.realm,
        limits: TransportLimits = .testing,
        revocations: Revocations = Revocations()
    ) throws -> ClusterSystem {
        let system = try ClusterSystem(
            identity: identity,
            anchors: anchors ?? self.anchors,
            realm: realm,
            revocations: revocations,
            limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { [clock] in
            clock.now
        }
        systems.withLock { $0.append(system) }
        return system
    }

    func system(_ member: String, limits: TransportLimits = .testing) throws -> ClusterSystem {
        try system(identity(member), limits: limits)
    }

    func shutDown() async {
        let systems = self.systems.withLock { systems in
            defer { systems = [] }
            return systems
        }
        for system in systems.reversed() { await system.shutDown() }
    }
}

/// A clock that stands still until a test sets it.
final class TestClock: Sendable {
    private let time = Mutex(Consortium.now)

    var now: Timestamp { time.withLock { $0 } }

    func set(_ now: Timestamp) { time.withLock { $0 = now } }
}

/// Runs a test in a consortium and shuts all systems down afterwards, whatever happened.
func withConsortium(_ body: (Consortium) async throws -> Void) async throws {
    let consortium = try Consortium()
    do {
        try await body(consortium)
    } catch {
        await consortium.shutDown()
        throw error
    }
    await consortium.shutDown()
}

/// Two connected systems: a validator that hosts an ``Echo``, and a client that knows its address.
struct EchoPair {
    let server: ClusterSystem
    let client: ClusterSystem
    let hosted: Echo
    let address: NodeAddress
    /// The client's view of the actor.
    let echo: Echo

    init(
        in consortium: Consortium,
        caller: String = "health/client/desk",
        limits: TransportLimits = .testing
    ) async throws {
        server = try consortium.system("market/validator/node", limits: limits)
        client = try consortium.system(caller, limits: limits)
        let server = self.server
        hosted = try server.host("echo") { Echo(actorSystem: server) }
        address = try await server.listen(on: Consortium.loopback)
        client.setAddress(address, of: server.member)
        echo = try Echo.resolve(id: hosted.id, using: client)
    }
}

extension TransportLimits {
    /// The real limits with shorter pauses. Silence counts as in life, for the tests share the machine with one
    /// another.
    static var testing: TransportLimits {
        var limits = TransportLimits()
        limits.shortestBackoff = .milliseconds(10)
        limits.longestBackoff = .milliseconds(100)
        limits.drainTimeout = .milliseconds(500)
        return limits
    }
}

/// Waits for the first event that `isWanted`; the test's own time limit ends it where none comes.
func firstEvent(
    of stream: AsyncStream<PeerEvent>,
    where isWanted: (PeerEvent) -> Bool
) async throws -> PeerEvent {
    for await event in stream where isWanted(event) { return event }
    throw ClusterError(.shutDown, "the events ended")
}

/// The error that `body` throws.
func failure(of body: () async throws -> Void) async -> ClusterError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? ClusterError
    }
}
