public import Identity
public import Licences

/// Which events somebody wants to hear of: those that meet every condition that there is.
public struct EventFilter: Hashable, Sendable {
    /// Most elements of each list.
    public static let maximumCount = 32
    /// Longest type, in bytes.
    public static let maximumTypeByteCount = 130

    /// Types, such as `licence.issued`, or all of a family, such as `licence.*`; any where there is none.
    public let types: [String]
    /// Licences, whatever their version; any where there is none.
    public let licences: [LicenceKey]
    /// The one-things that events belong to; any where there is none.
    public let oneThings: [OneThingCode]
    /// Departments that events concern; any where there is none. Blocks concern nobody in particular.
    public let departments: [DepartmentName]

    /// Everything.
    public static let all = EventFilter()

    private init() { (types, licences, oneThings, departments) = ([], [], [], []) }

    /// - Throws: ``EventError`` with code `wrongFilter`.
    public init(
        types: [String] = [], licences: [LicenceKey] = [], oneThings: [OneThingCode] = [],
        departments: [DepartmentName] = []
    ) throws(EventError) {
        for count in [types.count, licences.count, oneThings.count, departments.count] where count > Self.maximumCount {
            throw EventError(.wrongFilter, "a filter has at most \(Self.maximumCount) values of each kind")
        }
        for type in types where !Self.isType(type) {
            throw EventError(
                .wrongFilter,
                "a type is words of ASCII letters and digits with points between them, or such a beginning with '.*'")
        }
        (self.types, self.licences) = (types, licences)
        (self.oneThings, self.departments) = (oneThings, departments)
    }

    private static func isType(_ text: String) -> Bool {
        guard text.utf8.count <= maximumTypeByteCount else { return false }
        var words = text.split(separator: ".", omittingEmptySubsequences: false)[...]
        if words.count > 1, words.last == "*" { words.removeLast() }
        return words.allSatisfy { word in !word.isEmpty && word.utf8.allSatisfy(isTypeByte) }
    }

    /// What types are made of; names of contracts and of their events may hold anything, and become it.
    static func isTypeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether an event meets every condition.
    public func matches(_ event: FeedEvent) -> Bool {
        matches(event.type)
            && (licences.isEmpty || event.licences.contains { licences.contains($0) })
            && (oneThings.isEmpty || event.oneThing.map { oneThings.contains($0) } ?? false)
            && (departments.isEmpty || event.departments.contains { departments.contains($0) })
    }

    private func matches(_ type: EventType) -> Bool {
        types.isEmpty
            || types.contains { pattern in
                pattern.hasSuffix(".*") ? type.rawValue.hasPrefix(pattern.dropLast()) : type.rawValue == pattern
            }
    }
}

extension EventFilter: Codable {
    private enum CodingKeys: String, CodingKey {
        case types, licences, oneThings, departments
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let names = try container.decodeIfPresent([String].self, forKey: .licences) ?? []
        let licences = names.compactMap { LicenceKey(text: $0) }
        guard licences.count == names.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .licences, in: container, debugDescription: "a licence is <type>.<issuer>.<serial>")
        }
        do throws(EventError) {
            try self.init(
                types: try Self.list(.types, in: container), licences: licences,
                oneThings: try Self.list(.oneThings, in: container),
                departments: try Self.list(.departments, in: container))
        } catch {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: error.message))
        }
    }

    private static func list<Element: Decodable>(
        _ key: CodingKeys, in container: KeyedDecodingContainer<CodingKeys>
    ) throws(EventError) -> [Element] {
        do {
            return try container.decodeIfPresent([Element].self, forKey: key) ?? []
        } catch {
            throw EventError(.wrongFilter, "'\(key.rawValue)' holds something else than it should", cause: error)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !types.isEmpty { try container.encode(types, forKey: .types) }
        if !licences.isEmpty { try container.encode(licences.map(\.text), forKey: .licences) }
        if !oneThings.isEmpty { try container.encode(oneThings, forKey: .oneThings) }
        if !departments.isEmpty { try container.encode(departments, forKey: .departments) }
    }
}
