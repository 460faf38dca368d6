import Benchmark
import Identity

/// A message of the size of an ordinary transaction, with its signature.
private struct SignedMessage {
    let message: [UInt8]
    let signature: Signature
    let key: any SigningKey

    init(suite: any CryptoSuite) throws {
        self.message = [UInt8](repeating: 0x5a, count: 468)
        self.key = suite.generateSigningKey()
        self.signature = try key.sign(message)
    }
}

/// Signing, verifying, and the parsing of keys: the hot path of every node.
func registerSignatureBenchmarks(of identifier: CryptoSuiteIdentifier) {
    let suite = identifier.suite

    Benchmark(
        "\(identifier.rawValue): sign 468 bytes",
        closure: { (benchmark: Benchmark, signed: SignedMessage) in
            for _ in benchmark.scaledIterations {
                blackHole(try signed.key.sign(signed.message))
            }
        },
        setup: { try SignedMessage(suite: suite) }
    )

    Benchmark(
        "\(identifier.rawValue): verify 468 bytes",
        closure: { (benchmark: Benchmark, signed: SignedMessage) in
            let key = signed.key.verificationKey
            for _ in benchmark.scaledIterations {
                blackHole(key.isValid(signed.signature, for: signed.message))
            }
        },
        setup: { try SignedMessage(suite: suite) }
    )

    Benchmark(
        "\(identifier.rawValue): parse a public key",
        closure: { (benchmark: Benchmark, subjectPublicKeyInfo: [UInt8]) in
            for _ in benchmark.scaledIterations {
                blackHole(try suite.verificationKey(subjectPublicKeyInfo: subjectPublicKeyInfo))
            }
        },
        setup: { suite.generateSigningKey().verificationKey.subjectPublicKeyInfo }
    )
}
