import Crypto
import Foundation
import GatewayAccess
import Hummingbird
import NIOCore
import Synchronization

/// The part of the issuer that logs people in: its configuration, and its token endpoint, which holds a code to its
/// proof key, to the address that it was sent to, and to its client, once.
final class TestLogIns: Sendable {
    /// What was given out, and what it is redeemed for.
    struct Grant: Sendable {
        var code = "code-1"
        let challenge: String
        let redirect: String
        /// What the answer has in the place of an identity token.
        let token: String
        var tokenType = "Bearer"
    }

    private struct State {
        var mode = TestIssuer.Mode.keys
        var configuration: [String: JSONPart?] = [:]
        var configurationCount = 0
        var grant: Grant?
        var redemptionMode = TestIssuer.Mode.keys
        var refusal: (status: HTTPResponse.Status, body: String)?
        var redemptions: [[String: String]] = []
        /// `client_secret_basic`; `nil` for a client without a secret.
        var secret: String?
    }

    private let state = Mutex(State())

    /// How often its configuration was asked for.
    var configurationCount: Int { state.withLock(\.configurationCount) }
    /// What was handed in at the token endpoint.
    var redemptions: [[String: String]] { state.withLock(\.redemptions) }

    /// Says these members instead of, or beside, those of an honest configuration; `nil` takes one away.
    func say(_ members: [String: JSONPart?], in mode: TestIssuer.Mode = .keys) {
        state.withLock { ($0.configuration, $0.mode) = (members, mode) }
    }

    func give(_ grant: Grant) { state.withLock { $0.grant = grant } }

    func answerCodes(_ mode: TestIssuer.Mode) { state.withLock { $0.redemptionMode = mode } }

    func refuseCodes(_ status: HTTPResponse.Status, _ body: String) {
        state.withLock { $0.refusal = (status, body) }
    }

    func expect(secret: String?) { state.withLock { $0.secret = secret } }

    func configuration(of issuer: TestIssuer) throws -> Response {
        let (mode, changes) = state.withLock { state in
            state.configurationCount += 1
            return (state.mode, state.configuration)
        }
        var members: [String: JSONPart] = [
            "issuer": .text(issuer.address.text),
            "authorization_endpoint": .text("\(issuer.address)/authorize?tenant=7"),
            "token_endpoint": .text("\(issuer.address)/token"), "jwks_uri": .text("http://127.0.0.1:1/ignored"),
            "end_session_endpoint": .text("\(issuer.address)/out"), "response_types_supported": .list(["code"]),
            "code_challenge_methods_supported": .list(["S256"]), "subject_types_supported": .list(["public"]),
            "authorization_response_iss_parameter_supported": .flag(true),
        ]
        members.merge(changes.compactMapValues { $0 }) { $1 }
        for (name, value) in changes where value == nil { members[name] = nil }
        return try TestIssuer.response(in: mode) { try JSONEncoder().encode(members) }
    }

    func redeem(_ body: String, authorization: String?) throws -> Response {
        var form: [String: String] = [:]
        for part in body.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
            form[pair[0]] = pair.count == 2 ? pair[1] : ""
        }
        let (grant, mode, secret, refusal) = state.withLock { state in
            state.redemptions.append(form)
            defer { state.grant = nil }
            return (state.grant, state.redemptionMode, state.secret, state.refusal)
        }
        if let refusal { return Self.json(refusal.status, refusal.body) }
        if let secret {
            let text =
                Data(base64Encoded: String(authorization?.dropFirst("Basic ".count) ?? ""))
                .flatMap { String(bytes: $0, encoding: .utf8) } ?? ""
            let words = text.split(separator: ":").map { String($0).removingPercentEncoding ?? "" }
            guard words == ["client-1", secret], form["client_secret"] == nil else {
                return Self.json(.unauthorized, #"{"error":"invalid_client"}"#)
            }
        } else {
            guard authorization == nil, form["client_id"] == "client-1" else {
                return Self.json(.unauthorized, #"{"error":"invalid_client"}"#)
            }
        }
        let verifier = form["code_verifier"] ?? ""
        guard let grant, form["grant_type"] == "authorization_code", form["code"] == grant.code,
            form["redirect_uri"] == grant.redirect,
            TestIssuer.base64(Array(SHA256.hash(data: Array(verifier.utf8)))) == grant.challenge
        else { return Self.json(.badRequest, #"{"error":"invalid_grant"}"#) }
        return try TestIssuer.response(in: mode) {
            try JSONEncoder().encode([
                "access_token": "opaque", "token_type": grant.tokenType, "id_token": grant.token,
            ])
        }
    }

    private static func json(_ status: HTTPResponse.Status, _ body: String) -> Response {
        Response(status: status, body: .init(byteBuffer: ByteBuffer(string: body)))
    }
}
