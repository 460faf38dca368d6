/// A name as a licence prints it: of the licence, its kind, its holder or its issuer.
///
/// 1 to 200 characters on one line, without control characters and without a space at either end.
public struct DisplayName: DomainText {
    /// Longer names do not occur on licences.
    public static let characterCounts = 1...200

    public let text: String

    public static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> DisplayName {
        let count = text.unicodeScalars.count
        guard characterCounts.contains(count) else {
            throw LicenceError(
                .wrongLength, "a name has 1 to \(characterCounts.upperBound) characters, this one \(count)",
                found: "\(count)", expected: "1 to \(characterCounts.upperBound)"
            )
        }
        for (offset, scalar) in text.unicodeScalars.enumerated() where isForbidden(scalar) {
            throw LicenceError(
                .controlCharacter,
                "a name is one line of visible characters; at position \(offset + 1) stands one that is not",
                position: offset + 1
            )
        }
        guard text.first?.isWhitespace == false, text.last?.isWhitespace == false else {
            throw LicenceError(.wrongCharacter, "a name has no space at either end")
        }
        return DisplayName(text: text)
    }

    private init(text: String) { self.text = text }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // Format characters reverse or hide what stands around them; a printed name has none.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
