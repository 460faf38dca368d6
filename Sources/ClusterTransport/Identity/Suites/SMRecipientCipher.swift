import COpenSSL
import SwiftASN1

/// A digital envelope (数字信封, GM/T 0010): a fresh payload key, encrypted by SM2 (GB/T 32918.4) to the recipient, then
/// the content under that key by the suite's payload cipher.
///
///     sealed = length of the envelope as 2 bytes, big-endian ‖ envelope ‖ payload
///     envelope = DER SM2Cipher (GM/T 0009, section 7.2) of the payload's key of 32 bytes
///     payload  = as ``SMPayloadCipher`` seals it, for the context
///                "zhenglian recipient 1" ‖ recipient's SubjectPublicKeyInfo ‖ context
struct SMRecipientCipher: RecipientCipher {
    /// DER of two coordinates, a digest and 32 bytes takes 140 at most.
    static let maximumEnvelopeByteCount = 160
    private static let label = Array("zhenglian recipient 1".utf8)

    var name: String { "SM2 envelope with SM4-CTR and HMAC-SM3" }

    var maximumOverhead: Int { 2 + Self.maximumEnvelopeByteCount + SMPayloadCipher().overhead }

    func generateKey() -> any RecipientKey {
        do {
            return try SMRecipientKey(SM2.generate())
        } catch {
            // As for keys that sign: the system's random number generator does not fail, and nothing else in it can.
            preconditionFailure("OpenSSL makes no SM2 key: \(error)")
        }
    }

    func key(pem: String) throws(IdentityError) -> any RecipientKey {
        do {
            return try SMRecipientKey(SM2.privateKey(pem: pem))
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedKey, "the document is not an SM2 private key in PEM", cause: error)
        }
    }

    func seal(
        _ content: [UInt8], to subjectPublicKeyInfo: [UInt8], context: [UInt8]
    ) throws(IdentityError) -> [UInt8] {
        let recipient: SM2VerificationKey
        do {
            // The same check of the structure as for keys that verify.
            recipient = try SM2VerificationKey(subjectPublicKeyInfo: subjectPublicKeyInfo)
        } catch {
            throw .unusable(subjectPublicKeyInfo: subjectPublicKeyInfo, in: .sm, cause: error)
        }
        let key = PayloadKey()
        let payload = try SMPayloadCipher().seal(
            content, with: key, context: Self.context(context, of: recipient.subjectPublicKeyInfo))
        do {
            let envelope = try SM2.encrypt(
                key.bytes, to: SM2.publicKey(point: Array(subjectPublicKeyInfo.suffix(SM2.pointByteCount))))
            precondition(envelope.count <= Self.maximumEnvelopeByteCount, "an envelope of \(envelope.count) bytes")
            return withUnsafeBytes(of: UInt16(envelope.count).bigEndian) { Array($0) } + envelope + payload
        } catch {
            throw IdentityError(.sealingFailed, "the content could not be sealed", cause: error)
        }
    }

    /// The recipient is part of what the payload is sealed for, so that no envelope can be put around another's
    /// payload.
    fileprivate static func context(_ context: [UInt8], of subjectPublicKeyInfo: [UInt8]) -> [UInt8] {
        label + subjectPublicKeyInfo + context
    }
}

private struct SMRecipientKey: RecipientKey {
    let subjectPublicKeyInfo: [UInt8]
    let pemRepresentation: String
    private let key: OpenSSLHandle

    init(_ key: OpenSSLHandle) throws {
        self.key = key
        subjectPublicKeyInfo = SM2.subjectPublicKeyInfoPrefix + (try SM2.point(of: key))
        pemRepresentation =
            PEMDocument(type: "PRIVATE KEY", derBytes: try SM2.privateKeyInfo(of: key)).pemString + "\n"
    }

    func open(_ sealed: [UInt8], context: [UInt8]) throws(IdentityError) -> [UInt8] {
        guard sealed.count > 2 else { throw .sealBroken }
        let count = Int(sealed[0]) << 8 | Int(sealed[1])
        guard count <= SMRecipientCipher.maximumEnvelopeByteCount, sealed.count > 2 + count else { throw .sealBroken }
        let key: PayloadKey?
        do {
            key = PayloadKey(try SM2.decrypt(Array(sealed[2..<2 + count]), with: self.key))
        } catch {
            // Which part was wrong is nobody's business.
            throw .sealBroken
        }
        guard let key else { throw .sealBroken }
        return try SMPayloadCipher().open(
            Array(sealed[(2 + count)...]), with: key,
            context: SMRecipientCipher.context(context, of: subjectPublicKeyInfo))
    }
}

// Public key encryption (GB/T 32918.4), with SM3. The ciphertext is the DER `SM2Cipher` of GM/T 0009, section 7.2.
extension SM2 {
    static func encrypt(_ content: [UInt8], to key: OpenSSLHandle) throws -> [UInt8] {
        let context = try context(key.use { EVP_PKEY_CTX_new_from_pkey(nil, $0, nil) })
        guard context.use({ EVP_PKEY_encrypt_init($0) }) == 1 else { throw OpenSSLError("EVP_PKEY_encrypt_init") }
        return try output("EVP_PKEY_encrypt") { output, count in
            context.use { EVP_PKEY_encrypt($0, output, &count, content, content.count) }
        }
    }

    static func decrypt(_ text: [UInt8], with key: OpenSSLHandle) throws -> [UInt8] {
        let context = try context(key.use { EVP_PKEY_CTX_new_from_pkey(nil, $0, nil) })
        guard context.use({ EVP_PKEY_decrypt_init($0) }) == 1 else { throw OpenSSLError("EVP_PKEY_decrypt_init") }
        return try output("EVP_PKEY_decrypt") { output, count in
            context.use { EVP_PKEY_decrypt($0, output, &count, text, text.count) }
        }
    }

    /// Opens one ciphertext with the key of a PEM document, as the example of GB/T 32918.5 is given.
    package static func open(_ text: [UInt8], pem: String) throws -> [UInt8] {
        try decrypt(text, with: privateKey(pem: pem))
    }

    /// Asks for the size of the output, then for the output itself.
    private static func output(
        _ call: String, _ body: (UnsafeMutablePointer<UInt8>?, inout Int) -> Int32
    ) throws -> [UInt8] {
        var count = 0
        guard body(nil, &count) == 1 else { throw OpenSSLError(call) }
        var bytes = [UInt8](repeating: 0, count: count)
        guard bytes.withUnsafeMutableBufferPointer({ body($0.baseAddress, &count) }) == 1 else {
            throw OpenSSLError(call)
        }
        return Array(bytes.prefix(count))
    }
}
