public import Formats
public import Identity
import Ledger
public import SwiftASN1

// The parameters of the decision are the consortium's: an administrator proposes the next ones, and they are in force
// from the call with which administrators of more than half of the genesis' departments have approved them.
extension UsageContract {
    func proposeRules(_ rules: DecisionRules, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try checkAdministrator(context)
        let current = try context.decisionRules()
        guard rules.version == current.version + 1 else {
            throw ContractError(.wrongVersion, "the rules after version \(current.version) are \(current.version + 1)")
        }
        // A later proposal takes the place of one that has not been adopted: approvals name the rules by their digest.
        try settle(DecisionRulesProposal(rules: rules, approvals: [context.caller.department]), in: &context)
        return NoResult()
    }

    func approveRules(_ approval: ApproveRules, in context: inout ContractContext) throws(ContractError) -> NoResult {
        try checkAdministrator(context)
        guard var proposal = try context.get(UsageKeys.proposal, as: DecisionRulesProposal.self) else {
            throw ContractError(.notFound, "no rules are proposed")
        }
        guard context.genesis.suite.digest(of: proposal.rules.derBytes) == approval.rules else {
            throw ContractError(.notFound, "other rules are proposed by now: look at them again")
        }
        guard !proposal.approvals.contains(context.caller.department) else {
            throw ContractError(.alreadyWritten, "\(context.caller.department) has approved these rules already")
        }
        proposal.approvals.append(context.caller.department)
        try settle(proposal, in: &context)
        return NoResult()
    }

    private func settle(
        _ proposal: DecisionRulesProposal, in context: inout ContractContext
    ) throws(ContractError) {
        guard 2 * proposal.approvals.count > context.genesis.document.departments.count else {
            return try context.put(UsageKeys.proposal, proposal)
        }
        try context.remove(UsageKeys.proposal)
        try context.put(UsageKeys.rules, proposal.rules)
    }

    private func checkAdministrator(_ context: ContractContext) throws(ContractError) {
        guard context.caller.member.role == .administrator else {
            throw ContractError(.notPermitted, "rules are for administrators of the consortium's departments to decide")
        }
        try AuthorisationContract.checkDepartment(context.caller.department, in: context)
    }
}

/// Arguments of `usage.approveRules`: the digest of the proposed ``DecisionRules``' DER.
public struct ApproveRules: DERSequence, Hashable {
    public let rules: Digest

    public init(_ rules: Digest) { self.rules = rules }

    public init(fields: inout ASN1NodeCollection.Iterator) throws { rules = try fields.digest() }

    public func serialize(fields: inout DER.Serializer) throws { try fields.serialize(rules) }
}
