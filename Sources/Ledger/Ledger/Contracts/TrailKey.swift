public import Formats

/// The key of a trail: a list in a contract's state that only grows and that can be proved complete.
public struct TrailKey: Hashable, Sendable {
    /// Where the trail's head stands; its elements follow it in the order of keys.
    let head: StateKey

    /// The key of the trail of `kind`, named by `parts`: `kind 0x00 (length part)*`, where a length is one byte. Every
    /// part has its length, so that no trail's elements stand among another's.
    /// - Precondition: `kind` contains no NUL.
    public init(_ kind: String, _ parts: [UInt8]...) {
        precondition(!kind.utf8.contains(0), "a kind of key contains no NUL")
        var bytes = Array(kind.utf8) + [0]
        for part in parts {
            // A part of more than 255 bytes makes the key too long to be used, whatever its length byte says.
            bytes.append(UInt8(truncatingIfNeeded: part.count))
            bytes += part
        }
        head = StateKey(bytes)
    }

    /// The list's name, for whoever asks for its proof.
    /// - Parameter contract: the contract that owns the list.
    public func name(in contract: String) -> StateName { StateName(contract: contract, key: head.bytes) }

    func element(_ index: UInt64) -> StateKey { StateKey(Self.elementKey(head: head.bytes, index: index)) }

    /// The key of the element at a place: the head's, and the place in eight bytes, the highest first.
    static func elementKey(head: [UInt8], index: UInt64) -> [UInt8] {
        head + (0..<8).map { UInt8(truncatingIfNeeded: index >> UInt64(56 - 8 * $0)) }
    }
}
