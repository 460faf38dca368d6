import Identity

/// The output of a ``BinaryEncoder``: bytes, and the containers that are still open.
final class BinaryWriter {
    /// An open container: its depth in the stack and where its content begins.
    struct Place {
        let depth: Int
        let contentStart: Int
    }

    private let limits: CodingLimits
    private var bytes: [UInt8] = []
    private var contentStarts: [Int] = []
    private var valueCount = 0
    /// The first fault met where the `Encoder` protocol does not let us throw.
    private var fault: EncodingError?

    init(limits: CodingLimits) {
        self.limits = limits
        bytes.reserveCapacity(512)
    }

    func finish() throws -> [UInt8] {
        close(downTo: 0)
        if let fault { throw fault }
        return bytes
    }

    var position: Int { bytes.count }

    // MARK: Values

    func writeValue<Value: Encodable>(_ value: Value) throws {
        if Value.self == [UInt8].self, let array = value as? [UInt8] { return try writeBytes(array) }
        if Value.self == Digest.self, let digest = value as? Digest { return try writeBytes(digest.bytes) }
        let start = bytes.count
        let depth = contentStarts.count
        try value.encode(to: BinaryValueEncoder(writer: self, depth: depth, start: start))
        close(downTo: depth)
        // A type without stored properties asks for no container and writes nothing: it is an empty map.
        if bytes.count == start { bytes.append(contentsOf: [BinaryTag.map.rawValue, 0]) }
        if let fault { throw fault }
    }

    func writeBytes(_ content: [UInt8]) throws {
        try begin(.bytes)
        appendVarint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    func write(_ text: String) throws {
        try begin(.string)
        append(text)
    }

    func writeNil() throws { try begin(.null) }

    func write(_ flag: Bool) throws { try begin(flag ? .yes : .no) }

    func writeInteger(_ number: some FixedWidthInteger) throws {
        if let number = UInt64(exactly: number) {
            try begin(.positive)
            appendVarint(number)
        } else if let number = Int64(exactly: number) {
            try begin(.negative)
            appendVarint(UInt64(-1 - number))
        } else {
            throw Self.error("the integer does not fit into 64 bits")
        }
    }

    func write(_ number: Float) throws {
        try begin(.float)
        withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
    }

    func write(_ number: Double) throws {
        try begin(.double)
        withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
    }

    func writeKey(_ key: some CodingKey) { append(key.stringValue) }

    // MARK: Containers

    /// Opens the container of the value that begins at `start`, or finds it again where the value asks a second time.
    func open(_ tag: BinaryTag, at start: Int, depth: Int) -> Place {
        if bytes.count > start {
            let isSame =
                contentStarts.count > depth && contentStarts[depth] == start + 2 && bytes[start] == tag.rawValue
            if !isSame { report("a value was encoded twice, or in two kinds of containers") }
            return Place(depth: depth, contentStart: start + 2)
        }
        if contentStarts.count >= limits.maximumDepth { report("containers nest deeper than \(limits.maximumDepth)") }
        do { try begin(tag) } catch { report("the message has more than \(limits.maximumValueCount) values") }
        bytes.append(0)
        contentStarts.append(bytes.count)
        return Place(depth: depth, contentStart: bytes.count)
    }

    /// Makes `place` the innermost open container, closing whatever was opened within it.
    func focus(_ place: Place) throws {
        close(downTo: place.depth + 1)
        guard contentStarts.count == place.depth + 1, contentStarts[place.depth] == place.contentStart else {
            throw Self.error("containers must be written one after another")
        }
    }

    func nestedDepth(in place: Place) -> Int { place.depth + 1 }

    func report(_ text: String) { fault = fault ?? Self.error(text) }

    private func close(downTo depth: Int) {
        while contentStarts.count > depth {
            let start = contentStarts.removeLast()
            let length = bytes.count - start
            // One byte was kept for the length, which suffices for small containers; others move by what is missing.
            guard length >= 0x80 else {
                bytes[start - 1] = UInt8(length)
                continue
            }
            var prefix: [UInt8] = []
            Self.appendVarint(UInt64(length), to: &prefix)
            bytes.replaceSubrange((start - 1)..<start, with: prefix)
        }
    }

    // MARK: Bytes

    func begin(_ tag: BinaryTag) throws {
        valueCount += 1
        guard valueCount <= limits.maximumValueCount else {
            throw Self.error("the message has more than \(limits.maximumValueCount) values")
        }
        bytes.append(tag.rawValue)
    }

    private func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            appendVarint(UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    private func appendVarint(_ number: UInt64) { Self.appendVarint(number, to: &bytes) }

    private static func appendVarint(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func error(_ text: String) -> EncodingError {
        .invalidValue(Void.self, EncodingError.Context(codingPath: [], debugDescription: text))
    }
}
