public import Formats

/// A call of the evidence contract, as a transaction carries it.
public enum EvidenceCall: Hashable, Sendable {
    case issue(IssueEvidence)
    case change(ChangeEvidence)
    case revoke(RevokeEvidence)

    /// Reads a transaction's call; `nil` where it is not one that the evidence contract would take.
    public init?(_ call: Call) {
        guard call.contract == EvidenceContract.contractName else { return nil }
        let limit = Transaction.maximumByteCount
        switch call.method {
        case EvidenceContract.Method.issue:
            guard let arguments = try? IssueEvidence(derBytes: call.arguments, limit: limit) else { return nil }
            self = .issue(arguments)
        case EvidenceContract.Method.change:
            guard let arguments = try? ChangeEvidence(derBytes: call.arguments, limit: limit) else { return nil }
            self = .change(arguments)
        case EvidenceContract.Method.revoke:
            guard let arguments = try? RevokeEvidence(derBytes: call.arguments, limit: limit) else { return nil }
            self = .revoke(arguments)
        default:
            return nil
        }
    }

    /// The call for a transaction.
    public var call: Call {
        let (method, arguments) =
            switch self {
            case .issue(let arguments): (EvidenceContract.Method.issue, arguments.derBytes)
            case .change(let arguments): (EvidenceContract.Method.change, arguments.derBytes)
            case .revoke(let arguments): (EvidenceContract.Method.revoke, arguments.derBytes)
            }
        return Call(contract: EvidenceContract.contractName, method: method, arguments: arguments)
    }

    /// The version of the licence that the call is about.
    public var identifier: LicenceIdentifier {
        switch self {
        case .issue(let arguments): arguments.identifier
        case .change(let arguments): arguments.identifier
        case .revoke(let arguments): arguments.identifier
        }
    }

    /// What the call says that this version consists of; `nil` where it says nothing of it.
    public var content: EvidenceContent? {
        switch self {
        case .issue(let arguments): arguments.content
        case .change(let arguments): arguments.content
        case .revoke: nil
        }
    }
}
