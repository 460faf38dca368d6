/// Where all chance of a simulated department comes from: the same seed and the same names draw the same, in every
/// process and at any time, so that one that is started again does what it would have done.
public struct SimulationSeed: Hashable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }

    /// The draws that some names have: of a case, a step, an attempt.
    public func draws(_ names: String...) -> Draws {
        // FNV-1a, with a byte between names that stands in none: what is a name of its own stays one.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ number
        for name in names {
            for byte in Array(name.utf8) + [0xff] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        return Draws(state: hash)
    }

    /// A row of draws (SplitMix64).
    public struct Draws: RandomNumberGenerator, Sendable {
        fileprivate var state: UInt64

        public mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
            return word ^ word >> 31
        }

        /// A number below `bound`, which is above 0.
        public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

        /// `count` decimal digits.
        public mutating func digits(_ count: Int) -> String { (0..<count).map { _ in String(below(10)) }.joined() }
    }
}
