import Crypto

/// ECDSA P-256 with SHA-256 and AES-256-GCM, by swift-crypto.
public struct P256Suite: CryptoSuite {
    public init() {}

    public var identifier: CryptoSuiteIdentifier { .p256 }

    /// id-ecPublicKey 1.2.840.10045.2.1 on the curve 1.2.840.10045.3.1.7 (RFC 5480).
    public var publicKeyAlgorithm: [UInt8] { Self.publicKeyAlgorithm }

    /// ecdsa-with-SHA256 1.2.840.10045.4.3.2 (RFC 5758).
    public var signatureAlgorithm: [UInt8] { Self.signatureAlgorithm }

    private static let publicKeyAlgorithm: [UInt8] = [
        0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    ]
    private static let signatureAlgorithm: [UInt8] = [
        0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
    ]

    public func digest(of bytes: [UInt8]) -> Digest {
        Digest(sha256: SHA256.hash(data: bytes))
    }

    public func digest(prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
        Digest.withBytes(prefix: prefix, left, right) { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: bytes)
            return Digest(sha256: hash.finalize())
        }
    }

    public func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> Digest {
        HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key))
            .withUnsafeBytes { Digest(unsafeBytes: $0) }
    }

    public var payloadCipher: any PayloadCipher { P256PayloadCipher() }

    public var recipientCipher: any RecipientCipher { P256RecipientCipher() }

    public func makeHasher() -> any DigestHasher { Hasher() }

    public func generateSigningKey() -> any SigningKey {
        P256SigningKey(P256.Signing.PrivateKey(compactRepresentable: false))
    }

    public func signingKey(pem: String) throws(IdentityError) -> any SigningKey {
        do {
            // swift-crypto takes the number of any curve's key for one of P-256.
            if let suite = try PrivateKeyDocument(pem: pem).suite, suite != identifier {
                throw IdentityError(.wrongSuite, "the private key is one of the suite \(suite.rawValue), not p256")
            }
            return P256SigningKey(try P256.Signing.PrivateKey(pemRepresentation: pem))
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedKey, "the document is not a P-256 private key in PEM", cause: error)
        }
    }

    public func verificationKey(subjectPublicKeyInfo: [UInt8]) throws(IdentityError) -> any VerificationKey {
        let key: P256VerificationKey
        do {
            key = P256VerificationKey(try P256.Signing.PublicKey(derRepresentation: subjectPublicKeyInfo))
        } catch {
            throw .unusable(subjectPublicKeyInfo: subjectPublicKeyInfo, in: identifier, cause: error)
        }
        // swift-crypto looks at the point alone, not at the algorithm's and the curve's name before it. One key has one
        // structure here, because its digest is the key's identifier.
        guard key.subjectPublicKeyInfo == subjectPublicKeyInfo else {
            throw .unusable(subjectPublicKeyInfo: subjectPublicKeyInfo, in: identifier)
        }
        return key
    }

    private struct Hasher: DigestHasher {
        private var hash = SHA256()

        mutating func update(_ bytes: some Sequence<UInt8>) {
            let bytesInPlace: Void? = bytes.withContiguousStorageIfAvailable {
                hash.update(bufferPointer: UnsafeRawBufferPointer($0))
            }
            if bytesInPlace == nil {
                hash.update(data: Array(bytes))
            }
        }

        consuming func finalize() -> Digest {
            Digest(sha256: hash.finalize())
        }
    }
}

private struct P256SigningKey: SigningKey {
    let key: P256.Signing.PrivateKey
    let verificationKey: any VerificationKey

    init(_ key: P256.Signing.PrivateKey) {
        self.key = key
        self.verificationKey = P256VerificationKey(key.publicKey)
    }

    var pemRepresentation: String { key.pemRepresentation }

    func sign(_ message: [UInt8]) throws(IdentityError) -> Signature {
        do {
            return Signature(Array(try key.signature(for: message).derRepresentation))
        } catch {
            throw IdentityError(.signingFailed, "the private key did not sign", cause: error)
        }
    }
}

private struct P256VerificationKey: VerificationKey {
    let key: P256.Signing.PublicKey
    let identifier: KeyIdentifier
    let subjectPublicKeyInfo: [UInt8]

    init(_ key: P256.Signing.PublicKey) {
        self.key = key
        self.subjectPublicKeyInfo = Array(key.derRepresentation)
        self.identifier = KeyIdentifier(Digest(sha256: SHA256.hash(data: subjectPublicKeyInfo)))
    }

    func isValid(_ signature: Signature, for message: [UInt8]) -> Bool {
        guard signature.bytes.count <= Signature.maximumByteCount,
            let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature.bytes)
        else { return false }
        return key.isValidSignature(parsed, for: message)
    }
}

extension Digest {
    fileprivate init(sha256: SHA256Digest) {
        // FIPS 180-4: SHA-256 gives 256 bits, which is what the initializer asks for.
        self = sha256.withUnsafeBytes { Digest(unsafeBytes: $0) }
    }
}
