public import Formats
public import Identity

extension IdempotencyKey {
    /// A key that nobody has used: for calls that mean something new each time they are made.
    public static func random(using generator: inout some RandomNumberGenerator) -> IdempotencyKey {
        let bytes = generator.bytes(byteCount)
        guard let key = IdempotencyKey(bytes) else { preconditionFailure("the bytes were counted a line above") }
        return key
    }

    /// The key of what the calls say: the same calls make the same key, in every process and at any time.
    public init(content calls: [Call], suite: any CryptoSuite) {
        // DER ends where its length says, so the calls stay apart.
        var bytes = Array("zhenglian calls 1".utf8)
        for call in calls { bytes += call.derBytes }
        self.init(suite.digest(of: bytes))
    }

    /// The key for asking again what was rejected at `height` under this one.
    func renewed(after height: Height, suite: any CryptoSuite) -> IdempotencyKey {
        IdempotencyKey(suite.digest(of: Array("zhenglian again 1".utf8) + bytes + Array("\(height)".utf8)))
    }
}
