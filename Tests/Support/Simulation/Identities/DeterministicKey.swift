import Crypto
import Identity

/// A real P-256 key that follows from a name, and signs the same message with the same bytes in every process.
///
/// The library's signatures are random, so that no history would ever come again. Here the nonce is one and the same,
/// which would tell everybody the private key, were it not in this file anyway. What checks the signatures cannot tell
/// the difference.
struct DeterministicKey: SigningKey {
    private let key: P256.Signing.PrivateKey
    private let secret: Scalar
    let verificationKey: any VerificationKey

    /// The nonce's inverse and the `x` of its point (FIPS 186-5, section 6.4.1).
    private struct Nonce: Sendable {
        let inverse: Scalar
        let x: Scalar

        init() throws {
            let nonce = Scalar(P256Suite().digest(of: Array("the nonce of every simulated signature".utf8)))
            let point = try P256.Signing.PrivateKey(rawRepresentation: nonce.bytes).publicKey.rawRepresentation
            guard let digest = Digest(point.prefix(Digest.byteCount)) else {
                throw IdentityError(.malformedKey, "a point of P-256 has 64 bytes")
            }
            x = Scalar(digest)
            inverse = nonce.inverse
        }
    }

    private static let nonce = Result { try Nonce() }

    /// - Throws: `IdentityError`, or the library's error; neither happens for a name that is not made to provoke it.
    init(name: String) throws {
        secret = Scalar(P256Suite().digest(of: Array("the simulated key of \(name)".utf8)))
        key = try P256.Signing.PrivateKey(rawRepresentation: secret.bytes)
        verificationKey = try P256Suite().verificationKey(
            subjectPublicKeyInfo: Array(key.publicKey.derRepresentation))
    }

    var pemRepresentation: String { key.pemRepresentation }

    func sign(_ message: [UInt8]) throws(IdentityError) -> Signature {
        do {
            let nonce = try Self.nonce.get()
            let number = nonce.inverse * (Scalar(P256Suite().digest(of: message)) + nonce.x * secret)
            let signature = try P256.Signing.ECDSASignature(rawRepresentation: nonce.x.bytes + number.bytes)
            return Signature(Array(signature.derRepresentation))
        } catch {
            throw IdentityError(.signingFailed, "the simulated key did not sign", cause: error)
        }
    }
}
