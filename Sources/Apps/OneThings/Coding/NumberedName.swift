/// An enumeration that is a number on the ledger and its case's name in JSON.
public protocol NumberedName: RawRepresentable, CaseIterable, Hashable, Sendable, Codable
where RawValue == Int64 {}

extension NumberedName {
    /// The case's name, as the source spells it.
    public init?(name: String) {
        guard let value = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = value
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let value = Self(name: name) else {
            let names = Self.allCases.map { "\($0)" }.joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(name)' is not known here: it is one of \(names)")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode("\(self)")
    }
}
