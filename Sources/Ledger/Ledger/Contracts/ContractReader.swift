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
}

extension ContractReader {
    /// The value of an entry as the structure that was put there, `nil` where there is none.
    /// - Throws: ``ContractError`` with code `limitExceeded` or `stateUnavailable`, as ``get(_:)``.
    public mutating func get<Value: DERSequence>(
        _ key: StateKey,
        as _: Value.Type
    ) throws(ContractError) -> Value? {
        guard let bytes = try get(key) else { return nil }
        do {
            return try Value(derBytes: bytes, limit: ExecutionLimits.valueBytes)
        } catch {
            // Only the contract itself writes here: it has read another type than it has put.
            throw ContractError(.stateUnavailable, "an entry is no \(Value.self)")
        }
    }
}
