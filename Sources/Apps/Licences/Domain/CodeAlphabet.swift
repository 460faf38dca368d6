/// The characters that a code may consist of.
struct CodeAlphabet {
    static let digits = CodeAlphabet("0123456789", name: "a digit")
    static let digitsAndLetters = CodeAlphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", name: "one of 0-9 and A-Z")
    /// GB 32100-2015, section 5: the letters without I, O, S, V and Z.
    static let creditCode = CodeAlphabet(
        "0123456789ABCDEFGHJKLMNPQRTUWXY", name: "one of 0-9 and A-Z without I, O, S, V and Z"
    )

    /// What consortia make codes of.
    static let capitals = CodeAlphabet(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_", name: "one of 0-9, A-Z, '-' and '_'"
    )
    /// What systems are named with.
    static let names = CodeAlphabet("0123456789abcdefghijklmnopqrstuvwxyz-", name: "one of 0-9, a-z and '-'")

    /// The characters in the order of their values.
    let characters: [UInt8]
    private let name: String
    private let values: [Int?]

    private init(_ characters: String, name: String) {
        self.characters = Array(characters.utf8)
        self.name = name
        var values = [Int?](repeating: nil, count: 256)
        for (value, character) in self.characters.enumerated() { values[Int(character)] = value }
        self.values = values
    }

    /// The value of `character`; `nil` where the alphabet does not have it.
    func value(of character: UInt8) -> Int? { values[Int(character)] }

    /// The values of `text`'s characters.
    /// - Throws: ``LicenceError`` with code `wrongLength` or `wrongCharacter`, saying which character.
    func values(
        of text: some StringProtocol, count: ClosedRange<Int>, as name: String, from first: Int = 1
    ) throws(LicenceError) -> [Int] {
        if let values = asciiValues(of: text, count: count) { return values }
        // Counting the characters of a hostile text costs as much as the text is long; bytes bound it first.
        guard text.utf8.count <= count.upperBound * 4, count.contains(text.unicodeScalars.count) else {
            let wanted =
                count.lowerBound == count.upperBound
                ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw LicenceError(
                .wrongLength, "\(name) has \(text.utf8.count) bytes where \(wanted) characters are expected",
                found: "\(text.utf8.count)", expected: wanted
            )
        }
        var result: [Int] = []
        result.reserveCapacity(text.utf8.count)
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            guard scalar.isASCII, let value = value(of: UInt8(truncatingIfNeeded: scalar.value)) else {
                throw wrongCharacter(scalar, at: first + offset, of: name)
            }
            result.append(value)
        }
        return result
    }

    /// The values where all is well, which is nearly always; `nil` leaves it to the slow way to say what is wrong.
    private func asciiValues(of text: some StringProtocol, count: ClosedRange<Int>) -> [Int]? {
        guard count.contains(text.utf8.count) else { return nil }
        var result: [Int] = []
        result.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            // No byte of a longer character is in an alphabet: all of those are above 127.
            guard let value = value(of: byte) else { return nil }
            result.append(value)
        }
        return result
    }

    private func wrongCharacter(_ scalar: Unicode.Scalar, at position: Int, of name: String) -> LicenceError {
        LicenceError(
            .wrongCharacter, "\(name): character '\(scalar)' at position \(position) should be \(self.name)",
            position: position, found: String(scalar), expected: self.name
        )
    }

    /// The character of a value that this alphabet is known to have.
    func character(of value: Int) -> Character {
        Character(Unicode.Scalar(characters[value]))
    }
}
