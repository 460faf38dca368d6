/// A domain value that is written as text: it parses, checks and prints itself, and parsing is the only way to make
/// one.
///
/// A deviation from the standard that is known to occur in real licences is a *finding*: ``init(_:)`` refuses it,
/// ``importing(_:)`` accepts the value and hands the finding back as a warning. Every other fault is refused by both.
public protocol DomainText: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// Reads `text`, adding to `findings` what only a strict reader refuses.
    /// - Throws: ``LicenceError`` that names the part or the character that is wrong, and what was expected.
    static func read(_ text: String, findings: inout [LicenceError]) throws(LicenceError) -> Self

    /// The value as its standard spells it; reading it again gives an equal value.
    var text: String { get }
}

extension DomainText {
    /// Reads `text` by the letter of its standard.
    /// - Throws: ``LicenceError`` that names the part or the character that is wrong, and what was expected.
    public init(_ text: String) throws(LicenceError) {
        var findings: [LicenceError] = []
        let value = try Self.read(text, findings: &findings)
        if let finding = findings.first { throw finding }
        self = value
    }

    /// Reads `text` as it stands in an existing library: known deviations are accepted and named.
    /// - Throws: ``LicenceError`` for everything else.
    public static func importing(_ text: String) throws(LicenceError) -> ImportedValue<Self> {
        var findings: [LicenceError] = []
        let value = try Self.read(text, findings: &findings)
        return ImportedValue(value: value, warnings: findings)
    }

    public var description: String { text }

    /// Byte order of the text, so that it is the same on every machine.
    public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // What was judged when it came in is not judged again when it is read back.
        var findings: [LicenceError] = []
        do throws(LicenceError) {
            self = try Self.read(try Self.string(in: container), findings: &findings)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    private static func string(in container: any SingleValueDecodingContainer) throws(LicenceError) -> String {
        do {
            return try container.decode(String.self)
        } catch {
            throw LicenceError(.wrongStructure, "not a text", cause: error)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// A value from an existing library, with what a strict reader would have refused.
public struct ImportedValue<Value: Sendable>: Sendable {
    public let value: Value
    /// Deviations from the standard, in the order of the text; empty where there are none.
    public let warnings: [LicenceError]
}
