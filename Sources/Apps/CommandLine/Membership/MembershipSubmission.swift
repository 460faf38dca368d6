import Formats
import Identity
import Ledger
import Nodes

/// Hands a call to the contract `membership` in, and says how the proposal stands.
struct MembershipSubmission {
    let client: any LedgerClient
    let identity: MemberIdentity

    /// Proposes a change.
    /// - Throws: ``CommandFailure`` with the contract's sentence where it refuses.
    func propose(_ operations: [MembershipOperation], _ options: ProposalOptions) async throws -> ProposalReport {
        let arguments = MembershipProposalArguments(
            operations: operations, notice: options.notice,
            acceptsNoFaultTolerance: options.acceptNoFaultTolerance)
        return try await decide(MembershipContract.proposal(arguments))
    }

    /// Makes a call whose result is a proposal's standing.
    func decide(_ call: Call) async throws -> ProposalReport {
        let outcome = try await submit(call)
        guard case .applied(_, let values) = outcome.status, let bytes = values.last else {
            throw CommandFailure(.refused, Phrase("the outcome has no result", "结果为空"))
        }
        let standing = try ProposalStanding(derBytes: bytes, limit: Transaction.maximumByteCount)
        return ProposalReport(standing, transaction: outcome.transaction, height: outcome.height)
    }

    /// Makes a call.
    @discardableResult
    func submit(_ call: Call) async throws -> Outcome {
        do {
            return try await Submitter(client: client, identity: identity).submit([call])
        } catch let rejection as TransactionRejected {
            throw MembershipRefusal.failure(rejection)
        }
    }
}

/// How a proposal stands, and what others have to do.
struct ProposalReport: Presentable {
    let proposal: UInt64
    let approvals: [DepartmentName]
    let needed: Int
    let epoch: Epoch?
    let firstHeight: Height?
    let transaction: TransactionIdentifier
    let height: Height

    init(_ standing: ProposalStanding, transaction: TransactionIdentifier, height: Height) {
        proposal = standing.number
        approvals = standing.approvals
        needed = standing.neededCount
        epoch = standing.announcement?.epoch
        firstHeight = standing.announcement?.firstHeight
        self.transaction = transaction
        self.height = height
    }

    func lines(in language: Language) -> [String] {
        let names = approvals.map(\.rawValue).joined(separator: ", ")
        var phrases = [Phrase("proposal \(proposal), at height \(height)", "提案 \(proposal)，高度 \(height)")]
        if let epoch, let firstHeight {
            phrases.append(
                Phrase(
                    "  decided: epoch \(epoch) begins at height \(firstHeight)",
                    "  已决定：纪元 \(epoch) 自高度 \(firstHeight) 起生效"))
        } else {
            phrases += [
                Phrase(
                    "  \(approvals.count) of \(needed) approvals: \(names.isEmpty ? "none" : names)",
                    "  已有 \(approvals.count) 个部门批准，需要 \(needed) 个：\(names.isEmpty ? "无" : names)"),
                Phrase(
                    "  an administrator of each further department runs: zhenglian consortium approve \(proposal)",
                    "  其他部门的管理员须运行：zhenglian consortium approve \(proposal)"),
            ]
        }
        phrases.append(Phrase("  transaction  \(transaction)", "  交易 \(transaction)"))
        return phrases.map { $0.text(in: language) }
    }
}
