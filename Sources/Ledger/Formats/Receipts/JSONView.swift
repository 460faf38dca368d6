import Identity

/// A structure as people and other programs read it: the names of the ASN.1 module, octets in hexadecimal, times in
/// ISO 8601. It is made from the DER and never an input of verification.
///
/// `docs/receipt-json.md` lists the fields.
public indirect enum JSONView: Encodable, Hashable, Sendable {
    case object([Field])
    case array([JSONView])
    case text(String)
    case number(Int64)

    /// A name and what it names.
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: JSONView
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let fields):
            var container = encoder.container(keyedBy: Name.self)
            for field in fields { try container.encode(field.value, forKey: Name(stringValue: field.name)) }
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .text(let text):
            var container = encoder.singleValueContainer()
            try container.encode(text)
        case .number(let number):
            var container = encoder.singleValueContainer()
            try container.encode(number)
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension JSONView: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONView)...) {
        self = .object(elements.map { Field(name: $0.0, value: $0.1) })
    }
}

extension JSONView {
    init(_ bytes: [UInt8]) { self = .text(bytes.hexadecimal) }
    init(_ digest: Digest) { self = .text(digest.description) }
    init(_ signature: Signature) { self.init(signature.bytes) }
    init(_ number: some SequenceNumber) { self.init(number.rawValue) }
    init(_ number: Int) { self = .number(Int64(number)) }
    /// Every number of a structure is below 2^63.
    init(_ number: UInt64) { self = .number(Int64(clamping: number)) }

    /// ISO 8601 in UTC, to the millisecond: `2026-11-21T08:00:00.000Z`.
    init(_ time: Timestamp) {
        let fraction = time.milliseconds % 1000
        let second = Timestamp(milliseconds: time.milliseconds - fraction).description
        let digits = "\(1000 + fraction)".dropFirst()
        self = .text("\(second.dropLast()).\(digits)Z")
    }

    /// The same name and value with others after them.
    func adding(_ fields: [Field]) -> JSONView {
        guard case .object(let own) = self else { return self }
        return .object(own + fields)
    }
}
