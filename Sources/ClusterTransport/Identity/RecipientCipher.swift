/// Authenticated encryption to a recipient of whom only the public key is known: what one department releases to
/// another travels like this, so that whoever carries it learns nothing.
///
/// It keeps content secret and whole. It does not say who sent it: that is for a signature, or a ledger, to say.
///
/// The bytes are described in docs/formats.md ("Content for a recipient").
public protocol RecipientCipher: Sendable {
    /// What it is made of, in the words of its standards.
    var name: String { get }

    /// By how many bytes sealed content is longer than its content, at most.
    var maximumOverhead: Int { get }

    /// A new key pair from the system's random number generator.
    func generateKey() -> any RecipientKey

    /// The key pair in a PKCS #8 or SEC 1 PEM document.
    /// - Throws: ``IdentityError`` with code `malformedKey` or `wrongSuite`.
    func key(pem: String) throws(IdentityError) -> any RecipientKey

    /// Encrypts `content`, so that only the holder of the private key opens it, and knows that neither it nor `context`
    /// was changed.
    /// - Parameters:
    ///   - content: at most ``PayloadKey/maximumByteCount`` bytes.
    ///   - subjectPublicKeyInfo: the recipient's public key, in DER.
    ///   - context: what the content belongs to. It is not in the result: whoever opens it has to say the same.
    /// - Throws: ``IdentityError`` with code `malformedKey`, `wrongSuite` or `sealingFailed`.
    func seal(
        _ content: [UInt8], to subjectPublicKeyInfo: [UInt8], context: [UInt8]
    ) throws(IdentityError) -> [UInt8]
}

/// A key pair that content is encrypted to: best a fresh one for each recipient and purpose, which signs nothing.
public protocol RecipientKey: Sendable {
    /// The public half in DER (RFC 5280, section 4.1): what is handed to whoever encrypts.
    var subjectPublicKeyInfo: [UInt8] { get }

    /// The key pair as a PKCS #8 PEM document. It is secret: write it only where nobody else reads.
    var pemRepresentation: String { get }

    /// What ``RecipientCipher/seal(_:to:context:)`` has encrypted to this key.
    /// - Throws: ``IdentityError`` with code `sealBroken` where it was changed, or sealed to another key or for another
    ///   context.
    func open(_ sealed: [UInt8], context: [UInt8]) throws(IdentityError) -> [UInt8]
}
