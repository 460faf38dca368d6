/// The version of a licence (版本号, GB/T 36904), from 001 to 999: each change or renewal counts one up.
public struct LicenceVersion: DomainText {
    public static let first = LicenceVersion(number: 1)

    public let number: Int

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> LicenceVersion {
        let digits = try CodeAlphabet.digits.values(of: text, count: 3...3, as: "version")
        let number = digits.reduce(0) { $0 * 10 + $1 }
        guard number > 0 else {
            throw LicenceError(.outOfRange, "version 000 does not exist", found: text, expected: "001 to 999")
        }
        return LicenceVersion(number: number)
    }

    private init(number: Int) { self.number = number }

    /// The version of three digits, which are not all zero.
    init(sound digits: some Collection<UInt8>) {
        number = digits.reduce(0) { $0 * 10 + Int($1) - Int(UInt8(ascii: "0")) }
    }

    /// The version after this one; `nil` after the last, 999.
    public var next: LicenceVersion? { number < 999 ? LicenceVersion(number: number + 1) : nil }

    public var text: String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}
