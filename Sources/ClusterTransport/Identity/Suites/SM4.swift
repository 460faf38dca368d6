import COpenSSL

/// The block cipher SM4 (GB/T 32907, ISO/IEC 18033-3), by OpenSSL.
package enum SM4 {
    package static let keyByteCount = 16
    package static let blockByteCount = 16

    /// Fetched once, as ``SM3/algorithm``; `nil` where this machine's OpenSSL was built without it.
    static let counterMode = OpenSSLHandle(EVP_CIPHER_fetch(nil, "SM4-CTR", nil), freedBy: EVP_CIPHER_free)

    /// Encrypts or decrypts in counter mode (GB/T 17964, NIST SP 800-38A): the counter is the whole block, big-endian.
    /// - Precondition: key and counter have 16 bytes each, and there are less than 2^31 bytes.
    package static func applyCounterMode(
        to bytes: [UInt8],
        key: [UInt8],
        initialCounter: [UInt8]
    ) throws -> [UInt8] {
        precondition(key.count == keyByteCount && initialCounter.count == blockByteCount, "16 bytes each")
        guard !bytes.isEmpty else { return [] }
        guard let counterMode, let context = OpenSSLHandle(EVP_CIPHER_CTX_new(), freedBy: EVP_CIPHER_CTX_free) else {
            throw OpenSSLError("EVP_CIPHER_CTX_new")
        }
        var output = [UInt8](repeating: 0, count: bytes.count)
        var count: Int32 = 0
        let result = context.use { context in
            counterMode.use { EVP_EncryptInit_ex2(context, $0, key, initialCounter, nil) }
                & EVP_EncryptUpdate(context, &output, &count, bytes, Int32(bytes.count))
        }
        // Counter mode has no padding, and so nothing to finish.
        guard result == 1, count == bytes.count else { throw OpenSSLError("EVP_EncryptUpdate") }
        return output
    }
}
