import Foundation

/// JSON as it was written, whatever it means.
enum JSONTree: Hashable, Codable {
    case null
    case flag(Bool)
    case number(Decimal)
    case text(String)
    indirect case list([JSONTree])
    indirect case object([String: JSONTree])

    /// A value as its file would say it.
    init(_ value: some Encodable) throws {
        self = try JSONDecoder().decode(JSONTree.self, from: try JSONEncoder().encode(value))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Decimal.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([JSONTree].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list)
        case .object(let members): try container.encode(members)
        }
    }

    /// A member of an object; `nil` where this is none, or has no such member.
    subscript(member: String) -> JSONTree? {
        get {
            guard case .object(let members) = self else { return nil }
            return members[member]
        }
        set {
            guard case .object(var members) = self else { return }
            members[member] = newValue
            self = .object(members)
        }
    }

    /// The elements of a list; none of anything else.
    var elements: [JSONTree] {
        get {
            guard case .list(let elements) = self else { return [] }
            return elements
        }
        set { self = .list(newValue) }
    }

    /// What an element of a list is called in a definition's file.
    var name: String? {
        for member in ["name", "code", "item"] {
            if case .text(let name) = self[member] { return name }
        }
        return nil
    }
}
