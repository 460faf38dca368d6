import COpenSSL

/// SM4 in counter mode, then HMAC-SM3 over everything (encrypt-then-MAC), with keys of each payload's own.
///
/// OpenSSL 3.0 has no SM4-GCM. This is the composition that is sound whatever the two parts are (Bellare and
/// Namprempre, 2000), from parts that it has:
///
///     nonce   16 random bytes
///     64 bytes = HKDF-SM3(salt: nonce, key: the payload's key, info: "zhenglian sm4-ctr hmac-sm3 1")   (RFC 5869)
///              = encryption key (16) ‖ initial counter (16) ‖ authentication key (32)
///     text    = SM4-CTR(encryption key, initial counter, content)
///     tag     = HMAC-SM3(authentication key, length of context as 8 bytes, big-endian ‖ context ‖ nonce ‖ text)
///     sealed  = nonce ‖ text ‖ tag (32)
struct SMPayloadCipher: PayloadCipher {
    private static let nonceByteCount = 16
    private static let label = Array("zhenglian sm4-ctr hmac-sm3 1".utf8)

    var name: String { "SM4-CTR with HMAC-SM3, encrypt-then-MAC" }

    var overhead: Int { Self.nonceByteCount + Digest.byteCount }

    func seal(_ content: [UInt8], with key: PayloadKey, context: [UInt8]) throws(IdentityError) -> [UInt8] {
        guard content.count <= PayloadKey.maximumByteCount else { throw .tooLong(content.count) }
        var nonce = [UInt8](repeating: 0, count: Self.nonceByteCount)
        do {
            guard RAND_bytes(&nonce, Int32(nonce.count)) == 1 else { throw OpenSSLError("RAND_bytes") }
            let keys = Keys(nonce: nonce, key: key)
            let text = try SM4.applyCounterMode(to: content, key: keys.encryption, initialCounter: keys.counter)
            return nonce + text + keys.tag(context: context, nonce: nonce, text: text).bytes
        } catch {
            throw IdentityError(.sealingFailed, "the payload could not be sealed", cause: error)
        }
    }

    func open(_ sealed: [UInt8], with key: PayloadKey, context: [UInt8]) throws(IdentityError) -> [UInt8] {
        guard (overhead...PayloadKey.maximumByteCount + overhead).contains(sealed.count) else { throw .sealBroken }
        let nonce = Array(sealed.prefix(Self.nonceByteCount))
        let text = Array(sealed.dropFirst(Self.nonceByteCount).dropLast(Digest.byteCount))
        let tag = Array(sealed.suffix(Digest.byteCount))
        let keys = Keys(nonce: nonce, key: key)
        // In constant time, and before anything is decrypted.
        guard CRYPTO_memcmp(keys.tag(context: context, nonce: nonce, text: text).bytes, tag, tag.count) == 0 else {
            throw .sealBroken
        }
        do {
            return try SM4.applyCounterMode(to: text, key: keys.encryption, initialCounter: keys.counter)
        } catch {
            throw IdentityError(.sealBroken, "the payload could not be decrypted", cause: error)
        }
    }

    /// The keys of one payload.
    private struct Keys {
        let encryption: [UInt8]
        let counter: [UInt8]
        private let authentication: [UInt8]

        /// HKDF (RFC 5869): extract, and the first two blocks of expand.
        init(nonce: [UInt8], key: PayloadKey) {
            let extracted = SM3.authenticationCode(of: key.bytes, key: nonce).bytes
            let first = SM3.authenticationCode(of: SMPayloadCipher.label + [1], key: extracted).bytes
            let second = SM3.authenticationCode(of: first + SMPayloadCipher.label + [2], key: extracted).bytes
            encryption = Array(first.prefix(SM4.keyByteCount))
            counter = Array(first.suffix(SM4.blockByteCount))
            authentication = second
        }

        func tag(context: [UInt8], nonce: [UInt8], text: [UInt8]) -> Digest {
            let length = withUnsafeBytes(of: UInt64(context.count).bigEndian) { Array($0) }
            return SM3.authenticationCode(of: length + context + nonce + text, key: authentication)
        }
    }
}
