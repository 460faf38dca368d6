import COpenSSL
import SwiftASN1

/// An SM2 key pair, which any number of threads may use at a time: each signature has a context of its own.
struct SM2SigningKey: SigningKey {
    let verificationKey: any VerificationKey
    private let key: OpenSSLHandle
    private let privateKeyInfo: [UInt8]

    init(_ key: OpenSSLHandle) throws {
        self.key = key
        privateKeyInfo = try SM2.privateKeyInfo(of: key)
        verificationKey = try SM2VerificationKey(
            subjectPublicKeyInfo: SM2.subjectPublicKeyInfoPrefix + SM2.point(of: key))
    }

    var pemRepresentation: String {
        PEMDocument(type: "PRIVATE KEY", derBytes: privateKeyInfo).pemString + "\n"
    }

    func sign(_ message: [UInt8]) throws(IdentityError) -> Signature {
        var bytes = [UInt8](repeating: 0, count: Signature.maximumByteCount)
        var count = bytes.count
        let result = SM2Operation(key, EVP_DigestSignInit)?.run { context in
            EVP_DigestSign(context, &bytes, &count, message, message.count)
        }
        guard result == 1 else {
            throw IdentityError(.signingFailed, "the private key did not sign", cause: OpenSSLError("EVP_DigestSign"))
        }
        return Signature(Array(bytes.prefix(count)))
    }
}

/// An SM2 public key, which any number of threads may use at a time.
struct SM2VerificationKey: VerificationKey {
    let identifier: KeyIdentifier
    let subjectPublicKeyInfo: [UInt8]
    private let key: OpenSSLHandle

    /// Takes the one encoding that a key has here: named curve, uncompressed point.
    init(subjectPublicKeyInfo: [UInt8]) throws {
        let prefix = SM2.subjectPublicKeyInfoPrefix
        guard subjectPublicKeyInfo.count == prefix.count + SM2.pointByteCount,
            subjectPublicKeyInfo.starts(with: prefix), subjectPublicKeyInfo[prefix.count] == 0x04
        else {
            throw ASN1Error.invalidASN1Object(reason: "it does not name the curve 1.2.156.10197.1.301 and 04, X, Y")
        }
        key = try SM2.publicKey(point: Array(subjectPublicKeyInfo.dropFirst(prefix.count)))
        self.subjectPublicKeyInfo = subjectPublicKeyInfo
        self.identifier = KeyIdentifier(subjectPublicKeyInfo.withUnsafeBytes(SM3.digest))
    }

    func isValid(_ signature: Signature, for message: [UInt8]) -> Bool {
        // GM/T 0009, section 7.3: SEQUENCE { r INTEGER, s INTEGER }. In DER, so that a signature has one spelling.
        guard signature.bytes.count <= Signature.maximumByteCount, Self.isDER(signature.bytes) else { return false }
        let result = SM2Operation(key, EVP_DigestVerifyInit)?.run { context in
            EVP_DigestVerify(context, signature.bytes, signature.bytes.count, message, message.count)
        }
        if result != 1 {
            // What OpenSSL notes about a bad signature must not wait for the next call's error.
            ERR_clear_error()
        }
        return result == 1
    }

    private static func isDER(_ signature: [UInt8]) -> Bool {
        do {
            try DER.sequence(try DER.parse(signature), identifier: .sequence) { nodes in
                _ = (try ArraySlice<UInt8>(derEncoded: &nodes), try ArraySlice<UInt8>(derEncoded: &nodes))
            }
            return true
        } catch {
            return false
        }
    }
}

/// One signature or verification: the key, SM3, and the signer's identifier, whose digest Z goes before the message
/// (GB/T 32918.2, section 5.5). OpenSSL computes Z.
private struct SM2Operation {
    private let context: OpenSSLHandle

    typealias Begin = (
        OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?, OpaquePointer?, OpaquePointer?, OpaquePointer?
    ) -> Int32

    /// `nil` where OpenSSL does not begin.
    init?(_ key: OpenSSLHandle, _ begin: Begin) {
        guard let context = OpenSSLHandle(EVP_MD_CTX_new(), freedBy: EVP_MD_CTX_free) else { return nil }
        // The key's context belongs to the digest's, and is freed with it.
        var keyContext: OpaquePointer?
        let begun = context.use { context in
            SM3.fetched.use { algorithm in
                key.use { begin(context, &keyContext, algorithm, nil, $0) }
            }
        }
        guard begun == 1 else { return nil }
        let named = context.use { _ in
            EVP_PKEY_CTX_set1_id(keyContext, SM2.userIdentifier, Int32(SM2.userIdentifier.count))
        }
        guard named == 1 else { return nil }
        self.context = context
    }

    func run(_ body: (OpaquePointer) -> Int32) -> Int32 { context.use(body) }
}
