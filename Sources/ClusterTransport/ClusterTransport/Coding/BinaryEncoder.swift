/// Encodes a `Codable` value in the format of ``BinaryTag``.
///
/// The same value gives the same bytes as long as its own `encode(to:)` does; nothing here is ordered by hashing.
/// Containers have to be written one after another, as all synthesised conformances do: going back to a container after
/// a later sibling was opened is an `EncodingError`.
public struct BinaryEncoder: Sendable {
    private let limits: CodingLimits

    public init(limits: CodingLimits = CodingLimits()) {
        self.limits = limits
    }

    /// - Throws: `EncodingError`, or what the value itself throws.
    public func encode<Value: Encodable>(_ value: Value) throws -> [UInt8] {
        let writer = BinaryWriter(limits: limits)
        try writer.writeValue(value)
        return try writer.finish()
    }
}

/// The place in the output where one value goes.
struct BinaryValueEncoder: Encoder {
    let writer: BinaryWriter
    /// Containers that were open when the value's turn came.
    let depth: Int
    /// Where the value begins in the output.
    let start: Int

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(
            BinaryKeyedEncodingContainer(writer: writer, place: writer.open(.map, at: start, depth: depth))
        )
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        BinaryUnkeyedEncodingContainer(writer: writer, place: writer.open(.array, at: start, depth: depth))
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        BinarySingleValueEncodingContainer(writer: writer, start: start)
    }
}
