import Formats
import Identity

/// Everything that the engine knows about one view.
struct Round: Sendable {
    /// What this validator has said in the view, durable before anyone hears it.
    struct OwnVotes: Sendable {
        var notarized: Digest?
        var isNullified = false
        var finalized: Digest?

        /// Whether rule 9 allows the statement, and it has not been said before.
        func allows(_ statement: VoteStatement) -> Bool {
            switch statement.kind {
            case .notarize: notarized == nil && !isNullified
            case .nullify: !isNullified && finalized == nil
            case .finalize: finalized == nil && !isNullified
            }
        }

        func contains(_ statement: VoteStatement) -> Bool {
            switch statement.kind {
            case .notarize: notarized == statement.block
            case .nullify: isNullified
            case .finalize: finalized == statement.block
            }
        }

        mutating func insert(_ statement: VoteStatement) {
            switch statement.kind {
            case .notarize: notarized = statement.block
            case .nullify: isNullified = true
            case .finalize: finalized = statement.block
            }
        }
    }

    /// The first proposal of the view's leader, and how far it is checked.
    struct ReceivedProposal: Sendable {
        enum Stage: Hashable, Sendable { case waiting, verifying, valid, invalid }

        let signed: SignedProposal
        /// `nil` once the node has the block and nobody needs it from here.
        var block: [UInt8]?
        var stage = Stage.waiting

        var statement: ProposalStatement { signed.statement }

        /// The proposal as it was received, as long as its bytes are here.
        var whole: Proposal? { block.map { Proposal(signed: signed, block: $0) } }
    }

    var own = OwnVotes()
    var proposal: ReceivedProposal?
    var votes = VoteTable()
    var notarization: QuorumCertificate?
    var nullification: QuorumCertificate?
    /// The block of the view that the node has, if any.
    var availableBlock: Digest?
    /// Whose contradictions in this view have been reported.
    var accused: Set<ValidatorIndex> = []

    func certificate(_ kind: VoteKind) -> QuorumCertificate? {
        switch kind {
        case .notarize: notarization
        case .nullify: nullification
        case .finalize: nil
        }
    }
}

/// The votes of one view: at most one of each kind from each validator.
struct VoteTable: Sendable {
    private var votes: [Key: Vote] = [:]

    private struct Key: Hashable, Sendable {
        let kind: VoteKind
        let validator: ValidatorIndex
    }

    subscript(kind: VoteKind, validator: ValidatorIndex) -> Vote? {
        votes[Key(kind: kind, validator: validator)]
    }

    mutating func insert(_ vote: Vote) {
        let key = Key(kind: vote.statement.kind, validator: vote.validator)
        precondition(votes[key] == nil, "a validator's first vote of a kind is kept")
        votes[key] = vote
    }

    /// The votes for one statement, by validator.
    func votes(for statement: VoteStatement, of validators: ValidatorSet) -> [Vote] {
        validators.indices.compactMap { index in
            self[statement.kind, index].flatMap { $0.statement == statement ? $0 : nil }
        }
    }

    /// Who has voted, of whatever kind.
    var voters: Set<ValidatorIndex> { Set(votes.keys.map(\.validator)) }

    /// A vote of the same validator that an honest one would not have cast beside `vote`.
    func contradiction(to vote: Vote) -> Vote? {
        VoteKind.allCases.lazy
            .compactMap { self[$0, vote.validator] }
            .first { $0.statement.contradicts(vote.statement) }
    }
}
