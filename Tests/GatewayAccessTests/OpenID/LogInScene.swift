import Crypto
import Foundation
import GatewayAccess
import Identity
import LedgerTestKit
import Licences
import Logging

/// A person who logs in by the pages of an issuer that the department trusts, over HTTP on the machine itself.
struct LogInScene: Sendable {
    static let console = "http://127.0.0.1:8080"

    /// A browser that was sent to the platform.
    struct Trip: Sendable {
        let address: String
        let browser: String
        let parameters: [String: String]

        var state: String { parameters["state"] ?? "" }
        var nonce: String { parameters["nonce"] ?? "" }
    }

    let access: AccessScene
    let issuer: TestIssuer
    let control: AccessControl
    let logIn: PlatformLogIn
    let key = TestIssuer.SigningKey.es256(P256.Signing.PrivateKey())

    /// - Parameter secret: the client's; `nil` for a client without one.
    static func run(secret: String? = nil, _ body: @escaping @Sendable (LogInScene) async throws -> Void) async throws {
        try await TestIssuer.run { issuer in
            let access = try AccessScene()
            let client = try access.applications()
            try await client.register(AccessScene.platform(issuer.address, keySet: issuer.keySet))
            try await client.register(AccessScene.application(issuer: issuer.address))
            let subject = access.salt.digest(of: "person-1", at: issuer.address, for: access.department)
            try await client.register(
                PersonDeclaration(
                    issuer: issuer.address, subject: subject, entitlements: [.readTraces, .readLicences],
                    lastDay: CalendarDate("20261231")))
            let platforms = try HTTPPlatformClient()
            let scene = try LogInScene(access: access, issuer: issuer, platforms: platforms, secret: secret)
            issuer.publish([("key-1", scene.key)])
            issuer.logIns.expect(secret: secret)
            do {
                try await body(scene)
            } catch {
                try await platforms.close()
                throw error
            }
            try await platforms.close()
        }
    }

    private init(access: AccessScene, issuer: TestIssuer, platforms: HTTPPlatformClient, secret: String?) throws {
        (self.access, self.issuer) = (access, issuer)
        control = access.access(fetcher: platforms)
        logIn = PlatformLogIn(
            client: try OpenIDClient(
                issuer: issuer.address.text, identifier: "client-1", secret: secret, scopes: ["openid", "profile"],
                address: Self.console),
            control: control, transport: platforms, clock: access.clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            generator: SeededGenerator(seed: 11))
    }

    var now: Timestamp { access.clock.now }
    private var seconds: Int { Int(now.milliseconds / 1_000) }

    /// Goes to the platform.
    func leave(next: String = "/trace", browser: String? = nil) async throws(AccessError) -> Trip {
        let departure = try await logIn.begin(next: next, browser: browser, from: "10.0.0.1", language: "zh-CN")
        let items = URLComponents(string: departure.address)?.queryItems ?? []
        return Trip(
            address: departure.address, browser: departure.browser,
            parameters: Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first }))
    }

    /// An identity token of the platform, honest but for what is said otherwise.
    func token(
        for trip: Trip, _ claims: [String: JSONPart?] = [:], header: [String: JSONPart?] = [:],
        key other: TestIssuer.SigningKey? = nil
    ) throws -> String {
        var all: [String: JSONPart?] = [
            "aud": .text("client-1"), "sub": .text("person-1"), "client_id": nil, "nbf": nil,
            "nonce": .text(trip.nonce),
        ]
        all.merge(claims) { $1 }
        var head: [String: JSONPart?] = ["typ": .text("JWT")]
        head.merge(header) { $1 }
        return try issuer.token(other ?? key, named: "key-1", at: now, claims: all, header: head)
    }

    /// Has the platform give out a code for a token.
    func grant(_ token: String, for trip: Trip) {
        issuer.logIns.give(
            TestLogIns.Grant(
                challenge: trip.parameters["code_challenge"] ?? "", redirect: trip.parameters["redirect_uri"] ?? "",
                token: token))
    }

    /// Comes back from the platform.
    func comeBack(
        _ trip: Trip, code: String = "code-1", state: String? = nil, issuer other: String? = nil,
        browser: String? = nil
    ) async throws(AccessError) -> PlatformLogIn.Arrival {
        let query = "code=\(code)&state=\(state ?? trip.state)&iss=\(Self.encoded(other ?? issuer.address.text))"
        return try await logIn.finish(query: query, browser: browser ?? trip.browser)
    }

    /// The code that a whole log-in ends with, where its token is this; `nil` where the person is in.
    func code(
        _ claims: [String: JSONPart?] = [:], header: [String: JSONPart?] = [:], key: TestIssuer.SigningKey? = nil
    ) async throws -> AccessError.Code? {
        let trip = try await leave()
        grant(try token(for: trip, claims, header: header, key: key), for: trip)
        return await accessCode { () async throws(AccessError) in try await comeBack(trip) }
    }

    static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
