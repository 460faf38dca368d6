import Benchmark
import Identity

/// The suite's hash function: 64 bytes are a node of a Merkle tree, 1 KiB is a large transaction.
func registerDigestBenchmarks(of identifier: CryptoSuiteIdentifier) {
    let suite = identifier.suite
    for byteCount in [64, 1024] {
        let input = [UInt8](repeating: 0x5a, count: byteCount)
        Benchmark("\(identifier.rawValue): digest of \(byteCount) bytes") { benchmark in
            for _ in benchmark.scaledIterations {
                blackHole(suite.digest(of: input))
            }
        }
    }

    let (left, right) = (suite.digest(of: [0]), suite.digest(of: [1]))
    Benchmark("\(identifier.rawValue): digest of a node of two digests") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(suite.digest(prefix: 0x01, left, right))
        }
    }

    let pieces = [[UInt8]](repeating: [UInt8](repeating: 0x5a, count: 256), count: 4)
    Benchmark("\(identifier.rawValue): digest of 1024 bytes in 4 pieces") { benchmark in
        for _ in benchmark.scaledIterations {
            var hasher = suite.makeHasher()
            for piece in pieces {
                hasher.update(piece)
            }
            blackHole(hasher.finalize())
        }
    }
}

/// What a digest costs as a value: a key of a map, an element to sort, a line of text.
func registerDigestValueBenchmarks() {
    let suite = CryptoSuiteIdentifier.p256.suite
    let digests = (0..<1024).map { number in
        suite.digest(of: [UInt8(number >> 8), UInt8(number & 0xff)])
    }
    let index = Dictionary(uniqueKeysWithValues: zip(digests, digests.indices))

    Benchmark("Digest: look-up in a dictionary of 1,024") { benchmark in
        for iteration in benchmark.scaledIterations {
            blackHole(index[digests[iteration % digests.count]])
        }
    }
    Benchmark("Digest: sort 1,024") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(digests.sorted())
        }
    }
    Benchmark("Digest: to text") { benchmark in
        for iteration in benchmark.scaledIterations {
            blackHole(digests[iteration % digests.count].description)
        }
    }
}
