import COpenSSL
import SwiftASN1

/// The national suite (国密): SM2 signatures (GB/T 32918.2) over SM3 (GB/T 32905), and SM4 (GB/T 32907) for payloads, by
/// the system's OpenSSL.
///
/// Keys, signatures and certificates look as GM/T 0009, GM/T 0010 and GM/T 0015 say. Every key signs under the one
/// user identifier that GM/T 0009, section 10, gives for where nothing else is agreed on.
public struct SMSuite: CryptoSuite {
    public init() {}

    public var identifier: CryptoSuiteIdentifier { .sm }

    /// id-ecPublicKey 1.2.840.10045.2.1 on the curve 1.2.156.10197.1.301 (GM/T 0015).
    public var publicKeyAlgorithm: [UInt8] { SM2.publicKeyAlgorithm }

    /// SM2-with-SM3 1.2.156.10197.1.501 (GM/T 0015), without parameters.
    public var signatureAlgorithm: [UInt8] { SM2.signatureAlgorithm }

    public func digest(of bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes(SM3.digest) }

    public func digest(prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
        Digest.withBytes(prefix: prefix, left, right, SM3.digest)
    }

    public func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> Digest {
        SM3.authenticationCode(of: bytes, key: key)
    }

    public var payloadCipher: any PayloadCipher { SMPayloadCipher() }

    public var recipientCipher: any RecipientCipher { SMRecipientCipher() }

    public func makeHasher() -> any DigestHasher { SM3.Hasher() }

    public func generateSigningKey() -> any SigningKey {
        do {
            return try SM2SigningKey(SM2.generate())
        } catch {
            // The system's random number generator does not fail, and nothing else in it can.
            preconditionFailure("OpenSSL makes no SM2 key: \(error)")
        }
    }

    public func signingKey(pem: String) throws(IdentityError) -> any SigningKey {
        do {
            return try SM2SigningKey(SM2.privateKey(pem: pem))
        } catch let error as IdentityError {
            throw error
        } catch {
            throw IdentityError(.malformedKey, "the document is not an SM2 private key in PEM", cause: error)
        }
    }

    public func verificationKey(subjectPublicKeyInfo: [UInt8]) throws(IdentityError) -> any VerificationKey {
        do {
            return try SM2VerificationKey(subjectPublicKeyInfo: subjectPublicKeyInfo)
        } catch {
            throw .unusable(subjectPublicKeyInfo: subjectPublicKeyInfo, in: identifier, cause: error)
        }
    }

    /// Checks that this machine's OpenSSL has what the suite needs: some distributions leave it out.
    /// - Throws: ``IdentityError`` with code `suiteUnavailable`.
    static func checkAvailability() throws(IdentityError) {
        guard SM3.algorithm != nil, SM4.counterMode != nil, SM2.isAvailable else {
            throw IdentityError(
                .suiteUnavailable,
                "the suite sm needs SM2, SM3 and SM4, which the OpenSSL of this machine was built without; "
                    + "install one that has them, such as the distribution's own libssl of Debian, Ubuntu or openEuler"
            )
        }
    }
}
