package import Licences

/// A department's library of licences that no department has issued: as many as one asks for, of 36 kinds, with valid
/// identifiers and numbers, and the same for the same seed.
///
/// Every licence is made from the seed and its own number alone, so that a library of a million is never in memory.
/// Holders are fictitious: enterprises of the region 6599, which GB/T 2260 does not have, and persons with numbers of
/// it.
package struct LibraryGenerator {
    /// The kinds: those of the registry, and fictitious ones up to 36.
    package static let kindCount = 36

    private let seed: UInt64
    private let issuer: UnifiedSocialCreditCode
    private let kinds: [(code: LicenceTypeCode, name: String)]
    private let regions: [String]

    /// - Parameters:
    ///   - seed: the same seed makes the same library.
    ///   - issuer: the code of the department whose library it is.
    package init(seed: UInt64, issuer: UnifiedSocialCreditCode) throws {
        self.seed = seed
        self.issuer = issuer
        let registry = LicenceTypeRegistry()
        var kinds = registry.codes.map { (code: $0, name: registry.title(of: $0)) }
        var number = 1
        while kinds.count < Self.kindCount {
            let digits = String(number + 900)
            kinds.append((code: try LicenceTypeCode("11100000MBDEM0015F\(digits)"), name: "示范许可证\(number)号"))
            number += 1
        }
        self.kinds = kinds
        regions = RegionCode.prefecturesOfXinjiang.keys.sorted().map { "\($0)00" }
    }

    /// The values of licence number `number`, in the order of the columns of a table.
    package func values(of number: Int) throws -> [String] {
        var random = SplitMix(seed: seed ^ UInt64(number) &* 0xd6e8_feb8_6659_fd93)
        let kind = kinds[random.below(kinds.count)]
        let issuedOn = try Self.day(2_015 + random.below(11), random.below(12), random.below(28))
        let years = [1, 3, 5, 10][random.below(4)]
        let isOpen = random.below(4) == 0
        let until = try Self.day(issuedOn.year + years, issuedOn.month - 1, issuedOn.day - 1)
        let serial = "\(issuedOn.text)\(Self.digits(number, 8))"
        let identifier = LicenceIdentifier(
            typeCode: kind.code, issuerCode: issuer, serial: try LicenceSerial(serial), version: .first)
        let isPerson = random.below(5) == 0
        let holder = isPerson ? Self.person(&random, number) : Self.enterprise(&random, number)
        return [
            identifier.text, kind.name, kind.name, isPerson ? "示范人员\(number)" : "示范企业\(number)有限公司",
            holder, isPerson ? "111" : "001", "示范区市场监督管理局", issuer.text, issuedOn.text, issuedOn.text,
            isOpen ? LicenceValidity.openEnd : until.text, regions[random.below(regions.count)], "",
        ]
    }

    /// A number of the fictitious region 659900, with its check character (GB 11643-1999).
    private static func person(_ random: inout SplitMix, _ number: Int) -> String {
        let birth = 1_950 + random.below(50)
        let date = "\(birth)\(digits(1 + random.below(12), 2))\(digits(1 + random.below(28), 2))"
        let body = "659900\(date)\(digits(number % 1_000, 3))"
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(body.utf8, weights).reduce(0) { $0 + (Int($1.0) - 48) * $1.1 }
        let checks = Array("10X98765432")
        return body + String(checks[sum % 11])
    }

    /// A code of an enterprise of the fictitious region 659900, with both check characters (GB 32100-2015).
    private static func enterprise(_ random: inout SplitMix, _ number: Int) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
        let body = "MA" + digits(number % 1_000_000, 6)
        let organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]
        // GB 11714 counts letters from 10 on.
        let sum = zip(body.utf8, organisationWeights).reduce(0) { sum, pair in
            sum + (pair.0 < 65 ? Int(pair.0) - 48 : Int(pair.0) - 55) * pair.1
        }
        let check = 11 - sum % 11
        let code = "91659900" + body + (check == 10 ? "X" : check == 11 ? "0" : String(check))
        let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
        let total = zip(code.utf8, weights).reduce(0) { total, pair in
            total + (alphabet.firstIndex(of: pair.0) ?? 0) * pair.1
        }
        let last = alphabet[(31 - total % 31) % 31]
        return code + String(decoding: [last], as: UTF8.self)
    }

    private static func day(_ year: Int, _ month: Int, _ day: Int) throws -> CalendarDate {
        try CalendarDate("\(digits(year, 4))\(digits(month + 1, 2))\(digits(day + 1, 2))")
    }

    static func digits(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}
