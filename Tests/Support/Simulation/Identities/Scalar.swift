import Identity

/// A number below the order of P-256's group (FIPS 186-5, section 6.1; SP 800-186, section 3.2.1.3): just enough
/// arithmetic for ``DeterministicKey``. Not constant in time: it signs for nobody outside of a simulation.
struct Scalar: Hashable, Sendable {
    /// Little-endian.
    private var words: [UInt64]

    private static let order: [UInt64] = [
        0xf3b9_cac2_fc63_2551, 0xbce6_faad_a717_9e84, 0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000,
    ]
    private static let orderMinusTwo = Scalar(
        words: [0xf3b9_cac2_fc63_254f, 0xbce6_faad_a717_9e84, 0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000])
    private static let one = Scalar(words: [1, 0, 0, 0])

    private init(words: [UInt64]) { self.words = words }

    /// 32 big-endian bytes, reduced.
    init(_ digest: Digest) {
        let bytes = digest.bytes
        words = (0..<4).map { word in
            (0..<8).reduce(0) { $0 << 8 | UInt64(bytes[(3 - word) * 8 + $1]) }
        }
        reduce(carry: 0)
    }

    /// 32 big-endian bytes.
    var bytes: [UInt8] {
        words.reversed().flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
    }

    /// Subtracts the order once, where the number with its carry is not below it.
    private mutating func reduce(carry: UInt64) {
        var isBelow = false
        if carry == 0 {
            for index in (0..<4).reversed() where words[index] != Self.order[index] {
                isBelow = words[index] < Self.order[index]
                break
            }
        }
        guard !isBelow else { return }
        var borrow: UInt64 = 0
        for index in 0..<4 {
            let (difference, first) = words[index].subtractingReportingOverflow(Self.order[index])
            let (result, second) = difference.subtractingReportingOverflow(borrow)
            words[index] = result
            borrow = first || second ? 1 : 0
        }
    }

    private mutating func double(adding bit: UInt64) {
        var carry = bit
        for index in 0..<4 {
            let top = words[index] >> 63
            words[index] = words[index] << 1 | carry
            carry = top
        }
        reduce(carry: carry)
    }

    static func + (left: Scalar, right: Scalar) -> Scalar {
        var sum = left
        var carry: UInt64 = 0
        for index in 0..<4 {
            let (partial, first) = left.words[index].addingReportingOverflow(right.words[index])
            let (result, second) = partial.addingReportingOverflow(carry)
            sum.words[index] = result
            carry = first || second ? 1 : 0
        }
        sum.reduce(carry: carry)
        return sum
    }

    static func * (left: Scalar, right: Scalar) -> Scalar {
        var product = [UInt64](repeating: 0, count: 8)
        for (row, factor) in left.words.enumerated() {
            var carry: UInt64 = 0
            for (column, other) in right.words.enumerated() {
                let (high, low) = factor.multipliedFullWidth(by: other)
                let (partial, first) = product[row + column].addingReportingOverflow(low)
                let (result, second) = partial.addingReportingOverflow(carry)
                product[row + column] = result
                carry = high + (first ? 1 : 0) + (second ? 1 : 0)
            }
            product[row + 4] = carry
        }
        var result = Scalar(words: [0, 0, 0, 0])
        for word in product.reversed() {
            for shift in (0..<64).reversed() {
                result.double(adding: word >> UInt64(shift) & 1)
            }
        }
        return result
    }

    /// The inverse, by Fermat's little theorem.
    var inverse: Scalar {
        var result = Self.one
        for word in Self.orderMinusTwo.words.reversed() {
            for shift in (0..<64).reversed() {
                result = result * result
                if word >> UInt64(shift) & 1 == 1 { result = result * self }
            }
        }
        return result
    }
}
