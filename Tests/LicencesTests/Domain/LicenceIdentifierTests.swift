import Foundation
import Licences
import Testing

@Suite struct LicenceIdentifierTests {
    static let root = "1.2.156.3005.2."

    /// Three from public systems of three provinces, one synthetic.
    static let sound = [
        "11100000000013338W032.11220000013544541J.2430599.001.F",
        "11100000000013338W009.11330105002500287C.2025052201.002.0",
        "11100000000013338W011.11430000006122244L.20230000403.001.U",
        "11100000MB0143028R001.11650000MB1A0001XQ.20261120000001.001.E",
    ]

    static let regionAsIssuer = root + "11100000MB03271699022.340100.000000016.001.9"
    static let secondVariant =
        root + "11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M"

    @Test(arguments: sound) func readsAndPrintsIdentifiersInRealUse(_ text: String) throws {
        let identifier = try LicenceIdentifier(Self.root + text)
        let parts = text.split(separator: ".").map(String.init)
        #expect(identifier.typeCode.text == parts[0])
        #expect(identifier.issuerCode.text == parts[1])
        #expect(identifier.serial.text == parts[2])
        #expect(identifier.version.text == parts[3])
        #expect(String(identifier.check) == parts[4])
        #expect(identifier.text == Self.root + text)
        #expect(try LicenceIdentifier.importing(Self.root + text).warnings.isEmpty)
    }

    @Test(arguments: sound) func computesTheCheckCharacterOfIdentifiersInRealUse(_ text: String) throws {
        let identifier = try LicenceIdentifier(Self.root + text)
        guard case .organisation(let issuer) = identifier.issuerCode else { throw LicenceError(.wrongStructure, text) }
        let computed = LicenceIdentifier(
            typeCode: identifier.typeCode, issuerCode: issuer, serial: identifier.serial, version: identifier.version
        )
        #expect(computed == identifier)
    }

    @Test func refusesARegionInTheIssuersPlaceOnIssueAndWarnsOnImport() throws {
        #expect(
            error { () throws(LicenceError) in try LicenceIdentifier(Self.regionAsIssuer) }?.code == .regionAsIssuer)
        let imported = try LicenceIdentifier.importing(Self.regionAsIssuer)
        #expect(imported.warnings.map(\.code) == [.regionAsIssuer])
        #expect(imported.value.issuerCode.text == "340100")
        #expect(imported.value.text == Self.regionAsIssuer)
    }

    @Test func refusesTheSecondCheckVariantOnIssueAndWarnsOnImport() throws {
        let refusal = error { () throws(LicenceError) in try LicenceIdentifier(Self.secondVariant) }
        #expect(refusal?.code == .secondCheckVariant)
        let imported = try LicenceIdentifier.importing(Self.secondVariant)
        #expect(imported.warnings.count == 1)
        let variant = imported.warnings.first
        #expect(variant?.code == .secondCheckVariant)
        #expect(variant?.message.contains("check character 'M' should be 'D'") == true)
        #expect(imported.value.text == Self.secondVariant)
    }

    @Test func acceptsTheStandardCheckCharacterOfTheSecondVariantsIdentifier() throws {
        let standard = String(Self.secondVariant.dropLast()) + "D"
        #expect(try LicenceIdentifier(standard).check == "D")
    }

    @Test func saysWhichCheckCharacterShouldStandThere() {
        let refusal = error { () throws(LicenceError) in
            try LicenceIdentifier(Self.root + "\(Self.sound[3].dropLast())X")
        }
        #expect(refusal?.code == .wrongCheckCharacter)
        #expect(refusal?.message.contains("check character 'X' should be 'E'") == true)
        #expect(refusal?.found == "X")
        #expect(refusal?.expected == "E")
    }

    @Test func importRefusesACheckCharacterOfNeitherVariant() {
        let refusal = error { () throws(LicenceError) in
            try LicenceIdentifier.importing(Self.root + "\(Self.sound[3].dropLast())X")
        }
        #expect(refusal?.code == .wrongCheckCharacter)
    }

    @Test(arguments: [
        ("", LicenceError.Code.wrongStructure, "does not begin with"),
        ("1.2.840.3005.2.x", .wrongStructure, "does not begin with"),
        (root + "a.b.c", .wrongStructure, "3 parts"),
        (root + sound[3] + ".E", .wrongStructure, "6 parts"),
        (root + sound[3].replacing("MB0143028R001", with: "MB0143028R01"), .wrongLength, "type code"),
        (root + sound[3].replacing("XQ", with: "X"), .wrongLength, "17 bytes"),
        (root + sound[3].replacing("MB1A", with: "MI1A"), .wrongCharacter, "'I' at position 10"),
        (root + sound[3].replacing(".20261120000001.", with: ".."), .wrongLength, "serial"),
        (root + sound[3].replacing("20261120000001", with: "2026112000000a"), .wrongCharacter, "'a' at position 14"),
        (root + sound[3].replacing("20261120000001", with: "2026112000000１"), .wrongCharacter, "'１' at position 14"),
        (root + sound[3].replacing(".001.", with: ".000."), .outOfRange, "version 000"),
        (root + sound[3].replacing(".001.", with: ".1."), .wrongLength, "version"),
        (root + sound[3] + "E", .wrongLength, "check character"),
        (
            root + sound[3].replacing("20261120000001", with: String(repeating: "7", count: 66)), .wrongLength,
            "serial has 66"
        ),
        (String(repeating: "1.", count: 100_000), .wrongLength, "at most 126"),
    ])
    func saysWhichPartIsWrong(_ text: String, _ code: LicenceError.Code, _ words: String) {
        let refusal = error { () throws(LicenceError) in try LicenceIdentifier(text) }
        #expect(refusal?.code == code)
        #expect(refusal?.message.contains(words) == true, "\(refusal?.message ?? "")")
    }

    @Test func serialsHaveOneToSixtyFourCharacters() throws {
        let issuer = try UnifiedSocialCreditCode("11650000MB1A0001XQ")
        let type = try LicenceTypeCode("11100000MB0143028R001")
        for count in [1, 64] {
            let serial = try LicenceSerial(String(repeating: "Z", count: count))
            let made = LicenceIdentifier(typeCode: type, issuerCode: issuer, serial: serial, version: .first)
            #expect(try LicenceIdentifier(made.text) == made)
            #expect(made.text.utf8.count <= LicenceIdentifier.maximumByteCount)
        }
        #expect(throws: LicenceError(.wrongLength, "")) { try LicenceSerial(String(repeating: "Z", count: 65)) }
    }

    /// The fast way takes nothing that the careful one refuses or warns of, and what it takes is the same value.
    @Test(arguments: [11, 12, 13, 14])
    func theFastWayIsTheCarefulOne(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabc.-_ \u{661}\u{FF11}证\0")
        var takenCount = 0
        for _ in 0..<1_000 {
            var characters = Array(Self.root + Self.sound[Int.random(in: 0..<Self.sound.count, using: &generator)])
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let position = Int.random(in: 0..<characters.count, using: &generator)
                let character = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: characters.remove(at: position)
                case 1: characters.insert(character, at: position)
                case 2: characters.swapAt(position, Int.random(in: 0..<characters.count, using: &generator))
                default: characters[position] = character
                }
            }
            // Nearly every change breaks the check character first: set right, it lets the other faults be seen.
            if Bool.random(using: &generator) { characters = Self.withRightCheck(characters) }
            let text = String(characters)
            takenCount += expectSameReading(of: text) ? 1 : 0
        }
        #expect((125..<875).contains(takenCount), "\(takenCount)")
    }

    /// With the check character that belongs to what stands before the last dot.
    private static func withRightCheck(_ characters: [Character]) -> [Character] {
        let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        var product = 36
        for character in characters.dropLast(2).dropFirst(root.count) {
            guard let value = letters.firstIndex(of: character) else { continue }
            let sum = (product + value) % 36
            product = (sum == 0 ? 36 : sum) * 2 % 37
        }
        return characters.dropLast() + [letters[(37 - product) % 36]]
    }

    /// - Returns: whether the text is an identifier.
    private func expectSameReading(of text: String) -> Bool {
        var (findings, carefulFindings): ([LicenceError], [LicenceError]) = ([], [])
        let fast = Result { try LicenceIdentifier.read(text, findings: &findings) }
        let careful = Result { try LicenceIdentifier.readParts(text, findings: &carefulFindings) }
        let isSame =
            switch (fast, careful) {
            case (.success(let fast), .success(let careful)):
                fast == careful && fast.text == careful.text && fast.check == careful.check
                    && fast.version == careful.version && fast.serial == careful.serial
            case (.failure(let fast), .failure(let careful)): "\(fast)" == "\(careful)"
            default: false
            }
        // An expectation for each of the texts would take longer than reading them.
        if !isSame || findings != carefulFindings {
            Issue.record("'\(text)': \(fast) \(findings), \(careful) \(carefulFindings)")
        }
        if case .success = careful { return true }
        return false
    }

    @Test func countsVersionsUpToTheLast() throws {
        let identifier = try LicenceIdentifier(Self.root + Self.sound[3])
        let next = try #require(identifier.nextVersion)
        #expect(next.version.text == "002")
        #expect(next.isSameLicence(as: identifier))
        #expect(next != identifier)
        #expect(try LicenceIdentifier(next.text) == next)
        #expect(try LicenceVersion("999").next == nil)
    }

    @Test func codingKeepsWhatWasImported() throws {
        for text in [Self.root + Self.sound[0], Self.secondVariant, Self.regionAsIssuer] {
            let identifier = try LicenceIdentifier.importing(text).value
            let data = try JSONEncoder().encode([identifier])
            #expect(try JSONDecoder().decode([LicenceIdentifier].self, from: data) == [identifier])
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([LicenceIdentifier].self, from: Data(#"["1.2.156.3005.2.x"]"#.utf8))
        }
    }
}

/// What ISO 7064 promises of MOD 37,36, shown on identifiers of random serials.
@Suite struct CheckCharacterPromiseTests {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    private static func identifier(_ serial: String) throws -> LicenceIdentifier {
        LicenceIdentifier(
            typeCode: try LicenceTypeCode("11100000MB0143028R001"),
            issuerCode: try UnifiedSocialCreditCode("11650000MB1A0001XQ"),
            serial: try LicenceSerial(serial), version: .first
        )
    }

    /// Changes of the serial leave every other part sound, so that only the check character can object.
    @Test(arguments: [1, 2, 3]) func detectsEverySubstitutionOfOneCharacter(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for length in [1, 14, 20, 32, 64] {
            let serial = generator.characters(length)
            let sound = try Self.identifier(serial)
            for position in serial.indices {
                for character in Self.alphabet where character != serial[position] {
                    let changed = serial.replacingCharacters(in: position...position, with: String(character))
                    let text = sound.text.replacing(".\(serial).", with: ".\(changed).")
                    let refusal = #expect(throws: LicenceError.self, "seed \(seed)") { try LicenceIdentifier(text) }
                    let isOfTheCheck = refusal?.code == .wrongCheckCharacter || refusal?.code == .secondCheckVariant
                    #expect(isOfTheCheck, "seed \(seed): \(text)")
                }
            }
            for character in Self.alphabet where character != sound.check {
                #expect(throws: LicenceError.self) { try LicenceIdentifier("\(sound.text.dropLast())\(character)") }
            }
        }
    }

    /// Exchanges of two neighbours are not all detected: for each of the 36 states that the characters before them can
    /// leave, exactly one pair slips through (36 of 22,680).
    @Test(arguments: [4, 5]) func detectsAllButFewExchangesOfNeighbours(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var exchanged = 0
        var missed = 0
        for _ in 0..<100 {
            let serial = Array(generator.characters(20))
            let sound = try Self.identifier(String(serial))
            for position in 0..<19 where serial[position] != serial[position + 1] {
                var changed = serial
                changed.swapAt(position, position + 1)
                let text = sound.text.replacing(".\(String(serial)).", with: ".\(String(changed)).")
                exchanged += 1
                if (try? LicenceIdentifier(text)) != nil { missed += 1 }
            }
        }
        #expect(Double(missed) / Double(exchanged) < 0.006, "seed \(seed): \(missed) of \(exchanged)")
    }

    /// Prefixes run through the 36 states, so that every exchange that slips through is met, and no other.
    @Test func missesExactlyOneExchangeInEveryState() throws {
        var missed: Set<String> = []
        for prefix in Self.alphabet {
            for (index, left) in Self.alphabet.enumerated() {
                for right in Self.alphabet[(index + 1)...] {
                    let one = try Self.identifier("\(prefix)\(left)\(right)")
                    let other = try Self.identifier("\(prefix)\(right)\(left)")
                    if one.check == other.check { missed.insert("\(prefix)\(left)\(right)") }
                }
            }
        }
        #expect(missed.count == 36)
        #expect(Set(missed.map(\.first)).count == 36)
    }
}
