/// The containers of ``BinaryEncoder``. The many overloads are what the standard library's protocols ask for.

struct BinaryKeyedEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: BinaryWriter
    let place: BinaryWriter.Place

    var codingPath: [any CodingKey] { [] }

    private func begin(_ key: some CodingKey) throws {
        try writer.focus(place)
        writer.writeKey(key)
    }

    func encodeNil(forKey key: Key) throws {
        try begin(key)
        try writer.writeNil()
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try begin(key)
        try writer.writeValue(value)
    }

    func encode(_ value: Bool, forKey key: Key) throws {
        try begin(key)
        try writer.write(value)
    }

    func encode(_ value: String, forKey key: Key) throws {
        try begin(key)
        try writer.write(value)
    }

    func encode(_ value: Double, forKey key: Key) throws {
        try begin(key)
        try writer.write(value)
    }

    func encode(_ value: Float, forKey key: Key) throws {
        try begin(key)
        try writer.write(value)
    }

    func encode(_ value: Int, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: Int8, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: Int16, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: Int32, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: Int64, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt8, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt16, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt32, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt64, forKey key: Key) throws {
        try begin(key)
        try writer.writeInteger(value)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        nested(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }

    func superEncoder() -> any Encoder { nested(SuperKey()) }

    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: some CodingKey) -> BinaryValueEncoder {
        do { try begin(key) } catch { writer.report("containers must be written one after another") }
        return BinaryValueEncoder(writer: writer, depth: writer.nestedDepth(in: place), start: writer.position)
    }
}

struct BinaryUnkeyedEncodingContainer: UnkeyedEncodingContainer {
    let writer: BinaryWriter
    let place: BinaryWriter.Place
    private(set) var count = 0

    init(writer: BinaryWriter, place: BinaryWriter.Place) {
        self.writer = writer
        self.place = place
    }

    var codingPath: [any CodingKey] { [] }

    private mutating func begin() throws {
        try writer.focus(place)
        count += 1
    }

    mutating func encodeNil() throws {
        try begin()
        try writer.writeNil()
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        try begin()
        try writer.writeValue(value)
    }

    mutating func encode(_ value: Bool) throws {
        try begin()
        try writer.write(value)
    }

    mutating func encode(_ value: String) throws {
        try begin()
        try writer.write(value)
    }

    mutating func encode(_ value: Double) throws {
        try begin()
        try writer.write(value)
    }

    mutating func encode(_ value: Float) throws {
        try begin()
        try writer.write(value)
    }

    mutating func encode(_ value: Int) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: Int8) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: Int16) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: Int32) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: Int64) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: UInt) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: UInt8) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: UInt16) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: UInt32) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func encode(_ value: UInt64) throws {
        try begin()
        try writer.writeInteger(value)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        nested().container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { nested() }

    private mutating func nested() -> BinaryValueEncoder {
        do { try begin() } catch { writer.report("containers must be written one after another") }
        return BinaryValueEncoder(writer: writer, depth: writer.nestedDepth(in: place), start: writer.position)
    }
}

struct BinarySingleValueEncodingContainer: SingleValueEncodingContainer {
    let writer: BinaryWriter
    let start: Int

    var codingPath: [any CodingKey] { [] }

    private func begin() {
        if writer.position != start { writer.report("a single value was encoded twice") }
    }

    func encodeNil() throws {
        begin()
        try writer.writeNil()
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        begin()
        try writer.writeValue(value)
    }

    func encode(_ value: Bool) throws {
        begin()
        try writer.write(value)
    }

    func encode(_ value: String) throws {
        begin()
        try writer.write(value)
    }

    func encode(_ value: Double) throws {
        begin()
        try writer.write(value)
    }

    func encode(_ value: Float) throws {
        begin()
        try writer.write(value)
    }

    func encode(_ value: Int) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: Int8) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: Int16) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: Int32) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: Int64) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt8) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt16) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt32) throws {
        begin()
        try writer.writeInteger(value)
    }

    func encode(_ value: UInt64) throws {
        begin()
        try writer.writeInteger(value)
    }
}

/// The key under which a class's superclass goes, by the standard library's convention.
struct SuperKey: CodingKey {
    var stringValue: String { "super" }
    var intValue: Int? { nil }

    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}
