import Foundation
import Nodes

/// A node's console as a client of the identity platform by whose pages people log in.
public struct OpenIDClient: Sendable, Hashable {
    /// Where the platform sends browsers back to, below the console's own address.
    public static let callbackPath = "/login/platform/callback"

    public let issuer: PlatformAddress
    /// What the platform calls the console: an application of the department.
    public let identifier: String
    /// `nil` for a public client, which shows by its proof key alone that it is the one that has asked.
    private let secret: String?
    /// What the platform is asked for, `openid` among it.
    public let scopes: [String]
    /// How people reach the console, without a slash at the end.
    private let address: String

    /// - Throws: ``AccessError`` with code `wrongValue`.
    public init(
        issuer: String, identifier: String, secret: String?, scopes: [String], address: String
    ) throws(AccessError) {
        guard let issuer = PlatformAddress(issuer) else {
            throw AccessError(
                .wrongValue, "'\(issuer)' is no issuer of an identity platform: https, or http on the machine itself")
        }
        guard (1...ApplicationLimits.identifierBytes).contains(identifier.utf8.count) else {
            throw AccessError(
                .wrongValue, "a client's identifier has 1 to \(ApplicationLimits.identifierBytes) bytes")
        }
        (self.issuer, self.identifier, self.secret) = (issuer, identifier, secret)
        (self.scopes, self.address) = (scopes, address)
    }

    /// Reads a client's secret: one line of visible ASCII.
    /// - Throws: `FileError`, or ``AccessError`` with code `wrongFile`.
    public static func secret(file path: String) throws -> String {
        let text = try ProtectedFile.text(of: path, limit: AccessLimits.clientSecretBytes)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw AccessError(.wrongFile, "\(path) is no secret of a client: one line of visible ASCII")
        }
        return text
    }

    var client: ApplicationClient { ApplicationClient(issuer: issuer, identifier: identifier) }

    var redirectAddress: String { "\(address)\(Self.callbackPath)" }

    /// Holds a platform's configuration to what this client needs of it.
    /// - Throws: ``AccessError`` with code `platformAnswerInvalid`.
    func check(_ platform: PlatformMetadata) throws(AccessError) {
        if secret == nil, !platform.checksProofKeys {
            throw AccessError(
                .platformAnswerInvalid,
                "the identity platform does not say that it checks proof keys (S256): have it do so, or name the "
                    + "client's secret in 'gateway.login.secret'")
        }
        if secret != nil, platform.authentication == nil {
            throw AccessError(
                .platformAnswerInvalid,
                "the identity platform takes a client's secret neither by client_secret_basic nor by "
                    + "client_secret_post")
        }
    }

    /// Where the browser goes to log in (OpenID Connect Core 1.0, section 3.1.2.1).
    /// - Parameter language: what its pages should be in, as BCP 47 has it.
    func authorizationAddress(
        at platform: PlatformMetadata, for attempt: LogInAttempts.Begun, language: String
    ) -> String {
        platform.authorization.with(
            FormParameters([
                ("response_type", "code"), ("client_id", identifier), ("redirect_uri", redirectAddress),
                ("scope", scopes.joined(separator: " ")), ("state", attempt.state), ("nonce", attempt.nonce),
                ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"), ("ui_locales", language),
            ]))
    }

    /// The request that a code is redeemed by (OpenID Connect Core 1.0, section 3.1.3.1).
    func redemption(of code: String, verifier: String, at platform: PlatformMetadata) -> CodeRedemption {
        var parameters = [
            (name: "grant_type", value: "authorization_code"), (name: "code", value: code),
            (name: "redirect_uri", value: redirectAddress), (name: "code_verifier", value: verifier),
        ]
        var authorization: String?
        switch (secret, platform.authentication) {
        case (let secret?, .basic):
            // Both are encoded like a form's before they are joined (RFC 6749, section 2.3.1).
            let joined = "\(FormParameters.encoded(identifier)):\(FormParameters.encoded(secret))"
            authorization = "Basic \(Data(joined.utf8).base64EncodedString())"
        case (let secret?, _):
            parameters += [("client_id", identifier), ("client_secret", secret)]
        case (nil, _):
            parameters.append(("client_id", identifier))
        }
        return CodeRedemption(
            address: platform.token.text, authorization: authorization, body: FormParameters(parameters).text)
    }

    /// Where the browser goes to log out of the platform as well; `nil` where there is no such place.
    ///
    /// The token is not sent along as a hint: it would be the person's data in an address.
    func logOutAddress(at platform: PlatformMetadata) -> String? {
        platform.endSession?.with(
            FormParameters([("client_id", identifier), ("post_logout_redirect_uri", "\(address)/")]))
    }
}
