import Formats
import Identity
import Licences

// Members of a body as values of the domain. That a member is there where it has to be, and looks as it should, the
// body's schema has seen to; what is said here is said where a value breaks a rule that no schema can state.
extension JSONValue {
    /// A text that has to be there.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func text(_ name: String) throws(Problem) -> String {
        guard let text = self[name]?.string else { throw Self.missing(name) }
        return text
    }

    /// A value of the domain that has to be there.
    /// - Throws: ``Problem`` with code `invalidValue`, or `LicenceError`.
    func value<Value: DomainText>(_ name: String, as _: Value.Type = Value.self) throws -> Value {
        try Value(try text(name))
    }

    /// A value of the domain that may be missing.
    /// - Throws: `LicenceError`.
    func optional<Value: DomainText>(_ name: String, as _: Value.Type = Value.self) throws -> Value? {
        try self[name]?.string.map { try Value($0) }
    }

    /// A word of an enumeration that has to be there.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func word<Word: CaseIterable>(_ name: String, as _: Word.Type = Word.self) throws(Problem) -> Word {
        guard let word: Word = word(name) else { throw Self.missing(name) }
        return word
    }

    /// A word of an enumeration that may be missing.
    func word<Word: CaseIterable>(_ name: String) -> Word? {
        guard let text = self[name]?.string else { return nil }
        return Word.allCases.first { "\($0)" == text }
    }

    /// Words of an enumeration.
    func words<Word: CaseIterable>(_ name: String) -> [Word] {
        (self[name]?.array ?? []).compactMap { element in Word.allCases.first { "\($0)" == element.string } }
    }

    func columns(_ name: String) -> [LicenceColumn] {
        (self[name]?.array ?? []).compactMap { $0.string.flatMap(LicenceColumn.init) }
    }

    /// A digest that may be missing.
    func digest(_ name: String) -> Digest? { self[name]?.string.flatMap { Digest(hexadecimal: $0) } }

    /// A digest that has to be there.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func requiredDigest(_ name: String) throws(Problem) -> Digest {
        guard let digest = digest(name) else { throw Self.missing(name) }
        return digest
    }

    /// The name of a record that may be missing.
    func record<Identifier: RecordIdentifier>(_ name: String, as _: Identifier.Type = Identifier.self) -> Identifier? {
        digest(name).map { Identifier($0) }
    }

    /// A label that has to be there.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func label(_ name: String) throws(Problem) -> Label {
        guard let label = self[name]?.string.flatMap({ Label($0) }) else { throw Self.missing(name) }
        return label
    }

    /// A label that may be missing.
    func optionalLabel(_ name: String) -> Label? { self[name]?.string.flatMap { Label($0) } }

    func labels(_ name: String) -> [Label] { (self[name]?.array ?? []).compactMap { $0.string.flatMap { Label($0) } } }

    /// Bytes in base64 that may be missing.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func optionalBytes(_ name: String) throws(Problem) -> [UInt8]? {
        guard let text = self[name]?.string else { return nil }
        guard let bytes = Base64.decode(text) else { throw Self.malformed(name) }
        return bytes
    }

    /// Bytes in base64 that have to be there.
    /// - Throws: ``Problem`` with code `invalidValue`.
    func bytes(_ name: String) throws(Problem) -> [UInt8] {
        guard let bytes = try optionalBytes(name) else { throw Self.missing(name) }
        return bytes
    }

    /// A structure in DER and base64 that may be missing.
    /// - Throws: ``Problem`` with code `invalidValue`, or `FormatError`.
    func optionalStructure<Value: DERSequence>(
        _ name: String, limit: Int, as _: Value.Type = Value.self
    ) throws -> Value? {
        try optionalBytes(name).map { try Value(derBytes: $0, limit: limit) }
    }

    private static func missing(_ name: String) -> Problem { Problem(.invalidValue, "/\(name): is missing") }

    private static func malformed(_ name: String) -> Problem {
        Problem(.invalidValue, "/\(name): has to be \(StringFormat.base64.meaning)")
    }
}

extension OperationCall {
    /// The name of a record in the path.
    /// - Throws: ``Problem`` with code `invalidParameter`.
    func record<Identifier: RecordIdentifier>(
        _ name: String, as _: Identifier.Type = Identifier.self
    ) throws(Problem)
        -> Identifier
    {
        guard let identifier = text(name).flatMap({ Digest(hexadecimal: $0) }) else {
            throw Problem(.invalidParameter, "\(name): has to be \(StringFormat.digest.meaning)")
        }
        return Identifier(identifier)
    }

    /// A label in path or query.
    func label(_ name: String) -> Label? { text(name).flatMap { Label($0) } }

    /// A word of an enumeration in path or query.
    func word<Word: CaseIterable>(_ name: String) -> Word? {
        text(name).flatMap { text in Word.allCases.first { "\($0)" == text } }
    }
}
