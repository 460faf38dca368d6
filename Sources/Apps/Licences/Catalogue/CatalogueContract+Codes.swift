import Formats
import Identity
import Ledger

// The table of codes is the consortium's (``TableVote``).
extension CatalogueContract {
    private static var vote: TableVote<LicenceCodeTable> {
        TableVote(table: CatalogueKeys.codes, proposal: CatalogueKeys.proposal, name: "table of codes")
    }

    func proposeCodes(
        _ table: LicenceCodeTable, in context: inout ContractContext
    ) throws(ContractError) -> NoResult {
        let current = try context.licenceCodes()
        try check(table, after: current)
        try adopt(try Self.vote.propose(table, after: current, in: &context), in: &context)
        return NoResult()
    }

    func approveCodes(_ approval: ApproveTable, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try adopt(try Self.vote.approve(approval, in: &context), in: &context)
        return NoResult()
    }

    /// What follows once a table is in force.
    private func adopt(_ table: LicenceCodeTable?, in context: inout ContractContext) throws(ContractError) {
        guard let table else { return }
        for rule in table.operations { try context.put(CatalogueKeys.operation(rule.operation), rule) }
        try context.emit(Event.codesAdopted, table)
    }

    /// A table in force keeps every code that was ever in force: entries on the ledger bear it.
    private func check(_ table: LicenceCodeTable, after current: LicenceCodeTable) throws(ContractError) {
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
        for name in table.names { try Self.check(text: name, "name") }
    }
}
