public import Identity
package import SwiftASN1

/// A validator's place in its set, from 0.
public struct ValidatorIndex: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: Int

    /// - Precondition: 0 to ``ValidatorSet/maximumCount`` - 1.
    public init(rawValue: Int) {
        precondition((0..<ValidatorSet.maximumCount).contains(rawValue), "a validator's index is below 100")
        self.rawValue = rawValue
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let value = try container.decode(Int.self)
        guard (0..<ValidatorSet.maximumCount).contains(value) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a validator's index is below 100")
        }
        self.init(rawValue: value)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    public var description: String { String(rawValue) }
}

/// A validator (验证节点): a member and the key that its votes are checked with.
public struct Validator: Sendable {
    public let member: MemberName
    public let key: any VerificationKey

    public init(member: MemberName, key: any VerificationKey) {
        self.member = member
        self.key = key
    }
}

/// The validators of one epoch, in the order that votes and bitmaps number them.
public struct ValidatorSet: Sendable {
    /// Most validators of a set: the all-to-all vote of more would be the network's whole work.
    public static let maximumCount = 100

    public let epoch: Epoch
    private let validators: [Validator]

    /// - Precondition: 1 to ``maximumCount`` validators.
    public init(epoch: Epoch, validators: [Validator]) {
        precondition((1...Self.maximumCount).contains(validators.count), "a set has 1 to 100 validators")
        self.epoch = epoch
        self.validators = validators
    }

    public var count: Int { validators.count }

    /// Every index, in order.
    public var indices: [ValidatorIndex] { validators.indices.map(ValidatorIndex.init(rawValue:)) }

    /// How many Byzantine validators the set tolerates: f = (n - 1) / 3.
    public var faultTolerance: Int { (count - 1) / 3 }

    /// How many distinct validators a certificate needs: q = n - f. Any two quorums share an honest validator.
    public var quorum: Int { count - faultTolerance }

    public subscript(index: ValidatorIndex) -> Validator? {
        validators.indices.contains(index.rawValue) ? validators[index.rawValue] : nil
    }

    /// Where a member stands in the set, if it does.
    public func index(of member: MemberName) -> ValidatorIndex? {
        validators.firstIndex { $0.member == member }.map(ValidatorIndex.init(rawValue:))
    }

    /// Whose turn it is to propose in `view`: `validators[view mod n]`.
    public func leader(of view: View) -> ValidatorIndex {
        ValidatorIndex(rawValue: Int(view.rawValue % UInt64(count)))
    }
}

extension ASN1NodeCollection.Iterator {
    package mutating func validatorIndex() throws -> ValidatorIndex {
        ValidatorIndex(rawValue: Int(try integer(in: 0...Int64(ValidatorSet.maximumCount - 1))))
    }
}

extension DER.Serializer {
    package mutating func serialize(_ index: ValidatorIndex) throws {
        try serialize(index.rawValue)
    }
}
