extension RandomNumberGenerator {
    /// `count` random bytes. For secrets, the generator is the system's; only tests have another.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
