import Consensus
import Formats
import Identity

/// What one validator was told and has said, as its trace shows it: kept without a look at the engine.
struct ValidatorTrace: Sendable {
    /// The leader's first proposal of a view.
    struct SeenProposal: Sendable {
        let statement: ProposalStatement
        var isValid: Bool
    }

    /// What it has cast in each view, as far as it remembers.
    var votes: [View: Set<VoteStatement>] = [:]
    /// What it has cast and seen counted: no restart may forget it.
    var confirmed: Set<VoteStatement> = []
    var proposals: [View: SeenProposal] = [:]
    var ownProposals: [View: ProposalStatement] = [:]
    var notarizations: [View: Digest] = [:]
    var nullifications: Set<View> = []
    var finalized: (view: View, digest: Digest)
    /// The highest view that a certificate is of.
    var highest: View
    /// Views that it is in by what it had said before a restart.
    var resumedView: View
    /// Votes of others that have reached it.
    var received: [VoteStatement: Set<ValidatorIndex>] = [:]
    var isCleared = false
    var silentThrough = View.zero
    /// The first answer of each peer since it lost its memory.
    var answers: [ValidatorIndex: ValidatorStatus] = [:]
    var durable: Set<ConsensusRecord> = []
    var unsynced: Set<ConsensusRecord> = []

    init(root: Simplex.Root) {
        finalized = (root.view, root.digest)
        highest = root.view
        resumedView = root.view.next
    }

    /// The view that the certificates lead into, or the one in which it spoke before a restart.
    var currentView: View { max(highest.next, resumedView) }

    func has(_ kind: VoteKind, in view: View) -> Bool { votes[view]?.contains { $0.kind == kind } == true }

    /// Rule 3's and 4's question about a parent.
    func accepts(parent: Digest, of parentView: View, in view: View) -> Bool {
        guard parentView < view else { return false }
        let isKnown =
            notarizations[parentView] == parent || (parentView == finalized.view && parent == finalized.digest)
        var gap = parentView.next
        while gap < view {
            guard nullifications.contains(gap) else { return false }
            gap = gap.next
        }
        return isKnown
    }

    mutating func hold(_ certificate: QuorumCertificate) {
        let statement = certificate.statement
        highest = max(highest, statement.view)
        switch (statement.kind, statement.block) {
        case (.notarize, .some(let digest)): notarizations[statement.view] = digest
        case (.finalize, .some(let digest)):
            if statement.view > finalized.view { finalized = (statement.view, digest) }
        case (.nullify, _): nullifications.insert(statement.view)
        case (.notarize, .none), (.finalize, .none): break
        }
    }
}
