import Identity

/// The consortium's secret of one key epoch (密钥纪元), from which the pseudonyms of holders are made.
///
/// Whoever has it can try every identity number against a ledger, so it is as secret as the numbers themselves. Its
/// memory is cleared when it is gone, and nothing prints it.
public struct PseudonymKey: Sendable, Equatable {
    /// Number of bytes in every key.
    public static let byteCount = PayloadKey.byteCount

    private let secret: PayloadKey

    /// A new key from the system's random number generator.
    public init() { secret = PayloadKey() }

    /// Makes a key from exactly ``byteCount`` secret, random bytes; `nil` for any other number.
    public init?(_ bytes: [UInt8]) {
        guard let secret = PayloadKey(bytes) else { return nil }
        self.secret = secret
    }

    /// The bytes. They are secret.
    package var bytes: [UInt8] { secret.bytes }
}

extension PseudonymKey: CustomStringConvertible {
    /// Nothing of the key.
    public var description: String { "pseudonym key" }
}
