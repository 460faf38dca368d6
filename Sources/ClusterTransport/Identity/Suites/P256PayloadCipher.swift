import Crypto
import Foundation

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D), by swift-crypto: nonce of 12 bytes, ciphertext, tag of 16.
struct P256PayloadCipher: PayloadCipher {
    var name: String { "AES-256-GCM" }

    var overhead: Int { 12 + 16 }

    func seal(_ content: [UInt8], with key: PayloadKey, context: [UInt8]) throws(IdentityError) -> [UInt8] {
        guard content.count <= PayloadKey.maximumByteCount else { throw .tooLong(content.count) }
        do {
            let box = try AES.GCM.seal(content, using: key.key, authenticating: context)
            return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw IdentityError(.sealingFailed, "the payload could not be sealed", cause: error)
        }
    }

    func open(_ sealed: [UInt8], with key: PayloadKey, context: [UInt8]) throws(IdentityError) -> [UInt8] {
        guard (overhead...PayloadKey.maximumByteCount + overhead).contains(sealed.count),
            let box = try? AES.GCM.SealedBox(combined: sealed),
            let content = try? AES.GCM.open(box, using: key.key, authenticating: context)
        else { throw .sealBroken }
        return Array(content)
    }
}
