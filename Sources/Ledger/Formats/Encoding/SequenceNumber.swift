/// A count from zero that travels as a DER `INTEGER` below 2^63: ``View``, ``Height``, ``Epoch``.
public protocol SequenceNumber: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    var rawValue: UInt64 { get }
    init(rawValue: UInt64)
}

extension SequenceNumber {
    public static var zero: Self { Self(rawValue: 0) }

    /// The number after this one. The last one, 2^63 - 1, has none: it comes first only after 292 million years of one
    /// a millisecond, and no certificate can bring a node near it without a quorum.
    public var next: Self {
        precondition(rawValue < UInt64(Int64.max), "sequence numbers end below 2^63")
        return Self(rawValue: rawValue + 1)
    }

    /// The number before this one, or `nil` for zero.
    public var previous: Self? { rawValue == 0 ? nil : Self(rawValue: rawValue - 1) }

    /// The number `count` further on, held at the last one.
    public func advanced(by count: UInt64) -> Self {
        let (sum, overflow) = rawValue.addingReportingOverflow(count)
        return Self(rawValue: overflow ? UInt64(Int64.max) : min(sum, UInt64(Int64.max)))
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    public var description: String { String(rawValue) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value = try container.decode(UInt64.self)
        guard value <= UInt64(Int64.max) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a sequence number is below 2^63")
        }
        self.init(rawValue: value)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// The number of a view (视图): one leader's turn to propose. View 0 is the genesis.
public struct View: SequenceNumber {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// The number of a block in its chain (块高). Height 0 is the genesis.
public struct Height: SequenceNumber {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// The number of a validator set (纪元). Epoch 0 has the validators of the genesis.
public struct Epoch: SequenceNumber {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}
