public import Identity

/// The secret number of one presentation (亮证标识), 128 bits. It stands in the code that is scanned; on the ledger there
/// is its digest alone, so that nobody finds a presentation who has not been shown it.
public struct PresentationIdentifier: Hashable, Sendable {
    public static let byteCount = 16

    public let bytes: [UInt8]

    /// A fresh one. Outside of tests, `generator` is the system's.
    public init(using generator: inout some RandomNumberGenerator) {
        bytes = generator.bytes(Self.byteCount)
    }

    /// The identifier of exactly ``byteCount`` bytes; `nil` for any other number.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// What the ledger knows the presentation by.
    public func digest(suite: any CryptoSuite) -> Digest {
        suite.digest(of: Array("zhenglian presentation 1".utf8) + bytes)
    }
}

extension PresentationIdentifier: CustomStringConvertible {
    /// Nothing of it: who has it can scan.
    public var description: String { "presentation" }
}
