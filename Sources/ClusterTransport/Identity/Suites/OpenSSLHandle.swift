import COpenSSL

/// Something that OpenSSL has made, freed with the last reference to it.
///
/// A handle may be used by several threads at a time for what only reads it: an `EVP_PKEY` signs and verifies, an
/// `EVP_MD` is looked up. What an operation changes, such as an `EVP_MD_CTX`, belongs to the one call, or value, that
/// made it.
final class OpenSSLHandle: @unchecked Sendable {
    // Unchecked, because OpenSSL's keys and algorithms are not changed once they are made, and count their references
    // atomically (openssl-threads(7)); contexts, which do change, never leave their function or their unique owner.
    private let pointer: OpaquePointer
    private let free: @Sendable (OpaquePointer?) -> Void

    /// Takes over what OpenSSL has returned; `nil` where it has returned nothing.
    init?(_ pointer: OpaquePointer?, freedBy free: @escaping @Sendable (OpaquePointer?) -> Void) {
        guard let pointer else { return nil }
        self.pointer = pointer
        self.free = free
    }

    deinit { free(pointer) }

    /// Hands out the pointer for as long as `body` runs, so that the handle outlives the call into OpenSSL.
    func use<Result, Failure: Error>(_ body: (OpaquePointer) throws(Failure) -> Result) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(pointer)
    }
}

/// What OpenSSL has to say about the call that failed.
struct OpenSSLError: Error, CustomStringConvertible {
    let description: String

    /// Takes the newest entry of this thread's queue of errors, and empties the queue.
    init(_ call: String) {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0 else {
            description = "\(call) failed"
            return
        }
        var text = [CChar](repeating: 0, count: 256)
        ERR_error_string_n(code, &text, text.count)
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        description = "\(call): \(String(decoding: bytes, as: UTF8.self))"
    }
}
