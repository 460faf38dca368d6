public import Identity
public import Ledger
public import Licences

/// The cases of a ledger, for decisions about licences: a use within a one-thing is for those who take part, as long as
/// the case is open.
public struct CaseStandings: OneThingStandings {
    public init() {}

    public func isOpen(
        _ code: OneThingCode, for department: DepartmentName, at time: Timestamp, in reader: inout some ContractReader
    ) throws(ContractError) -> Bool? {
        guard try reader.get(CaseKeys.record(code), of: CasesContract.contractName) != nil else { return nil }
        var machine = try CasesContract().machine(code, in: &reader)
        // A clock may have ended the case that no block has recorded yet.
        machine.settle(until: time)
        return machine.state.status.isOpen && machine.definition.departments.contains(department)
    }
}
