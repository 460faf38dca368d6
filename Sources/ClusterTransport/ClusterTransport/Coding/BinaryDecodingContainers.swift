/// The containers of ``BinaryDecoder``. The many overloads are what the standard library's protocols ask for.

struct BinaryKeyedDecodingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let map: BinaryMap

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { map.keys().compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { map.value(of: key) != nil }

    private func value(_ key: some CodingKey) throws -> BinaryValue {
        guard let value = map.value(of: key) else {
            throw DecodingError.keyNotFound(
                key,
                DecodingError.Context(codingPath: [], debugDescription: "the message lacks '\(key.stringValue)'")
            )
        }
        return value
    }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNil }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try value(key).decode(type)
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try value(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try value(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try value(key).double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try value(key).float() }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try value(key).integer(Int.self) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try value(key).integer(Int8.self) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try value(key).integer(Int16.self) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try value(key).integer(Int32.self) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try value(key).integer(Int64.self) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try value(key).integer(UInt.self) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try value(key).integer(UInt8.self) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try value(key).integer(UInt16.self) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try value(key).integer(UInt32.self) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try value(key).integer(UInt64.self) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try BinaryValueDecoder(value: try value(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try BinaryValueDecoder(value: try value(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { BinaryValueDecoder(value: try value(SuperKey())) }

    func superDecoder(forKey key: Key) throws -> any Decoder { BinaryValueDecoder(value: try value(key)) }
}

struct BinaryUnkeyedDecodingContainer: UnkeyedDecodingContainer {
    private let array: BinaryArray
    private var position: Int
    private(set) var currentIndex = 0

    init(array: BinaryArray) {
        self.array = array
        self.position = array.start
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { array.count }
    var isAtEnd: Bool { currentIndex >= array.count }

    private func peek() throws -> BinaryValue {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                Any.self,
                DecodingError.Context(codingPath: [], debugDescription: "the array ends after \(currentIndex) values")
            )
        }
        return try array.value(at: position)
    }

    private mutating func next<Value>(_ read: (BinaryValue) throws -> Value) throws -> Value {
        let value = try peek()
        let result = try read(value)
        position = value.end
        currentIndex += 1
        return result
    }

    mutating func decodeNil() throws -> Bool {
        guard try peek().isNil else { return false }
        return try next { _ in true }
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next { try $0.decode(type) } }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.bool() } }
    mutating func decode(_ type: String.Type) throws -> String { try next { try $0.string() } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.double() } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.float() } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.integer(Int.self) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.integer(Int8.self) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.integer(Int16.self) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.integer(Int32.self) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.integer(Int64.self) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.integer(UInt.self) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.integer(UInt8.self) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.integer(UInt16.self) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.integer(UInt32.self) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.integer(UInt64.self) } }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try next { try BinaryValueDecoder(value: $0).container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try BinaryValueDecoder(value: $0).unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next { BinaryValueDecoder(value: $0) } }
}

struct BinarySingleValueDecodingContainer: SingleValueDecodingContainer {
    let value: BinaryValue

    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { value.isNil }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try value.decode(type) }

    func decode(_ type: Bool.Type) throws -> Bool { try value.bool() }
    func decode(_ type: String.Type) throws -> String { try value.string() }
    func decode(_ type: Double.Type) throws -> Double { try value.double() }
    func decode(_ type: Float.Type) throws -> Float { try value.float() }
    func decode(_ type: Int.Type) throws -> Int { try value.integer(Int.self) }
    func decode(_ type: Int8.Type) throws -> Int8 { try value.integer(Int8.self) }
    func decode(_ type: Int16.Type) throws -> Int16 { try value.integer(Int16.self) }
    func decode(_ type: Int32.Type) throws -> Int32 { try value.integer(Int32.self) }
    func decode(_ type: Int64.Type) throws -> Int64 { try value.integer(Int64.self) }
    func decode(_ type: UInt.Type) throws -> UInt { try value.integer(UInt.self) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try value.integer(UInt8.self) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try value.integer(UInt16.self) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try value.integer(UInt32.self) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try value.integer(UInt64.self) }
}
