/// A map of the input whose entries were all found to lie within its bounds.
///
/// Keys are looked up from where the last one was found: a type that asks in the order of writing, as synthesised
/// conformances do, finds each at once, and no index has to be allocated for a hostile peer.
final class BinaryMap {
    private let value: BinaryValue
    private var cursor: Int

    init(_ value: BinaryValue) throws {
        guard value.tag == .map else { throw value.mismatch([String: Any].self) }
        self.value = value
        self.cursor = value.start
        try value.checkDepth()
        var position = value.start
        while position < value.end {
            try value.input.spendValue()
            position = try entry(at: position).value.end
        }
    }

    func value(of key: some CodingKey) -> BinaryValue? {
        var name = key.stringValue
        return name.withUTF8 { name in
            find(name, in: cursor..<value.end) ?? find(name, in: value.start..<cursor)
        }
    }

    /// The keys in the order of the input; one that is no UTF-8 belongs to nobody and is left out.
    func keys() -> [String] {
        var keys: [String] = []
        var position = value.start
        while position < value.end, let entry = try? entry(at: position) {
            if let key = String(validating: value.input.bytes[entry.key], as: UTF8.self) { keys.append(key) }
            position = entry.value.end
        }
        return keys
    }

    private func find(_ name: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> BinaryValue? {
        var position = range.lowerBound
        // The initialiser has read every entry, so that reading again cannot fail.
        while position < range.upperBound, let entry = try? entry(at: position) {
            if entry.key.count == name.count, value.input.bytes[entry.key].elementsEqual(name) {
                cursor = entry.value.end
                return entry.value
            }
            position = entry.value.end
        }
        return nil
    }

    private func entry(at position: Int) throws -> (key: Range<Int>, value: BinaryValue) {
        let (length, start) = try value.input.varint(at: position, before: value.end)
        guard length <= UInt64(value.end - start) else { throw BinaryInput.corrupted("a key is cut off") }
        let end = start + Int(length)
        return (start..<end, try value.input.value(at: end, before: value.end, depth: value.depth + 1))
    }
}

/// An array of the input whose values were all found to lie within its bounds.
struct BinaryArray {
    private let value: BinaryValue
    let count: Int

    init(_ value: BinaryValue) throws {
        guard value.tag == .array else { throw value.mismatch([Any].self) }
        self.value = value
        try value.checkDepth()
        var position = value.start
        var count = 0
        while position < value.end {
            try value.input.spendValue()
            position = try value.input.value(at: position, before: value.end, depth: value.depth + 1).end
            count += 1
        }
        self.count = count
    }

    var start: Int { value.start }

    func value(at position: Int) throws -> BinaryValue {
        try value.input.value(at: position, before: value.end, depth: value.depth + 1)
    }
}

extension BinaryValue {
    func checkDepth() throws {
        guard depth < input.limits.maximumDepth else {
            throw BinaryInput.corrupted("containers nest deeper than \(input.limits.maximumDepth)")
        }
    }
}
