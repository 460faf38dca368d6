public import Formats

/// What methods and queries have in common: reading their contract's state. Code that both need is written once against
/// `inout some ContractReader`.
public protocol ContractReader {
    /// The facts that all trust starts from: consortium, departments, trust anchors, suite.
    var genesis: Genesis { get }

    /// The value of an entry, `nil` where there is none.
    /// - Throws: ``ContractError`` with code `limitExceeded` for a key that cannot exist, or `stateUnavailable`, which
    ///   is not to be caught: the block stops.
    mutating func get(_ key: StateKey) throws(ContractError) -> [UInt8]?

    /// The value of an entry of another contract, `nil` where there is none. Contracts read each other's entries and
    /// write their own alone; calls of one transaction see what those before them have written.
    /// - Throws: ``ContractError``, as ``get(_:)``.
    mutating func get(_ key: StateKey, of contract: String) throws(ContractError) -> [UInt8]?
}

extension ContractReader {
    /// The value of an entry as the structure that was put there, `nil` where there is none.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`, as ``get(_:)``.
    public mutating func get<Value: DERSequence>(
        _ key: StateKey,
        as _: Value.Type
    ) throws(ContractError) -> Value? {
        try get(key).map { (bytes) throws(ContractError) in try Self.value(bytes) }
    }

    /// The value of an entry of another contract as the structure that was put there, `nil` where there is none.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`, as ``get(_:)``.
    public mutating func get<Value: DERSequence>(
        _ key: StateKey,
        of contract: String,
        as _: Value.Type
    ) throws(ContractError) -> Value? {
        try get(key, of: contract).map { (bytes) throws(ContractError) in try Self.value(bytes) }
    }

    private static func value<Value: DERSequence>(_ bytes: [UInt8]) throws(ContractError) -> Value {
        do {
            return try Value(derBytes: bytes, limit: ExecutionLimits.valueBytes)
        } catch {
            // Only one contract writes here, with one type for each key.
            throw ContractError(.stateUnavailable, "an entry is no \(Value.self)")
        }
    }
}
