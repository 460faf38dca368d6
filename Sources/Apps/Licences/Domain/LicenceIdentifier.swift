/// The identifier of one version of a licence (证照标识, GB/T 36904):
/// `1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check character>`.
///
/// ``init(_:)`` reads by the standard, as an issuing department must. ``importing(_:)`` also accepts, with a warning,
/// a check character computed the second known way and a region in the issuer's place: both stand in real licences.
public struct LicenceIdentifier: DomainText {
    /// The object identifier of all licences.
    public static let root = "1.2.156.3005.2"

    public let typeCode: LicenceTypeCode
    public let issuerCode: LicenceIssuerCode
    public let serial: LicenceSerial
    public let version: LicenceVersion
    /// The check character as it is written.
    public let check: Character
    /// The identifier as it is written; put together once, because keys, pointers and records are made of it.
    public let text: String

    /// The identifier of these parts, with the check character of the standard.
    public init(
        typeCode: LicenceTypeCode, issuerCode: UnifiedSocialCreditCode, serial: LicenceSerial, version: LicenceVersion
    ) {
        self.init(typeCode: typeCode, issuerCode: .organisation(issuerCode), serial: serial, version: version)
    }

    private init(
        typeCode: LicenceTypeCode, issuerCode: LicenceIssuerCode, serial: LicenceSerial, version: LicenceVersion,
        check: Character? = nil
    ) {
        self.typeCode = typeCode
        self.issuerCode = issuerCode
        self.serial = serial
        self.version = version
        let parts = [typeCode.text, issuerCode.text, serial.text, version.text]
        let check = check ?? Self.character(of: CheckCharacters.mod37And36(Self.values(parts)))
        self.check = check
        text = "\(Self.root).\(parts[0]).\(parts[1]).\(parts[2]).\(parts[3]).\(check)"
    }

    private init(
        typeCode: LicenceTypeCode, issuerCode: LicenceIssuerCode, serial: LicenceSerial, version: LicenceVersion,
        check: Character, text: String
    ) {
        (self.typeCode, self.issuerCode, self.serial, self.version) = (typeCode, issuerCode, serial, version)
        (self.check, self.text) = (check, text)
    }

    /// The identifier of the licence's next version; `nil` after version 999.
    public var nextVersion: LicenceIdentifier? {
        version.next.map { LicenceIdentifier(typeCode: typeCode, issuerCode: issuerCode, serial: serial, version: $0) }
    }

    /// Whether both name versions of the same licence.
    public func isSameLicence(as other: LicenceIdentifier) -> Bool {
        typeCode == other.typeCode && issuerCode == other.issuerCode && serial == other.serial
    }
}

extension LicenceIdentifier {
    /// No identifier is longer: root, 21, 18, 64, 3 and 1 characters with their dots.
    public static let maximumByteCount = 126

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> LicenceIdentifier {
        // Nearly all are by the letter, and nodes read each a dozen times.
        if let identifier = text.utf8.withContiguousStorageIfAvailable({ sound($0, text) }) ?? nil { return identifier }
        return try readParts(text, findings: &findings)
    }

    /// The identifier of bytes that are by the letter; `nil` leaves it to ``readParts(_:findings:)`` to say what is
    /// wrong with them. Every part but the serial number has its place.
    private static func sound(_ bytes: UnsafeBufferPointer<UInt8>, _ text: String) -> LicenceIdentifier? {
        let prefix = root.utf8.count + 1
        let (issuer, serial) = (prefix + 22, prefix + 41)
        let end = bytes.count - 6
        guard bytes.count <= maximumByteCount, LicenceSerial.characterCounts.contains(end - serial),
            bytes.starts(with: "\(root).".utf8)
        else { return nil }
        let dot = UInt8(ascii: ".")
        guard [issuer - 1, serial - 1, end, end + 4].allSatisfy({ bytes[$0] == dot }),
            UnifiedSocialCreditCode.isSound(bytes[prefix..<prefix + 18]),
            UnifiedSocialCreditCode.isSound(bytes[issuer..<issuer + 18])
        else { return nil }
        let (digits, alphabet) = (CodeAlphabet.digits, CodeAlphabet.digitsAndLetters)
        func areDigits(_ range: Range<Int>) -> Bool { range.allSatisfy { digits.value(of: bytes[$0]) != nil } }
        guard areDigits(prefix + 18..<issuer - 1), areDigits(end + 1..<end + 4),
            !bytes[end + 1..<end + 4].allSatisfy({ $0 == UInt8(ascii: "0") })
        else { return nil }
        var check = CheckCharacters.Mod37And36()
        for position in prefix..<end + 4 where bytes[position] != dot {
            guard let value = alphabet.value(of: bytes[position]) else { return nil }
            check.add(value)
        }
        // A dot within the serial number would have been passed over.
        guard alphabet.value(of: bytes[end + 5]) == check.value, !bytes[serial..<end].contains(dot) else { return nil }
        return LicenceIdentifier(
            typeCode: LicenceTypeCode(sound: bytes[prefix..<issuer - 1]),
            issuerCode: .organisation(UnifiedSocialCreditCode(sound: bytes[issuer..<serial - 1])),
            serial: LicenceSerial(sound: bytes[serial..<end]), version: LicenceVersion(sound: bytes[end + 1..<end + 4]),
            check: Character(Unicode.Scalar(bytes[end + 5])), text: text)
    }

    /// Reads part by part, so that an error can name the one that is wrong.
    package static func readParts(
        _ text: String, findings: inout [LicenceError]
    ) throws(LicenceError) -> LicenceIdentifier {
        let parts = try parts(of: text)
        var own: [LicenceError] = []
        do {
            let identifier = LicenceIdentifier(
                typeCode: try LicenceTypeCode.read(parts[0], findings: &own),
                issuerCode: try LicenceIssuerCode.read(parts[1], findings: &own),
                serial: try LicenceSerial.read(parts[2], findings: &own),
                version: try LicenceVersion.read(parts[3], findings: &own),
                check: Character(try checkCharacter(parts[4]))
            )
            try identifier.verifyCheck(of: parts, &own)
            findings += own.map { $0.within(name) }
            return identifier
        } catch {
            throw error.within(name)
        }
    }

    private static let name = "licence identifier"

    private static func parts(of text: String) throws(LicenceError) -> [String] {
        // Four times as much is still taken apart, so that the error can name the part that is too long.
        guard text.utf8.count <= 4 * maximumByteCount else {
            throw LicenceError(
                .wrongLength, "\(name) has \(text.utf8.count) bytes where at most \(maximumByteCount) are expected",
                found: "\(text.utf8.count)", expected: "at most \(maximumByteCount)"
            )
        }
        guard text.utf8.starts(with: "\(root).".utf8) else {
            throw LicenceError(
                .wrongStructure, "\(name) does not begin with '\(root).'",
                position: 1, found: String(text.prefix(15)), expected: "\(root)."
            )
        }
        let parts = text.utf8.dropFirst(root.utf8.count + 1).split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 5 else {
            throw LicenceError(
                .wrongStructure,
                "\(name) has \(parts.count) parts after '\(root).' where 5 are expected: "
                    + "type, issuer, serial, version, check character",
                found: "\(parts.count)", expected: "5"
            )
        }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func checkCharacter(_ text: String) throws(LicenceError) -> String {
        _ = try CodeAlphabet.digitsAndLetters.values(of: text, count: 1...1, as: "check character")
        return text
    }

    private func verifyCheck(of parts: [String], _ findings: inout [LicenceError]) throws(LicenceError) {
        let values = Self.values(parts.dropLast())
        let expected = Self.character(of: CheckCharacters.mod37And36(values))
        guard check != expected else { return }
        let isSecondVariant = check == Self.character(of: CheckCharacters.secondVariant(values))
        let error = LicenceError(
            isSecondVariant ? .secondCheckVariant : .wrongCheckCharacter,
            "check character '\(check)' should be '\(expected)'"
                + (isSecondVariant ? "; '\(check)' is what a known deviating implementation computes" : ""),
            found: String(check), expected: String(expected)
        )
        guard isSecondVariant else { throw error }
        findings.append(error)
    }

    /// The values of the characters of type, issuer, serial and version, over which the check character is computed.
    private static func values(_ parts: some Sequence<String>) -> [Int] {
        var values: [Int] = []
        values.reserveCapacity(maximumByteCount)
        for part in parts {
            for byte in part.utf8 {
                if let value = CodeAlphabet.digitsAndLetters.value(of: byte) { values.append(value) }
            }
        }
        return values
    }

    private static func character(of value: Int) -> Character {
        CodeAlphabet.digitsAndLetters.character(of: value)
    }
}
