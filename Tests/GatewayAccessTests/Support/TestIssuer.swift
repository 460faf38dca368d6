import Crypto
import CryptoExtras
import Foundation
import GatewayAccess
import Hummingbird
import Identity
import Logging
import NIOCore
import Synchronization

/// An identity platform in the test's own process: it publishes keys over HTTP on the machine itself and signs tokens,
/// honest ones and others. Tokens are made by hand, without the library that checks them.
final class TestIssuer: Sendable {
    /// How it answers for its keys.
    enum Mode: Sendable {
        case keys
        case failing
        case garbage
        case oversized
        case redirecting
        /// A byte now and then, for ever.
        case trickling
    }

    enum SigningKey: Sendable {
        case es256(P256.Signing.PrivateKey)
        case edDSA(Curve25519.Signing.PrivateKey)
        case rs256(_RSA.Signing.PrivateKey)

        static func rsa(_ size: Int) throws -> SigningKey {
            .rs256(
                size < 2_048
                    ? try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: size))
                    : try _RSA.Signing.PrivateKey(keySize: .init(bitCount: size)))
        }

        var algorithm: String {
            switch self {
            case .es256: "ES256"
            case .edDSA: "EdDSA"
            case .rs256: "RS256"
            }
        }

        func signature(_ bytes: [UInt8]) throws -> [UInt8] {
            switch self {
            case .es256(let key): Array(try key.signature(for: bytes).rawRepresentation)
            case .edDSA(let key): Array(try key.signature(for: bytes))
            case .rs256(let key): Array(try key.signature(for: bytes, padding: .insecurePKCS1v1_5).rawRepresentation)
            }
        }

        func published(as name: String) throws -> [String: String] {
            var members = ["kid": name, "alg": algorithm, "use": "sig"]
            switch self {
            case .es256(let key):
                let point = Array(key.publicKey.x963Representation)
                members["kty"] = "EC"
                members["crv"] = "P-256"
                members["x"] = TestIssuer.base64(Array(point[1..<33]))
                members["y"] = TestIssuer.base64(Array(point[33...]))
            case .edDSA(let key):
                members["kty"] = "OKP"
                members["crv"] = "Ed25519"
                members["x"] = TestIssuer.base64(Array(key.publicKey.rawRepresentation))
            case .rs256(let key):
                let numbers = try key.publicKey.getKeyPrimitives()
                members["kty"] = "RSA"
                members["n"] = TestIssuer.base64(Array(numbers.modulus))
                members["e"] = TestIssuer.base64(Array(numbers.publicExponent))
            }
            return members
        }
    }

    private struct State {
        var mode = Mode.keys
        var keys: [(name: String, key: SigningKey)] = []
        var extra: [[String: String]] = []
        var requestCount = 0
    }

    private let state = Mutex(State())
    /// How it logs people in.
    let logIns = TestLogIns()
    let port: Int

    private init(port: Int) { self.port = port }

    var address: PlatformAddress { AccessScene.address("http://127.0.0.1:\(port)") }
    var keySet: PlatformAddress { AccessScene.address("http://127.0.0.1:\(port)/jwks") }
    /// How often its keys were asked for.
    var requestCount: Int { state.withLock(\.requestCount) }

    func answer(_ mode: Mode) { state.withLock { $0.mode = mode } }

    /// Publishes these keys and no others.
    func publish(_ keys: [(name: String, key: SigningKey)], extra: [[String: String]] = []) {
        state.withLock {
            $0.keys = keys
            $0.extra = extra
        }
    }

    /// Runs an issuer for as long as `body`.
    static func run(_ body: @escaping @Sendable (TestIssuer) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let place = IssuerPlace()
        let router = Router()
        router.get("jwks") { _, _ in try place.issuer().response() }
        router.get(".well-known/openid-configuration") { _, _ in
            let issuer = try place.issuer()
            return try issuer.logIns.configuration(of: issuer)
        }
        router.post("token") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 1 << 16))
            return try place.issuer().logIns.redeem(body, authorization: request.headers[.authorization])
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "issuer", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                let issuer = TestIssuer(port: port)
                place.put(issuer)
                try await body(issuer)
                break
            }
            group.cancelAll()
        }
    }

    fileprivate func response() throws -> Response {
        let (mode, keys, extra) = state.withLock { state in
            state.requestCount += 1
            return (state.mode, state.keys, state.extra)
        }
        return try Self.response(in: mode) {
            let members = try keys.map { try $0.key.published(as: $0.name) } + extra
            return try JSONEncoder().encode(["keys": members])
        }
    }

    /// What is asked for, or what comes in its place.
    static func response(in mode: Mode, _ document: () throws -> Data) throws -> Response {
        switch mode {
        case .failing: return Response(status: .serviceUnavailable)
        case .garbage: return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "<html>")))
        case .oversized:
            let spaces = String(repeating: " ", count: AccessLimits.keySetBytes)
            return Response(
                status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: try document() + Data(spaces.utf8))))
        case .redirecting:
            return Response(status: .found, headers: [.location: "/elsewhere"])
        case .trickling:
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    while true {
                        try await writer.write(ByteBuffer(string: " "))
                        try await ContinuousClock().sleep(for: .milliseconds(200))
                    }
                })
        case .keys:
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: try document())))
        }
    }

    /// A token.
    /// - Parameters:
    ///   - claims: instead of, or beside, those of an honest token; `nil` takes one away.
    ///   - header: the same for the header.
    func token(
        _ key: SigningKey, named name: String, at now: Timestamp, claims: [String: JSONPart?] = [:],
        header: [String: JSONPart?] = [:]
    ) throws -> String {
        let seconds = Int(now.milliseconds / 1_000)
        var head: [String: JSONPart] = ["alg": .text(key.algorithm), "kid": .text(name), "typ": .text("at+jwt")]
        head.merge(header.compactMapValues { $0 }) { $1 }
        for (name, value) in header where value == nil { head[name] = nil }
        var body: [String: JSONPart] = [
            "iss": .text(address.text), "aud": .text("zhenglian"), "sub": .text("client-1"),
            "client_id": .text("client-1"), "exp": .number(seconds + 300), "iat": .number(seconds),
            "nbf": .number(seconds),
        ]
        body.merge(claims.compactMapValues { $0 }) { $1 }
        for (name, value) in claims where value == nil { body[name] = nil }
        let encoder = JSONEncoder()
        let text =
            Self.base64(Array(try encoder.encode(head))) + "." + Self.base64(Array(try encoder.encode(body)))
        return text + "." + Self.base64(try key.signature(Array(text.utf8)))
    }

    static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}

/// A value in a token.
enum JSONPart: Encodable, Sendable, Equatable {
    case text(String)
    case number(Int)
    case list([String])
    case flag(Bool)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .list(let texts): try container.encode(texts)
        case .flag(let flag): try container.encode(flag)
        }
    }
}

/// Where the server finds the issuer, which is there when its port is known.
private final class IssuerPlace: Sendable {
    private let held = Mutex<TestIssuer?>(nil)

    func put(_ issuer: TestIssuer) { held.withLock { $0 = issuer } }

    func issuer() throws -> TestIssuer {
        guard let issuer = held.withLock({ $0 }) else { throw HTTPError(.serviceUnavailable) }
        return issuer
    }
}
