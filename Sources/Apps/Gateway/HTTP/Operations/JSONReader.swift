/// Reads JSON (RFC 8259) as the gateway takes it: one value, of bounded depth, in which no object has a member twice,
/// so that nobody else can read something else in the same bytes.
package struct JSONReader {
    /// Deeper values than any body that the interface describes.
    package static let maximumDepth = 32

    /// What is wrong, and at which byte.
    package struct Failure: Error {
        package let message: String
        package let offset: Int
    }

    private let bytes: [UInt8]
    private var offset = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: ``Failure``.
    package static func value(of bytes: [UInt8]) throws(Failure) -> JSONValue {
        var reader = JSONReader(bytes)
        reader.skipSpace()
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == bytes.count else { throw reader.failure("something stands behind the value") }
        return value
    }

    private func failure(_ message: String) -> Failure { Failure(message: message, offset: offset) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { offset += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard let byte = next, byte == character.asciiValue else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth <= Self.maximumDepth else {
            throw failure("values are nested more than \(Self.maximumDepth) deep")
        }
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Failure) -> JSONValue {
        guard bytes[offset...].starts(with: word.utf8) else { throw failure("no value begins here") }
        offset += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(Failure) -> JSONValue {
        offset += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        guard !take("}") else { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a member's name is missing") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw failure("a colon is missing") }
            skipSpace()
            guard members.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
                throw failure("an object has a member twice")
            }
            skipSpace()
        } while take(",")
        guard take("}") else { throw failure("an object does not end") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(Failure) -> JSONValue {
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        guard !take("]") else { return .array(elements) }
        repeat {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw failure("an array does not end") }
        return .array(elements)
    }

    private mutating func string() throws(Failure) -> String {
        offset += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw failure("a string is no UTF-8")
                }
                return string
            case UInt8(ascii: "\\"):
                offset += 1
                try escape(into: &text)
            case 0..<0x20: throw failure("a control character stands in a string")
            default:
                text.append(byte)
                offset += 1
            }
        }
        throw failure("a string does not end")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        guard let byte = next else { throw failure("an escape does not end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"): text += try unicode()
        default: throw failure("there is no such escape")
        }
    }

    /// The scalar that one escape, or two of a surrogate pair, stand for.
    private mutating func unicode() throws(Failure) -> [UInt8] {
        let first = try codeUnit()
        var units = [first]
        if (0xd800..<0xdc00).contains(first) {
            guard take("\\"), take("u") else { throw failure("half of a surrogate pair stands alone") }
            units.append(try codeUnit())
        }
        guard let string = String(validating: units, as: UTF16.self) else {
            throw failure("half of a surrogate pair stands alone")
        }
        return Array(string.utf8)
    }

    private mutating func codeUnit() throws(Failure) -> UInt16 {
        guard offset + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16),
            bytes[offset] != UInt8(ascii: "+")
        else { throw failure("an escape has four hexadecimal digits") }
        offset += 4
        return unit
    }

    private mutating func number() throws(Failure) -> JSONValue {
        let start = offset
        let isNegative = take("-")
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[start + (isNegative ? 1 : 0)] != UInt8(ascii: "0") else {
            throw failure("no value begins here")
        }
        var isWhole = true
        if take(".") {
            guard digits() > 0 else { throw failure("a fraction has digits") }
            isWhole = false
        }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            guard digits() > 0 else { throw failure("an exponent has digits") }
            isWhole = false
        }
        guard offset - start <= 64 else { throw failure("a number has more than 64 characters") }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw failure("a number is out of range") }
        // 1.0 and 1e0 are whole numbers to JSON Schema.
        return Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        return offset - start
    }
}
