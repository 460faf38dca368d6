/// A tag-length-value of DER, taken apart so that a forger can put it together differently.
struct DERNode: Hashable {
    enum Content: Hashable {
        case primitive([UInt8])
        case constructed([DERNode])
    }

    var tag: UInt8
    var content: Content

    /// Reads one node; `nil` where the bytes are none that has one octet of tag and a length below 2^24.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let node = Self.read(&rest), rest.isEmpty else { return nil }
        self = node
    }

    private init(tag: UInt8, content: Content) {
        self.tag = tag
        self.content = content
    }

    private static func read(_ bytes: inout ArraySlice<UInt8>) -> DERNode? {
        guard let tag = bytes.popFirst(), let count = length(&bytes), bytes.count >= count else { return nil }
        let content = bytes.prefix(count)
        bytes = bytes.dropFirst(count)
        guard tag & 0x20 != 0 else { return DERNode(tag: tag, content: .primitive(Array(content))) }
        var rest = content
        var children: [DERNode] = []
        while !rest.isEmpty {
            guard let child = read(&rest) else { return nil }
            children.append(child)
        }
        return DERNode(tag: tag, content: .constructed(children))
    }

    private static func length(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.popFirst() else { return nil }
        guard first >= 0x80 else { return Int(first) }
        let octets = Int(first & 0x7f)
        guard (1...3).contains(octets), bytes.count >= octets else { return nil }
        defer { bytes = bytes.dropFirst(octets) }
        return bytes.prefix(octets).reduce(0) { $0 << 8 | Int($1) }
    }

    /// The DER.
    var encoded: [UInt8] {
        let bytes: [UInt8] =
            switch content {
            case .primitive(let bytes): bytes
            case .constructed(let children): children.flatMap(\.encoded)
            }
        return [tag] + Self.encodedLength(bytes.count) + bytes
    }

    private static func encodedLength(_ count: Int) -> [UInt8] {
        guard count >= 0x80 else { return [UInt8(count)] }
        let octets = [16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }.drop { $0 == 0 }
        return [0x80 | UInt8(octets.count)] + octets
    }

    var children: [DERNode] {
        if case .constructed(let children) = content { children } else { [] }
    }

    /// The places of all nodes below this one, as the indices of children on the way.
    var places: [[Int]] {
        children.indices.flatMap { index in [[index]] + children[index].places.map { [index] + $0 } }
    }

    /// The node at a place, which need not exist when it is set.
    subscript(place: ArraySlice<Int>) -> DERNode? {
        guard let first = place.first else { return self }
        return children.indices.contains(first) ? children[first][place.dropFirst()] : nil
    }

    /// Changes the node at a place.
    mutating func change(at place: ArraySlice<Int>, _ change: (inout DERNode) -> Void) {
        guard let first = place.first else { return change(&self) }
        guard case .constructed(var children) = content, children.indices.contains(first) else { return }
        children[first].change(at: place.dropFirst(), change)
        content = .constructed(children)
    }
}
