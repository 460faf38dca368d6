/// The check characters of the national codes, each computed over the values of the characters before it.
package enum CheckCharacters {
    /// ISO 7064 MOD 37,36 (hybrid system, section 9), as GB/T 36904 uses it. Values are those of 0-9 and A-Z.
    ///
    /// It detects every wrong single character. Of the exchanges of two neighbours it misses 36 in 22,680.
    static func mod37And36(_ values: some Sequence<Int>) -> Int {
        var check = Mod37And36()
        for value in values { check.add(value) }
        return check.value
    }

    /// The same, value by value.
    struct Mod37And36 {
        private var product = 36

        mutating func add(_ value: Int) {
            let sum = (product + value) % 36
            product = (sum == 0 ? 36 : sum) * 2 % 37
        }

        var value: Int { (37 - product) % 36 }
    }

    /// The same as the character that stands for it, 0-9 and A-Z.
    package static func mod37And36Character(_ values: some Sequence<Int>) -> Character {
        CodeAlphabet.digitsAndLetters.character(of: mod37And36(values))
    }

    /// The way that a widespread implementation computes it instead: letters count one more (A is 11, Z is 36), sums
    /// with a letter are first reduced by 37, and the result lies one lower. Real licences carry it.
    static func secondVariant(_ values: [Int]) -> Int {
        var product = 36
        for value in values {
            let isLetter = value > 9
            var sum = product + value + (isLetter ? 1 : 0)
            if isLetter, sum > 37 { sum %= 37 }
            sum %= 36
            product = (sum == 0 ? 36 : sum) * 2 % 37
        }
        return 36 - product
    }

    /// GB 32100-2015: weights are the powers of 3 modulo 31, over the first 17 characters.
    static func creditCode(_ values: some Sequence<Int>) -> Int {
        var weight = 1
        var sum = 0
        for value in values {
            sum += value * weight
            weight = weight * 3 % 31
        }
        return (31 - sum % 31) % 31
    }

    static let organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]

    /// GB 11714-1997 over the eight characters of an organisation's code; 10 is written as `X`.
    static func organisationCode(_ values: some Sequence<Int>) -> Int {
        let sum = zip(values, organisationWeights).reduce(0) { $0 + $1.0 * $1.1 }
        return (11 - sum % 11) % 11
    }

    /// GB 11643-1999 (ISO 7064 MOD 11-2) over the first 17 digits; 10 is written as `X`.
    static func identityNumber(_ values: some Sequence<Int>) -> Int {
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 }
        return (12 - sum % 11) % 11
    }
}
