package import Crypto
import Foundation

/// Hybrid public key encryption (RFC 9180) in base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, by
/// swift-crypto: encapsulated key (65 bytes), ciphertext, tag of 16.
package struct P256RecipientCipher: RecipientCipher {
    private static let suite = HPKE.Ciphersuite.P256_SHA256_AES_GCM_256
    private static let encapsulatedByteCount = 65
    private static let tagByteCount = 16
    /// What HPKE calls `info`: it keeps this use of a key apart from every other.
    private static let label = Array("zhenglian recipient 1".utf8)

    package init() {}

    package var name: String { "HPKE with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM" }

    package var maximumOverhead: Int { Self.encapsulatedByteCount + Self.tagByteCount }

    package func generateKey() -> any RecipientKey { P256RecipientKey(P256.KeyAgreement.PrivateKey()) }

    package func key(pem: String) throws(IdentityError) -> any RecipientKey {
        do {
            // swift-crypto takes the number of any curve's key for one of P-256.
            if let suite = try PrivateKeyDocument(pem: pem).suite, suite != .p256 {
                throw IdentityError(.wrongSuite, "the private key is one of the suite \(suite.rawValue), not p256")
            }
            return P256RecipientKey(try P256.KeyAgreement.PrivateKey(pemRepresentation: pem))
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedKey, "the document is not a P-256 private key in PEM", cause: error)
        }
    }

    package func seal(
        _ content: [UInt8], to subjectPublicKeyInfo: [UInt8], context: [UInt8]
    ) throws(IdentityError) -> [UInt8] {
        guard content.count <= PayloadKey.maximumByteCount else { throw .tooLong(content.count) }
        let recipient: P256.KeyAgreement.PublicKey
        do {
            recipient = try P256.KeyAgreement.PublicKey(derRepresentation: subjectPublicKeyInfo)
        } catch {
            throw .unusable(subjectPublicKeyInfo: subjectPublicKeyInfo, in: .p256, cause: error)
        }
        // As for keys that verify: one key has one structure here.
        guard Array(recipient.derRepresentation) == subjectPublicKeyInfo else {
            throw .unusable(subjectPublicKeyInfo: subjectPublicKeyInfo, in: .p256)
        }
        do {
            var sender = try HPKE.Sender(recipientKey: recipient, ciphersuite: Self.suite, info: Data(Self.label))
            let text = try sender.seal(content, authenticating: context)
            return Array(sender.encapsulatedKey) + Array(text)
        } catch {
            throw IdentityError(.sealingFailed, "the content could not be sealed", cause: error)
        }
    }

    fileprivate static func open(
        _ sealed: [UInt8], with key: P256.KeyAgreement.PrivateKey, context: [UInt8]
    ) throws(IdentityError) -> [UInt8] {
        try open(sealed, with: key, info: label, context: context)
    }

    /// Opens a message of HPKE with any `info`: apart from the label, what ``RecipientKey/open(_:context:)`` does.
    package static func open(
        _ sealed: [UInt8], with key: P256.KeyAgreement.PrivateKey, info: [UInt8], context: [UInt8]
    ) throws(IdentityError) -> [UInt8] {
        let overhead = encapsulatedByteCount + tagByteCount
        guard (overhead...PayloadKey.maximumByteCount + overhead).contains(sealed.count) else { throw .sealBroken }
        do {
            var recipient = try HPKE.Recipient(
                privateKey: key, ciphersuite: suite, info: Data(info),
                encapsulatedKey: Data(sealed.prefix(encapsulatedByteCount)))
            return Array(try recipient.open(Data(sealed.dropFirst(encapsulatedByteCount)), authenticating: context))
        } catch {
            // Whether the point or the tag was wrong is nobody's business.
            throw .sealBroken
        }
    }
}

private struct P256RecipientKey: RecipientKey {
    let key: P256.KeyAgreement.PrivateKey
    let subjectPublicKeyInfo: [UInt8]

    init(_ key: P256.KeyAgreement.PrivateKey) {
        self.key = key
        subjectPublicKeyInfo = Array(key.publicKey.derRepresentation)
    }

    var pemRepresentation: String { key.pemRepresentation }

    func open(_ sealed: [UInt8], context: [UInt8]) throws(IdentityError) -> [UInt8] {
        try P256RecipientCipher.open(sealed, with: key, context: context)
    }
}
