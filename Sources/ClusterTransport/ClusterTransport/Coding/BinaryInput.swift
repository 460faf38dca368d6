import Identity

/// The bytes under a ``BinaryDecoder``, read within bounds, and the budget of values that one message may cost.
final class BinaryInput {
    let bytes: [UInt8]
    let limits: CodingLimits
    private var remainingValues: Int

    init(bytes: [UInt8], limits: CodingLimits) {
        self.bytes = bytes
        self.limits = limits
        self.remainingValues = limits.maximumValueCount
    }

    /// Reads the head of the value at `position`, which has to end before `limit`.
    func value(at position: Int, before limit: Int, depth: Int) throws -> BinaryValue {
        guard position < limit, let tag = BinaryTag(rawValue: bytes[position]) else {
            throw Self.corrupted("there is no value at byte \(position)")
        }
        var start = position + 1
        let end: Int
        switch tag {
        case .null, .no, .yes: end = start
        case .positive, .negative: (_, end) = try varint(at: start, before: limit)
        case .float: end = start + 4
        case .double: end = start + 8
        case .string, .bytes, .array, .map:
            let (length, contentStart) = try varint(at: start, before: limit)
            guard length <= UInt64(limit - contentStart) else {
                throw Self.corrupted("the value at byte \(position) claims \(length) bytes, more than there are")
            }
            start = contentStart
            end = contentStart + Int(length)
        }
        guard end <= limit else { throw Self.corrupted("the value at byte \(position) is cut off") }
        return BinaryValue(input: self, tag: tag, start: start, end: end, depth: depth)
    }

    /// Reads a LEB128 integer; returns it and the position after it.
    func varint(at position: Int, before limit: Int) throws -> (UInt64, Int) {
        var number: UInt64 = 0
        var index = position
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard index < limit else { throw Self.corrupted("an integer is cut off at byte \(index)") }
            let byte = bytes[index]
            index += 1
            let part = UInt64(byte & 0x7F)
            guard shift < 63 || part <= 1 else { break }
            number |= part << shift
            if byte & 0x80 == 0 { return (number, index) }
        }
        throw Self.corrupted("the integer at byte \(position) has more than 64 bits")
    }

    func spendValue() throws {
        remainingValues -= 1
        guard remainingValues >= 0 else {
            throw Self.corrupted("the message has more than \(limits.maximumValueCount) values")
        }
    }

    static func corrupted(_ text: String) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: text))
    }
}

/// A value of the input that was found to lie within its bounds.
struct BinaryValue {
    let input: BinaryInput
    let tag: BinaryTag
    let start: Int
    let end: Int
    let depth: Int

    var isNil: Bool { tag == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == [UInt8].self, tag == .bytes, let result = Array(input.bytes[start..<end]) as? Value { return result }
        if type == Digest.self, tag == .bytes {
            guard let digest = Digest(input.bytes[start..<end]), let result = digest as? Value else {
                throw BinaryInput.corrupted("a digest has \(Digest.byteCount) bytes, not \(end - start)")
            }
            return result
        }
        return try Value(from: BinaryValueDecoder(value: self))
    }

    func bool() throws -> Bool {
        switch tag {
        case .yes: return true
        case .no: return false
        default: throw mismatch(Bool.self)
        }
    }

    func string() throws -> String {
        guard tag == .string else { throw mismatch(String.self) }
        guard let text = String(validating: input.bytes[start..<end], as: UTF8.self) else {
            throw BinaryInput.corrupted("the string at byte \(start) is not UTF-8")
        }
        return text
    }

    func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard tag == .positive || tag == .negative else { throw mismatch(type) }
        let (magnitude, _) = try input.varint(at: start, before: end)
        let number: Number?
        if tag == .positive {
            number = Number(exactly: magnitude)
        } else {
            number = Int64(exactly: magnitude).flatMap { Number(exactly: -1 - $0) }
        }
        guard let number else { throw BinaryInput.corrupted("the integer at byte \(start) does not fit \(type)") }
        return number
    }

    func float() throws -> Float {
        guard tag == .float else { throw mismatch(Float.self) }
        return Float(bitPattern: UInt32(truncatingIfNeeded: bigEndian()))
    }

    func double() throws -> Double {
        guard tag == .double else { throw mismatch(Double.self) }
        return Double(bitPattern: bigEndian())
    }

    func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(
            type,
            DecodingError.Context(codingPath: [], debugDescription: "byte \(start): \(tag) where \(type) was expected")
        )
    }

    private func bigEndian() -> UInt64 { input.bytes[start..<end].reduce(0) { $0 << 8 | UInt64($1) } }
}
