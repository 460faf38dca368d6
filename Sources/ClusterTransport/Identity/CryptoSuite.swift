/// The algorithms of a consortium, chosen in its genesis and never mixed within a channel.
///
/// Nothing outside of a suite's own file names a curve or a hash function.
public protocol CryptoSuite: Sendable {
    var identifier: CryptoSuiteIdentifier { get }

    /// DER `AlgorithmIdentifier` of the suite's keys, as a `SubjectPublicKeyInfo` begins (RFC 5280, section 4.1.2.7).
    var publicKeyAlgorithm: [UInt8] { get }

    /// DER `AlgorithmIdentifier` of the suite's signatures on certificates, requests and revocation lists.
    var signatureAlgorithm: [UInt8] { get }

    /// The digest of `bytes`.
    func digest(of bytes: [UInt8]) -> Digest

    /// The digest of one byte followed by two digests, 65 bytes in all: a node of a Merkle tree (RFC 9162, section
    /// 2.1).
    ///
    /// It equals ``digest(of:)`` of the same bytes. Trees take most of their time here, so that suites answer without
    /// an array in between.
    func digest(prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest

    /// A hasher for input that comes in pieces.
    func makeHasher() -> any DigestHasher

    /// HMAC (RFC 2104, GB/T 15852.2) of `bytes` under a secret: a digest that nobody without the secret can compute.
    func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> Digest

    /// How payloads for named recipients are encrypted.
    var payloadCipher: any PayloadCipher { get }

    /// How content is encrypted to somebody of whom only the public key is known.
    var recipientCipher: any RecipientCipher { get }

    /// A new private key from the system's random number generator.
    func generateSigningKey() -> any SigningKey

    /// The private key in a PKCS #8 or SEC 1 PEM document.
    /// - Throws: ``IdentityError`` with code `malformedKey` or `wrongSuite`.
    func signingKey(pem: String) throws(IdentityError) -> any SigningKey

    /// The public key in a DER `SubjectPublicKeyInfo` (RFC 5280, section 4.1).
    /// - Throws: ``IdentityError`` with code `malformedKey` or `wrongSuite`.
    func verificationKey(subjectPublicKeyInfo: [UInt8]) throws(IdentityError) -> any VerificationKey
}

extension CryptoSuite {
    public func digest(prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
        digest(of: [prefix] + left.bytes + right.bytes)
    }
}

/// The names of the suites, as genesis files and commands spell them.
public enum CryptoSuiteIdentifier: String, Hashable, Sendable, Codable, CaseIterable {
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5, FIPS 180-4).
    case p256
    /// SM2 with SM3 (GB/T 32918, GB/T 32905): the national suite (国密).
    case sm

    /// The suite itself. It may be used once ``checkAvailability()`` has found nothing missing.
    public var suite: any CryptoSuite {
        switch self {
        case .p256: P256Suite()
        case .sm: SMSuite()
        }
    }

    /// The suite of the certificates that TLS takes. BoringSSL, which TLS here comes from, knows neither SM2 nor RFC
    /// 8998.
    public var transport: CryptoSuiteIdentifier { .p256 }

    /// Whether a member's one certificate serves the ledger and TLS; otherwise it has a second one, of ``transport``.
    public var servesTransport: Bool { transport == self }

    /// The suite whose keys a DER `SubjectPublicKeyInfo` says it holds; `nil` where it is none of these.
    public init?(subjectPublicKeyInfo: some Collection<UInt8>) {
        // The structure is a SEQUENCE of less than 128 octets, which begins with the algorithm.
        let content = subjectPublicKeyInfo.dropFirst(2)
        guard let named = Self.allCases.first(where: { content.starts(with: $0.suite.publicKeyAlgorithm) }) else {
            return nil
        }
        self = named
    }

    /// Checks that this machine has what the suite is made of. It comes before the first use of a suite that somebody
    /// has chosen by its name, or that a file has brought along.
    /// - Throws: ``IdentityError`` with code `suiteUnavailable`.
    public func checkAvailability() throws(IdentityError) {
        switch self {
        case .p256: return
        case .sm: try SMSuite.checkAvailability()
        }
    }
}

/// Takes input in pieces and ends in a digest.
public protocol DigestHasher {
    mutating func update(_ bytes: some Sequence<UInt8>)
    consuming func finalize() -> Digest
}

/// A private key that signs.
public protocol SigningKey: Sendable {
    var verificationKey: any VerificationKey { get }

    /// The key as a PKCS #8 PEM document. It is secret: write it only where nobody else reads.
    var pemRepresentation: String { get }

    /// Signs `message` (the suite hashes it).
    /// - Throws: ``IdentityError`` with code `signingFailed` where the key's store refuses.
    func sign(_ message: [UInt8]) throws(IdentityError) -> Signature
}

/// A public key that verifies.
public protocol VerificationKey: Sendable {
    /// The digest of the key's `SubjectPublicKeyInfo`: what a transaction names its submitter by.
    var identifier: KeyIdentifier { get }

    /// DER `SubjectPublicKeyInfo` (RFC 5280, section 4.1).
    var subjectPublicKeyInfo: [UInt8] { get }

    /// Whether `signature` is this key's over `message`. Anything malformed is simply not.
    func isValid(_ signature: Signature, for message: [UInt8]) -> Bool
}

/// The digest of a public key's DER `SubjectPublicKeyInfo`.
public struct KeyIdentifier: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    public let digest: Digest

    public init(_ digest: Digest) {
        self.digest = digest
    }

    public init(from decoder: any Decoder) throws {
        self.init(try Digest(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws {
        try digest.encode(to: encoder)
    }

    public static func < (left: KeyIdentifier, right: KeyIdentifier) -> Bool { left.digest < right.digest }

    public var description: String { digest.description }
}

/// A signature in the suite's standard DER form, a SEQUENCE of two INTEGERs in both: for `p256`, `ECDSA-Sig-Value`
/// (RFC 3279, section 2.2.3), for `sm`, `SM2Signature` (GM/T 0009, section 7.3).
public struct Signature: Hashable, Sendable {
    /// No suite's signature is longer; anything longer is refused before it is looked at.
    public static let maximumByteCount = 128

    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}
