import Crypto

/// Authenticated encryption of payloads under a key that both sides have: what is for named recipients alone, and never
/// goes on a ledger in the clear.
///
/// The bytes are described in docs/formats.md ("Payloads").
public protocol PayloadCipher: Sendable {
    /// What it is made of, in the words of its standards.
    var name: String { get }

    /// How many bytes longer than its content a sealed payload is.
    var overhead: Int { get }

    /// Encrypts `content`, so that whoever opens it knows that neither it nor `context` was changed.
    /// - Parameters:
    ///   - content: at most ``PayloadKey/maximumByteCount`` bytes.
    ///   - context: what the payload belongs to. It is not in the result: whoever opens it has to say the same.
    /// - Throws: ``IdentityError`` with code `sealingFailed`.
    func seal(_ content: [UInt8], with key: PayloadKey, context: [UInt8]) throws(IdentityError) -> [UInt8]

    /// The content of a sealed payload.
    /// - Throws: ``IdentityError`` with code `sealBroken` where it was changed, or sealed with another key or context.
    func open(_ sealed: [UInt8], with key: PayloadKey, context: [UInt8]) throws(IdentityError) -> [UInt8]
}

/// A secret of 256 bits that payloads are sealed with. Its memory is cleared when it is gone.
public struct PayloadKey: Sendable, Equatable {
    /// Number of bytes in every key.
    public static let byteCount = 32

    /// Longest payload: larger than any licence file, and sealed in a fraction of a second. A longer one is cut into
    /// several by whoever has it.
    public static let maximumByteCount = 64 << 20

    let key: SymmetricKey

    /// A new key from the system's random number generator.
    public init() { key = SymmetricKey(size: .bits256) }

    /// Makes a key from exactly 32 bytes, which have to be secret and random; `nil` for any other number.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// The 32 bytes. They are secret.
    public var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }
}

extension IdentityError {
    /// Why a payload of another length cannot be sealed.
    static func tooLong(_ count: Int) -> IdentityError {
        IdentityError(
            .sealingFailed,
            "the payload has \(count) bytes, more than the \(PayloadKey.maximumByteCount) allowed: cut it into several"
        )
    }

    /// The payload does not open. Which byte is wrong nobody can know, and nobody is told.
    static var sealBroken: IdentityError {
        IdentityError(.sealBroken, "the payload was changed, or sealed with another key or for another context")
    }
}
