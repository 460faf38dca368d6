/// The key of one entry in a contract's state.
///
/// Keys order as bytes. Those made of a kind and parts never collide as long as each kind has a fixed number of parts.
public struct StateKey: Hashable, Comparable, Sendable {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The key of an entry of `kind`, named by `parts`: `kind 0x00 (length part)* last`, where a length is one byte and
    /// the last part stands without. A key longer than ``ExecutionLimits/keyBytes`` is refused where it is used.
    /// - Precondition: `kind` contains no NUL.
    public init(_ kind: String, _ parts: [UInt8]...) {
        precondition(!kind.utf8.contains(0), "a kind of key contains no NUL")
        var bytes = Array(kind.utf8) + [0]
        for part in parts.dropLast() {
            // A part of more than 255 bytes makes the key too long to be used, whatever its length byte says.
            bytes.append(UInt8(truncatingIfNeeded: part.count))
            bytes += part
        }
        bytes += parts.last ?? []
        self.bytes = bytes
    }

    public static func < (left: StateKey, right: StateKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    func check() throws(ContractError) {
        guard (1...ExecutionLimits.keyBytes).contains(bytes.count) else {
            throw ContractError(.limitExceeded, "a key has 1 to \(ExecutionLimits.keyBytes) bytes")
        }
    }
}

/// Where an entry stands: the contract that owns it and its key. Orders by the bytes of both.
public struct StateAddress: Hashable, Comparable, Sendable {
    public let contract: String
    public let key: StateKey

    public init(contract: String, key: StateKey) {
        self.contract = contract
        self.key = key
    }

    public static func < (left: StateAddress, right: StateAddress) -> Bool {
        if left.contract == right.contract { return left.key < right.key }
        return left.contract.utf8.lexicographicallyPrecedes(right.contract.utf8)
    }
}
