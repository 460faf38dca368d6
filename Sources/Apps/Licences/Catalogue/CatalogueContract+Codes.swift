import Formats
import Identity
import Ledger

// The table of codes is the consortium's: an administrator proposes the next one, and it is in force from the call with
// which administrators of more than half of the genesis' departments have approved it.
extension CatalogueContract {
    func proposeCodes(
        _ arguments: LicenceCodeTable, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try checkAdministrator(context)
        try check(arguments, after: try context.licenceCodes())
        // A later proposal takes the place of one that has not been adopted: approvals name the table by its digest.
        let proposal = LicenceCodesProposal(table: arguments, approvals: [context.caller.department])
        try settle(proposal, in: &context)
        return NoResult()
    }

    func approveCodes(
        _ arguments: ApproveLicenceCodes, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        try checkAdministrator(context)
        guard var proposal = try context.get(CatalogueKeys.proposal, as: LicenceCodesProposal.self) else {
            throw ContractError(.notFound, "no table of codes is proposed")
        }
        guard context.genesis.suite.digest(of: proposal.table.derBytes) == arguments.table else {
            throw ContractError(.stateHasMoved, "another table of codes is proposed by now: look at it again")
        }
        guard !proposal.approvals.contains(context.caller.department) else {
            throw ContractError(.alreadyApproved, "\(context.caller.department) has approved this table already")
        }
        proposal.approvals.append(context.caller.department)
        try settle(proposal, in: &context)
        return NoResult()
    }

    private func settle(
        _ proposal: LicenceCodesProposal, in context: inout ContractContext
    ) throws(ContractError) {
        guard 2 * proposal.approvals.count > context.genesis.document.departments.count else {
            try context.put(CatalogueKeys.proposal, proposal)
            return
        }
        try context.remove(CatalogueKeys.proposal)
        try context.put(CatalogueKeys.codes, proposal.table)
        for rule in proposal.table.operations { try context.put(CatalogueKeys.operation(rule.operation), rule) }
        try context.emit(Event.codesAdopted, proposal.table)
    }

    private func checkAdministrator(_ context: ContractContext) throws(ContractError) {
        guard context.caller.member.role == .administrator,
            context.genesis.document.departments.contains(where: { $0.name == context.caller.department })
        else {
            throw ContractError(.notPermitted, "codes are for administrators of the consortium's departments to decide")
        }
    }

    /// A table in force keeps every code that was ever in force: entries on the ledger bear it.
    private func check(_ table: LicenceCodeTable, after current: LicenceCodeTable) throws(ContractError) {
        guard table.version == current.version + 1 else {
            throw ContractError(
                .wrongVersion, "the next table has version \(current.version + 1), not \(table.version)")
        }
        guard table.derBytes.count <= LicenceCodeTable.maximumByteCount else {
            throw ContractError(.limitExceeded, "a table has at most \(LicenceCodeTable.maximumByteCount) bytes")
        }
        let statuses = Set(table.statuses.map(\.status))
        let operations = Set(table.operations.map(\.operation))
        guard statuses.count == table.statuses.count, operations.count == table.operations.count else {
            throw ContractError(.malformedArguments, "each code stands in the table once")
        }
        let lost =
            current.statuses.map(\.status).filter { !statuses.contains($0) }.map(\.text)
            + current.operations.map(\.operation).filter { !operations.contains($0) }.map(\.text)
        guard lost.isEmpty else {
            throw ContractError(
                .unknownCode, "the table leaves out \(lost.joined(separator: ", ")): take away its rules, not the code")
        }
        for rule in table.operations {
            if let known = current.rule(of: rule.operation), known.effect != rule.effect {
                throw ContractError(.wrongOperation, "operation \(rule.operation.text) stays the kind that it is")
            }
            for step in rule.transitions where !statuses.contains(step.from) || !statuses.contains(step.to) {
                throw ContractError(
                    .unknownCode, "operation \(rule.operation.text) names a status that the table does not have")
            }
        }
        for name in table.statuses.map(\.name) + table.operations.map(\.name) { try Self.check(text: name, "name") }
        for name in table.statuses.map(\.englishName) + table.operations.map(\.englishName) {
            try Self.check(text: name, "name")
        }
    }
}
