/// The binary coding of arguments and results, which describes itself.
///
/// A value is a tag byte and what the tag demands:
///
/// | tag | value | follows |
/// |---|---|---|
/// | 0 | nil | nothing |
/// | 1, 2 | false, true | nothing |
/// | 3 | integer n ≥ 0 | n as a variable-length integer |
/// | 4 | integer n < 0 | -1 - n as a variable-length integer |
/// | 5, 6 | IEEE 754 binary32, binary64 | 4 or 8 bytes, big-endian |
/// | 7 | string | length, UTF-8 |
/// | 8 | bytes | length, bytes |
/// | 9 | array | length in bytes, values |
/// | 10 | map | length in bytes; key length, key in UTF-8, value, and so on |
///
/// Variable-length integers are LEB128 of at most 10 bytes. Because containers carry their length in bytes, a decoder
/// skips what it does not know in one step: a newer peer may add fields.
enum BinaryTag: UInt8 {
    case null = 0
    case no = 1
    case yes = 2
    case positive = 3
    case negative = 4
    case float = 5
    case double = 6
    case string = 7
    case bytes = 8
    case array = 9
    case map = 10
}

/// What a coded value may be at most; the same for both directions, so that nobody sends what nobody takes.
public struct CodingLimits: Sendable {
    /// Containers within containers. The stack is what this protects.
    public var maximumDepth = 32
    /// Values in one message, small ones included: a two-byte empty map may become a large structure in memory.
    public var maximumValueCount = 1 << 18

    public init() {}
}
