public import Identity
public import Ledger

/// Where a decision learns whether the one-thing that a use names is open: from the ledger of cases, which stands above
/// that of licences.
public protocol OneThingStandings: Sendable {
    /// Whether a case is open at a point of ledger time, and the department has a part in it.
    /// - Returns: `nil` where this ledger has no such case: codes of other platforms say nothing to it.
    /// - Throws: `ContractError` with code `stateUnavailable`.
    func isOpen(
        _ code: OneThingCode, for department: DepartmentName, at time: Timestamp, in reader: inout some ContractReader
    ) throws(ContractError) -> Bool?
}

/// A ledger without cases of one-things: none is known.
public struct NoOneThings: OneThingStandings {
    public init() {}

    public func isOpen(
        _: OneThingCode, for _: DepartmentName, at _: Timestamp, in _: inout some ContractReader
    ) throws(ContractError) -> Bool? { nil }
}
