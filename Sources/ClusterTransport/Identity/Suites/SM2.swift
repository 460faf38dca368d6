import COpenSSL
import SwiftASN1

/// The public key cryptography SM2 (GB/T 32918) on the curve that GB/T 32918.5 recommends, by OpenSSL.
package enum SM2 {
    /// The user identifier that is part of what is signed (GM/T 0009, section 10).
    static let userIdentifier = Array("1234567812345678".utf8)

    /// OpenSSL's name of the algorithm and of the curve.
    static let name = "SM2"

    /// Bytes of an uncompressed point: 0x04, then both coordinates.
    static let pointByteCount = 65

    static let publicKeyAlgorithm: [UInt8] = [
        0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d,
    ]
    static let signatureAlgorithm: [UInt8] = [
        0x30, 0x0a, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75,
    ]

    /// `SubjectPublicKeyInfo` up to the point: the algorithm and the head of the BIT STRING (GM/T 0015, RFC 5480).
    static let subjectPublicKeyInfoPrefix: [UInt8] = [0x30, 0x59] + publicKeyAlgorithm + [0x03, 0x42, 0x00]

    /// Whether this machine's OpenSSL makes SM2 keys.
    static let isAvailable: Bool = {
        do {
            _ = try generate()
            return true
        } catch {
            return false
        }
    }()

    /// A new key pair.
    static func generate() throws -> OpenSSLHandle {
        let context = try context(zhenglian_sm2_context())
        return try context.use { context in
            guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, name) == 1 else {
                throw OpenSSLError("EVP_PKEY_keygen_init")
            }
            var key: OpaquePointer?
            guard EVP_PKEY_generate(context, &key) == 1 else { throw OpenSSLError("EVP_PKEY_generate") }
            return try owned(key)
        }
    }

    /// The public key at a point of the curve.
    static func publicKey(point: [UInt8]) throws -> OpenSSLHandle {
        let context = try context(zhenglian_sm2_context())
        var point = point
        return try point.withUnsafeMutableBytes { point in
            var parameters = [
                zhenglian_sm2_curve_parameter(),
                zhenglian_point_parameter(point.baseAddress, point.count),
                OSSL_PARAM_construct_end(),
            ]
            return try context.use { context in
                var key: OpaquePointer?
                guard EVP_PKEY_fromdata_init(context) == 1,
                    EVP_PKEY_fromdata(context, &key, ZHENGLIAN_PUBLIC_KEY, &parameters) == 1
                else { throw OpenSSLError("EVP_PKEY_fromdata") }
                return try owned(key)
            }
        }
    }

    /// The private key in a PEM document.
    static func privateKey(pem: String) throws -> OpenSSLHandle {
        let document = try PrivateKeyDocument(pem: pem)
        switch document.form {
        case .privateKeyInfo: return try privateKey(privateKeyInfo: document.der)
        case .ecPrivateKey: return try privateKey(privateKeyInfo: privateKeyInfo(around: document.der))
        }
    }

    /// PKCS #8 around an `ECPrivateKey` of SEC 1: OpenSSL 3.0 reads SM2 keys in no other form.
    private static func privateKeyInfo(around key: [UInt8]) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { info in
            try info.serialize(0)
            info.serializeRawBytes(publicKeyAlgorithm)
            try info.serialize(ASN1OctetString(contentBytes: key[...]))
        }
        return serializer.serializedBytes
    }

    private static func privateKey(privateKeyInfo der: [UInt8]) throws -> OpenSSLHandle {
        let (info, isWhole) = der.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            let info = d2i_PKCS8_PRIV_KEY_INFO(nil, &next, bytes.count)
            let isWhole = next == bytes.baseAddress.map { $0 + bytes.count }
            return (OpenSSLHandle(info, freedBy: PKCS8_PRIV_KEY_INFO_free), isWhole)
        }
        guard let info else { throw OpenSSLError("d2i_PKCS8_PRIV_KEY_INFO") }
        guard isWhole else { throw IdentityError(.malformedKey, "bytes follow the private key") }
        guard let handle = OpenSSLHandle(info.use { EVP_PKCS82PKEY($0) }, freedBy: EVP_PKEY_free) else {
            throw OpenSSLError("EVP_PKCS82PKEY")
        }
        guard handle.use({ EVP_PKEY_is_a($0, name) }) == 1 else {
            throw IdentityError(.wrongSuite, "the private key is not one of the suite sm")
        }
        // The document holds both halves, and nothing so far has said that they belong together.
        let context = try context(handle.use { EVP_PKEY_CTX_new_from_pkey(nil, $0, nil) })
        guard context.use({ EVP_PKEY_pairwise_check($0) }) == 1 else {
            throw OpenSSLError("EVP_PKEY_pairwise_check")
        }
        return handle
    }

    /// DER `PrivateKeyInfo` (PKCS #8, RFC 5958) of a key pair.
    static func privateKeyInfo(of key: OpenSSLHandle) throws -> [UInt8] {
        let info = OpenSSLHandle(key.use { EVP_PKEY2PKCS8($0) }, freedBy: PKCS8_PRIV_KEY_INFO_free)
        guard let info else { throw OpenSSLError("EVP_PKEY2PKCS8") }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = Int(info.use { i2d_PKCS8_PRIV_KEY_INFO($0, &bytes) })
        guard count > 0, let bytes else { throw OpenSSLError("i2d_PKCS8_PRIV_KEY_INFO") }
        defer { zhenglian_clear_free(bytes, count) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// The uncompressed point of a key's public half.
    static func point(of key: OpenSSLHandle) throws -> [UInt8] {
        // By coordinates: the point itself comes in the form of the document that the key was read from.
        try [0x04] + coordinate(OSSL_PKEY_PARAM_EC_PUB_X, of: key) + coordinate(OSSL_PKEY_PARAM_EC_PUB_Y, of: key)
    }

    private static func coordinate(_ parameter: String, of key: OpenSSLHandle) throws -> [UInt8] {
        var number: OpaquePointer?
        let result = key.use { EVP_PKEY_get_bn_param($0, parameter, &number) }
        guard let number = OpenSSLHandle(number, freedBy: BN_free), result == 1 else {
            throw OpenSSLError("EVP_PKEY_get_bn_param")
        }
        var bytes = [UInt8](repeating: 0, count: 32)
        guard number.use({ BN_bn2binpad($0, &bytes, 32) }) == 32 else { throw OpenSSLError("BN_bn2binpad") }
        return bytes
    }

    static func context(_ pointer: OpaquePointer?) throws -> OpenSSLHandle {
        guard let context = OpenSSLHandle(pointer, freedBy: EVP_PKEY_CTX_free) else {
            throw OpenSSLError("EVP_PKEY_CTX_new")
        }
        return context
    }

    private static func owned(_ key: OpaquePointer?) throws -> OpenSSLHandle {
        guard let key = OpenSSLHandle(key, freedBy: EVP_PKEY_free) else { throw OpenSSLError("EVP_PKEY") }
        return key
    }
}
