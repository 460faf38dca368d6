import Foundation
import Identity
import Licences

/// A token as it came: taken apart, and not believed yet (JWS compact serialization, RFC 7515, section 7.1).
struct SignedToken {
    /// What the token says of its signature.
    private struct Header: Decodable {
        let alg: String
        let kid: String?
        let typ: String?
        let crit: [String]?
    }

    /// Types that access tokens and identity tokens have (RFC 7519, RFC 9068), in lower case.
    private static let types: Set<String> = ["jwt", "at+jwt", "application/jwt", "application/at+jwt"]

    let algorithm: TokenAlgorithm
    let keyName: String
    /// In lower case; `nil` where it says none.
    let type: String?
    let claims: TokenClaims
    /// The octets that are signed.
    let signed: [UInt8]
    let signature: [UInt8]

    /// Bounds and parses a token.
    /// - Throws: ``AccessError`` with code `tokenTooLarge`, `malformedToken`, `algorithmNotAllowed` or `unknownKey`.
    init(_ text: String) throws(AccessError) {
        guard text.utf8.count <= AccessLimits.tokenBytes else {
            throw AccessError(.tokenTooLarge, "a token has at most \(AccessLimits.tokenBytes) bytes")
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.bytes(of: Substring(parts[0])),
            let payload = Base64URL.bytes(of: Substring(parts[1])),
            let signature = Base64URL.bytes(of: Substring(parts[2]))
        else { throw Self.malformed("it is not three parts of base64url with full stops between them") }
        let head: Header = try Self.decode(header)
        // Whatever is not in the list is refused by being unknown: no signature, HMAC, and what may come.
        guard let algorithm = TokenAlgorithm(rawValue: head.alg) else {
            throw AccessError(
                .algorithmNotAllowed,
                "tokens are signed by one of \(TokenAlgorithm.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard head.crit == nil else { throw Self.malformed("its header has critical extensions, which nobody knows") }
        type = head.typ?.lowercased()
        if let type, !Self.types.contains(type) {
            throw Self.malformed("its type is none of an access token or an identity token")
        }
        guard let keyName = head.kid, (1...AccessLimits.keyNameBytes).contains(keyName.utf8.count) else {
            throw AccessError(
                .unknownKey, "a token names its key in 'kid', in 1 to \(AccessLimits.keyNameBytes) bytes")
        }
        self.algorithm = algorithm
        self.keyName = keyName
        claims = try Self.decode(payload)
        signed = Array(text.utf8.prefix(parts[0].count + 1 + parts[1].count))
        self.signature = signature
        guard !signature.isEmpty else { throw Self.malformed("it has no signature") }
    }

    private static func decode<Value: Decodable>(_ bytes: [UInt8]) throws(AccessError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw AccessError(
                .malformedToken, "the token is malformed: its header or its claims are not the JSON of a token",
                cause: error)
        }
    }

    private static func malformed(_ what: String) -> AccessError {
        AccessError(.malformedToken, "the token is malformed: \(what)")
    }
}

/// What a token says of its bearer, of the claims that are read (RFC 7519, RFC 9068, OpenID Connect).
struct TokenClaims: Decodable {
    /// One audience or several.
    struct Audience: Decodable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let name = try? container.decode(String.self) {
                names = [name]
            } else {
                names = try container.decode([String].self)
            }
        }
    }

    /// Seconds since 1970, with a fraction or without.
    struct NumericDate: Decodable {
        let time: Timestamp

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let seconds = try container.decode(Double.self)
            // From 1970 to the year 9999.
            guard seconds >= 0, seconds <= 253_402_300_799 else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no time from 1970 to 9999")
            }
            time = Timestamp(milliseconds: Int64(seconds * 1_000))
        }
    }

    let iss: String?
    let sub: String?
    let aud: Audience?
    let exp: NumericDate?
    let nbf: NumericDate?
    let iat: NumericDate?
    let client_id: String?
    let azp: String?
    let nonce: String?

    /// The client's name at the issuer.
    var client: String? { client_id ?? azp }
}
