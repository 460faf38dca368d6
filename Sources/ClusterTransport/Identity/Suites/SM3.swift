import COpenSSL

/// The hash function SM3 (GB/T 32905, ISO/IEC 10118-3), by OpenSSL.
package enum SM3 {
    /// Fetched once: to look the algorithm up by its name costs as much as the digest of a Merkle node. `nil` where
    /// this machine's OpenSSL was built without it.
    static let algorithm = OpenSSLHandle(EVP_MD_fetch(nil, "SM3", nil), freedBy: EVP_MD_free)

    /// The algorithm, on a machine that has it.
    static var fetched: OpenSSLHandle {
        guard let algorithm else {
            // `CryptoSuiteIdentifier.checkAvailability` stands before every use of the suite.
            preconditionFailure("this machine's OpenSSL has no SM3")
        }
        return algorithm
    }

    static func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { output in
            let result = fetched.use { algorithm in
                EVP_Digest(bytes.baseAddress, bytes.count, output.baseAddress, nil, algorithm, nil)
            }
            // Nothing but memory can be missing, for a context of some hundred bytes.
            precondition(result == 1, "SM3 gave no digest")
            return Digest(unsafeBytes: UnsafeRawBufferPointer(output))
        }
    }

    /// HMAC (RFC 2104, GB/T 15852.2) with SM3.
    package static func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { output in
            let result = fetched.use { algorithm in
                HMAC(algorithm, key, Int32(key.count), bytes, bytes.count, output.baseAddress, nil)
            }
            // As for a digest.
            precondition(result != nil, "HMAC-SM3 gave no code")
            return Digest(unsafeBytes: UnsafeRawBufferPointer(output))
        }
    }

    /// SM3 over input that comes in pieces. A copy goes on from where the original was.
    struct Hasher: DigestHasher {
        private var context: OpenSSLHandle

        init() {
            context = Self.makeContext()
            let result = context.use { context in
                SM3.fetched.use { EVP_DigestInit_ex2(context, $0, nil) }
            }
            precondition(result == 1, "SM3 did not begin")
        }

        mutating func update(_ bytes: some Sequence<UInt8>) {
            if !isKnownUniquelyReferenced(&context) {
                context = Self.copy(of: context)
            }
            let inPlace: Void? = bytes.withContiguousStorageIfAvailable { absorb(UnsafeRawBufferPointer($0)) }
            if inPlace == nil {
                Array(bytes).withUnsafeBytes(absorb)
            }
        }

        consuming func finalize() -> Digest {
            // A digest ends its context, which another copy of this value may still need.
            let last = Self.copy(of: context)
            return withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { output in
                let result = last.use { EVP_DigestFinal_ex($0, output.baseAddress, nil) }
                precondition(result == 1, "SM3 did not end")
                return Digest(unsafeBytes: UnsafeRawBufferPointer(output))
            }
        }

        private func absorb(_ bytes: UnsafeRawBufferPointer) {
            let result = context.use { EVP_DigestUpdate($0, bytes.baseAddress, bytes.count) }
            precondition(result == 1, "SM3 did not take its input")
        }

        private static func copy(of context: OpenSSLHandle) -> OpenSSLHandle {
            let copy = makeContext()
            let result = copy.use { copy in context.use { EVP_MD_CTX_copy_ex(copy, $0) } }
            precondition(result == 1, "SM3 did not copy its context")
            return copy
        }

        private static func makeContext() -> OpenSSLHandle {
            guard let context = OpenSSLHandle(EVP_MD_CTX_new(), freedBy: EVP_MD_CTX_free) else {
                preconditionFailure("there is no memory for a context of SM3")
            }
            return context
        }
    }
}
