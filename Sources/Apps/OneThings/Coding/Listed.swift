/// A list that JSON leaves out where it is empty.
@propertyWrapper
public struct Listed<Element: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    public var wrappedValue: [Element]

    public init(wrappedValue: [Element]) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode([Element].self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

extension KeyedDecodingContainer {
    func decode<Element>(_: Listed<Element>.Type, forKey key: Key) throws -> Listed<Element> {
        Listed(wrappedValue: try decodeIfPresent([Element].self, forKey: key) ?? [])
    }
}

extension KeyedEncodingContainer {
    mutating func encode<Element>(_ list: Listed<Element>, forKey key: Key) throws {
        guard !list.wrappedValue.isEmpty else { return }
        try encode(list.wrappedValue, forKey: key)
    }
}

/// A mark that JSON leaves out where it is not set.
@propertyWrapper
public struct Marked: Codable, Hashable, Sendable {
    public var wrappedValue: Bool

    public init(wrappedValue: Bool) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        wrappedValue = try decoder.singleValueContainer().decode(Bool.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

extension KeyedDecodingContainer {
    func decode(_: Marked.Type, forKey key: Key) throws -> Marked {
        Marked(wrappedValue: try decodeIfPresent(Bool.self, forKey: key) ?? false)
    }
}

extension KeyedEncodingContainer {
    mutating func encode(_ mark: Marked, forKey key: Key) throws {
        guard mark.wrappedValue else { return }
        try encode(true, forKey: key)
    }
}
