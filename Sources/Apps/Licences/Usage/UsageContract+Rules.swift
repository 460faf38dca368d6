import Formats
import Identity
import Ledger

// The parameters of the decision are the consortium's (``TableVote``).
extension UsageContract {
    private static var vote: TableVote<DecisionRules> {
        TableVote(table: UsageKeys.rules, proposal: UsageKeys.proposal, name: "set of rules")
    }

    func proposeRules(_ rules: DecisionRules, in context: inout ContractContext) throws(ContractError) -> NoResult {
        for department in rules.identityDepartments {
            try AuthorisationContract.checkDepartment(department, in: context)
        }
        _ = try Self.vote.propose(rules, after: try context.decisionRules(), in: &context)
        return NoResult()
    }

    func approveRules(_ approval: ApproveTable, in context: inout ContractContext) throws(ContractError) -> NoResult {
        _ = try Self.vote.approve(approval, in: &context)
        return NoResult()
    }
}
