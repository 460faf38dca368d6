import Foundation

/// What an identity platform says of itself (OpenID Connect Discovery 1.0, section 3), of what a log-in needs.
struct PlatformMetadata: Sendable, Hashable {
    /// How a client with a secret shows it (OpenID Connect Core 1.0, section 9).
    enum ClientAuthentication: String, Sendable {
        case basic = "client_secret_basic"
        case form = "client_secret_post"
    }

    private struct Document: Decodable {
        let issuer: String
        let authorization_endpoint: String
        let token_endpoint: String
        let end_session_endpoint: String?
        let response_types_supported: [String]
        let response_modes_supported: [String]?
        let code_challenge_methods_supported: [String]?
        let token_endpoint_auth_methods_supported: [String]?
        let authorization_response_iss_parameter_supported: Bool?
    }

    let issuer: PlatformAddress
    let authorization: PlatformEndpoint
    let token: PlatformEndpoint
    /// Where people log out of the platform (OpenID Connect RP-Initiated Logout 1.0); `nil` where it has no such place.
    let endSession: PlatformEndpoint?
    /// `nil` where it takes secrets in no way that there is here.
    let authentication: ClientAuthentication?
    /// Whether it says that it holds codes to their proof keys (RFC 7636, S256).
    let checksProofKeys: Bool
    /// Whether it names itself in each answer (RFC 9207).
    let namesItself: Bool

    /// Where a platform's configuration is.
    static func address(of issuer: PlatformAddress) -> String {
        let base = issuer.text.hasSuffix("/") ? String(issuer.text.dropLast()) : issuer.text
        return "\(base)/.well-known/openid-configuration"
    }

    /// Reads a configuration.
    /// - Parameter issuer: whose it has to be, byte by byte: another's is an attack, or a mistake.
    /// - Throws: ``AccessError`` with code `platformAnswerInvalid`.
    init(_ bytes: [UInt8], of issuer: PlatformAddress) throws(AccessError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw Self.invalid("is no OpenID configuration", cause: error)
        }
        guard document.issuer == issuer.text else { throw Self.invalid("is another issuer's") }
        guard document.response_types_supported.contains("code"),
            document.response_modes_supported?.contains("query") ?? true
        else { throw Self.invalid("has no authorization code flow with its answers in the query") }
        self.issuer = issuer
        authorization = try Self.endpoint(document.authorization_endpoint, "authorization_endpoint", of: issuer)
        token = try Self.endpoint(document.token_endpoint, "token_endpoint", of: issuer)
        if let endSession = document.end_session_endpoint {
            self.endSession = try Self.endpoint(endSession, "end_session_endpoint", of: issuer)
        } else {
            endSession = nil
        }
        // What the specification has where nothing is said.
        let methods = document.token_endpoint_auth_methods_supported ?? [ClientAuthentication.basic.rawValue]
        authentication = [.basic, .form].first { methods.contains($0.rawValue) }
        checksProofKeys = document.code_challenge_methods_supported?.contains("S256") ?? false
        namesItself = document.authorization_response_iss_parameter_supported ?? false
    }

    private static func endpoint(
        _ text: String, _ name: String, of issuer: PlatformAddress
    ) throws(AccessError) -> PlatformEndpoint {
        guard let endpoint = PlatformEndpoint(text, of: issuer) else {
            throw invalid("names a \(name) that is no address as the platform's own: https")
        }
        return endpoint
    }

    private static func invalid(_ what: String, cause: (any Error)? = nil) -> AccessError {
        AccessError(.platformAnswerInvalid, "the identity platform's configuration \(what)", cause: cause)
    }
}
