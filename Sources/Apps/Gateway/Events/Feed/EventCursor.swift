public import Formats

/// A place in the ledger's events: everything up to and with it is known. The events of all nodes of a ledger have the
/// same places, so that a reader may go on at another node.
///
/// As text it is `height.position.index`, or the height alone where all events of that block are known.
public struct EventCursor: Hashable, Comparable, Sendable {
    public let height: Height
    /// Where in the block: 0 the block itself, then its transactions from 1 on, then the records that it has written.
    public let position: UInt32
    /// Which event of that place. Events of one place need not be numbered without gaps.
    public let index: UInt32

    public init(height: Height, position: UInt32, index: UInt32) {
        (self.height, self.position, self.index) = (height, position, index)
    }

    /// Behind all events of a block; at height 0, before all events there are.
    public static func end(of height: Height) -> EventCursor {
        EventCursor(height: height, position: .max, index: .max)
    }

    /// Before all events of a block.
    public static func before(_ height: Height) -> EventCursor {
        .end(of: Height(rawValue: height.rawValue == 0 ? 0 : height.rawValue - 1))
    }

    /// Whether all events of the block are known.
    var isEnd: Bool { position == .max }

    /// The first height at which something after the cursor can stand.
    var nextHeight: Height { isEnd || height == .zero ? height.next : height }

    /// Reads a cursor as it is written: decimal numbers without signs or leading zeros.
    /// - Throws: ``EventError`` with code `wrongCursor`.
    public init(_ text: some StringProtocol) throws(EventError) {
        let parts = text.utf8.count <= 48 ? text.split(separator: ".", omittingEmptySubsequences: false) : []
        let numbers = parts.compactMap { Self.number($0) }
        guard numbers.count == parts.count, let height = numbers.first, height <= UInt64(Int64.max) else {
            throw Self.wrong
        }
        switch numbers.count {
        case 1:
            self = .end(of: Height(rawValue: height))
        case 3:
            guard let position = UInt32(exactly: numbers[1]), let index = UInt32(exactly: numbers[2]),
                position < .max, index < .max
            else { throw Self.wrong }
            self.init(height: Height(rawValue: height), position: position, index: index)
        default: throw Self.wrong
        }
    }

    private static func number(_ text: some StringProtocol) -> UInt64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || text.utf8.first != 0x30 else {
            return nil
        }
        return UInt64(text)
    }

    private static var wrong: EventError {
        EventError(.wrongCursor, "a cursor is a height, or height.position.index as an event has it")
    }

    public static func < (left: EventCursor, right: EventCursor) -> Bool {
        (left.height, left.position, left.index) < (right.height, right.position, right.index)
    }
}

extension EventCursor: CustomStringConvertible, Codable {
    public var description: String { isEnd ? "\(height.rawValue)" : "\(height.rawValue).\(position).\(index)" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do throws(EventError) {
            try self.init(try Self.text(in: container))
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    private static func text(in container: any SingleValueDecodingContainer) throws(EventError) -> String {
        guard let text = try? container.decode(String.self) else { throw wrong }
        return text
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
