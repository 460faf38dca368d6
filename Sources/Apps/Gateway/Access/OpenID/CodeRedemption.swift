import Foundation

/// The request that redeems a code at the platform's token endpoint. It holds secrets: it goes into no log.
public struct CodeRedemption: Sendable, Hashable {
    public let address: String
    /// The header `Authorization`; `nil` for none.
    public let authorization: String?
    /// `application/x-www-form-urlencoded`.
    public let body: String
}

/// What a platform answers to it.
public struct RedemptionAnswer: Sendable, Hashable {
    /// The status of HTTP.
    public let status: Int
    public let bytes: [UInt8]

    public init(status: Int, bytes: [UInt8]) { (self.status, self.bytes) = (status, bytes) }

    private struct Tokens: Decodable {
        let id_token: String
        let token_type: String
    }

    private struct Refusal: Decodable {
        let error: String
    }

    /// The identity token, not believed yet (OpenID Connect Core 1.0, section 3.1.3.3).
    /// - Throws: ``AccessError`` with code `platformAnswerInvalid` or `platformUnavailable`.
    func identityToken() throws(AccessError) -> String {
        switch status {
        case 200:
            guard let tokens = try? JSONDecoder().decode(Tokens.self, from: Data(bytes)),
                tokens.token_type.lowercased() == "bearer"
            else {
                throw AccessError(
                    .platformAnswerInvalid,
                    "the identity platform answers a code without an identity token: see that 'openid' is asked for")
            }
            return tokens.id_token
        case 400..<429, 430..<500:
            let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(bytes))
            let word = AuthorizationAnswer.word(refusal?.error ?? "")
            throw AccessError(
                .platformAnswerInvalid, "the identity platform does not redeem its code: \(status), '\(word)'")
        case 300..<400:
            throw AccessError(.platformAnswerInvalid, "the identity platform sends elsewhere with its code")
        default:
            throw AccessError(.platformUnavailable, "the identity platform answers \(status) to its code")
        }
    }
}
