import Formats
import Identity
package import Ledger

/// How a contract's table changes: an administrator proposes the next version, and it is in force from the call with
/// which administrators of more than half of the genesis' departments have approved it (过半数部门批准).
package struct TableVote<Table: VotedTable> {
    /// Where the contract keeps the table in force; without an entry, the built-in one is.
    private let table: StateKey
    /// Where it keeps the next table, and who has approved it.
    private let proposal: StateKey
    /// What messages call the table.
    private let name: String

    package init(table: StateKey, proposal: StateKey, name: String) {
        (self.table, self.proposal, self.name) = (table, proposal, name)
    }

    /// Proposes the table after `current`, with the proposer's approval.
    ///
    /// It takes the place of a proposal that has not been adopted: approvals name the table by its digest.
    /// - Returns: the table, where it is in force with that already.
    package func propose(
        _ next: Table, after current: Table, in context: inout ContractContext
    ) throws(ContractError) -> Table? {
        try checkAdministrator(context)
        guard next.version == current.version + 1 else {
            throw ContractError(
                .wrongVersion, "the \(name) after version \(current.version) is version \(current.version + 1)")
        }
        return try settle(TableProposal(table: next, approvals: [context.caller.department]), in: &context)
    }

    /// Approves the proposed table.
    /// - Returns: the table, where it is in force from now on.
    package func approve(_ approval: ApproveTable, in context: inout ContractContext) throws(ContractError) -> Table? {
        try checkAdministrator(context)
        guard var known = try context.get(proposal, as: TableProposal<Table>.self) else {
            throw ContractError(.notFound, "no \(name) is proposed")
        }
        guard context.genesis.suite.digest(of: known.table.derBytes) == approval.table else {
            throw ContractError(.stateHasMoved, "another \(name) is proposed by now: look at it again")
        }
        guard !known.approvals.contains(context.caller.department) else {
            throw ContractError(.alreadyApproved, "\(context.caller.department) has approved this \(name) already")
        }
        known.approvals.append(context.caller.department)
        return try settle(known, in: &context)
    }

    private func settle(
        _ next: TableProposal<Table>, in context: inout ContractContext
    ) throws(ContractError) -> Table? {
        guard 2 * next.approvals.count > context.genesis.document.departments.count else {
            try context.put(proposal, next)
            return nil
        }
        try context.remove(proposal)
        try context.put(table, next.table)
        return next.table
    }

    private func checkAdministrator(_ context: ContractContext) throws(ContractError) {
        guard context.caller.member.role == .administrator,
            context.genesis.document.departments.contains(where: { $0.name == context.caller.department })
        else {
            throw ContractError(
                .notPermitted, "the \(name) is for administrators of the consortium's departments to decide")
        }
    }
}
