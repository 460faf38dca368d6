import Foundation
import JWTKit

/// A key of an identity platform, with the one algorithm that it is used with.
struct PlatformKey: Sendable {
    private let algorithm: any JWTAlgorithm

    fileprivate init(_ algorithm: any JWTAlgorithm) { self.algorithm = algorithm }

    func isValid(_ signature: [UInt8], of signed: [UInt8]) -> Bool {
        // What is no signature at all throws, and is none.
        (try? algorithm.verify(signature, signs: signed)) ?? false
    }
}

/// What names a key in a set: its name together with its algorithm, so that a key is never used with another one.
struct PlatformKeyName: Hashable, Sendable {
    let algorithm: TokenAlgorithm
    let name: String
}

/// The keys that an identity platform publishes (JWKS, RFC 7517), of those that can be used here.
struct KeySet: Sendable {
    private struct Document: Decodable {
        let keys: [Element]
    }

    /// An element of the set. What is no key at all does not spoil the others.
    private struct Element: Decodable {
        let key: PublishedKey?

        init(from decoder: any Decoder) throws { key = try? PublishedKey(from: decoder) }
    }

    private struct PublishedKey: Decodable {
        let kty: String
        let kid: String?
        let alg: String?
        let use: String?
        let crv: String?
        let n: String?
        let e: String?
        let x: String?
        let y: String?
    }

    let keys: [PlatformKeyName: PlatformKey]
    /// Elements that cannot be used: of another kind, without a name, too weak, or named like one before.
    let skippedCount: Int

    /// Reads a set.
    /// - Throws: ``AccessError`` with code `keysUnavailable`.
    init(_ bytes: [UInt8]) async throws(AccessError) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(bytes))
        } catch {
            throw AccessError(.keysUnavailable, "the identity platform's key set is no JWKS", cause: error)
        }
        guard document.keys.count <= AccessLimits.keysPerSet else {
            throw AccessError(
                .keysUnavailable, "the identity platform's key set has more than \(AccessLimits.keysPerSet) keys")
        }
        var keys: [PlatformKeyName: PlatformKey] = [:]
        for element in document.keys {
            guard let published = element.key, let (name, key) = await Self.key(published), keys[name] == nil else {
                continue
            }
            keys[name] = key
        }
        self.keys = keys
        skippedCount = document.keys.count - keys.count
    }

    private static func key(_ published: PublishedKey) async -> (PlatformKeyName, PlatformKey)? {
        guard let name = published.kid, (1...AccessLimits.keyNameBytes).contains(name.utf8.count),
            published.use ?? "sig" == "sig"
        else { return nil }
        let collection = JWTKeyCollection()
        let identifier = JWKIdentifier(string: name)
        let algorithm: TokenAlgorithm
        // A key that does not parse is none: RSA of less than 2,048 bits, points that are not on the curve.
        switch (published.kty, published.crv) {
        case ("EC", "P-256"):
            guard let x = published.x, let y = published.y, let key = try? ES256PublicKey(parameters: (x, y)) else {
                return nil
            }
            algorithm = .es256
            await collection.add(ecdsa: key, kid: identifier)
        case ("OKP", "Ed25519"):
            guard let x = published.x, let key = try? EdDSA.PublicKey(x: x, curve: .ed25519) else { return nil }
            algorithm = .edDSA
            await collection.add(eddsa: key, kid: identifier)
        case ("RSA", nil):
            guard let n = published.n, let e = published.e,
                let key = try? Insecure.RSA.PublicKey(modulus: n, exponent: e)
            else { return nil }
            algorithm = .rs256
            await collection.add(rsa: key, digestAlgorithm: .sha256, kid: identifier)
        default:
            return nil
        }
        guard published.alg ?? algorithm.rawValue == algorithm.rawValue,
            let verifier = try? await collection.getKey(for: identifier, alg: algorithm.rawValue)
        else { return nil }
        return (PlatformKeyName(algorithm: algorithm, name: name), PlatformKey(verifier))
    }
}
