/// Decodes what ``BinaryEncoder`` made, from anybody: hostile bytes give a `DecodingError`, never a trap, and no
/// allocation that the number of bytes present does not justify.
public struct BinaryDecoder: Sendable {
    private let limits: CodingLimits

    public init(limits: CodingLimits = CodingLimits()) {
        self.limits = limits
    }

    /// Decodes one value that fills `bytes`; keys that `type` does not know are skipped.
    /// - Throws: `DecodingError`, or what the type itself throws.
    public func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let input = BinaryInput(bytes: bytes, limits: limits)
        let value = try input.value(at: 0, before: bytes.count, depth: 0)
        guard value.end == bytes.count else {
            throw BinaryInput.corrupted("\(bytes.count - value.end) bytes follow the value")
        }
        return try value.decode(type)
    }
}

/// One value of the input, from which a type decodes itself.
struct BinaryValueDecoder: Decoder {
    let value: BinaryValue

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(BinaryKeyedDecodingContainer(map: try BinaryMap(value)))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        BinaryUnkeyedDecodingContainer(array: try BinaryArray(value))
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        BinarySingleValueDecodingContainer(value: value)
    }
}
