public import Formats

/// The answer to "why is there no progress?": for `node status`, logs and tests.
public struct Diagnosis: Codable, Hashable, Sendable {
    /// The votes of one kind in the current view.
    public struct Votes: Codable, Hashable, Sendable {
        public let kind: String
        public let present: [ValidatorIndex]
        public let missing: [ValidatorIndex]
    }

    public let view: View
    public let leader: ValidatorIndex
    public let isLeader: Bool
    /// The leader is given up at once, because it is unreachable or silent.
    public let isLeaderAbsent: Bool
    public let isActive: Bool
    public let isWorkPending: Bool
    public let lastFinalizedView: View
    /// The newest notarised view that is not final.
    public let unfinalizedView: View?
    /// How far the current view's proposal is: `none`, `waiting`, `verifying`, `valid` or `invalid`.
    public let proposal: String
    public let quorum: Int
    public let votes: [Votes]
    /// Above the last finalised view.
    public let notarizedViews: Int
    public let nullifiedViews: Int
    /// Views in a row that timed out; each doubles the time-outs.
    public let consecutiveNullifications: Int
    public let armedTimers: [String]
    /// Views whose certificates have been asked for.
    public let awaitedCertificates: [View]
    public let unreachable: [ValidatorIndex]
    /// Answers that a validator without memory has, of those that it needs; `nil` otherwise.
    public let recoveryAnswers: Int?
    /// No vote in this view or below, after a lost log; 0 otherwise.
    public let silentThrough: View
}

extension Simplex {
    /// What the engine waits for, now.
    public var diagnosis: Diagnosis {
        let round = rounds[currentView] ?? Round()
        let open = rounds.filter { $0.key > finalized.view }.values
        return Diagnosis(
            view: currentView,
            leader: leader,
            isLeader: leader == configuration.index,
            isLeaderAbsent: isLeaderAbsent,
            isActive: isActive,
            isWorkPending: isWorkPending,
            lastFinalizedView: finalized.view,
            unfinalizedView: unfinalizedView,
            proposal: round.proposal.map { "\($0.stage)" } ?? "none",
            quorum: configuration.validators.quorum,
            votes: VoteKind.allCases.map { kind in
                let indices = configuration.validators.indices
                return Diagnosis.Votes(
                    kind: "\(kind)",
                    present: indices.filter { round.votes[kind, $0] != nil },
                    missing: indices.filter { round.votes[kind, $0] == nil }
                )
            },
            notarizedViews: open.count { $0.notarization != nil },
            nullifiedViews: open.count { $0.nullification != nil },
            consecutiveNullifications: consecutiveNullifications,
            armedTimers: armedTimers.map { "\($0.key): \($0.value)" }.sorted(),
            awaitedCertificates: requestedViews.sorted(),
            unreachable: configuration.validators.indices.filter {
                $0 != configuration.index && !peers[$0.rawValue].isReachable
            },
            recoveryAnswers: recovery?.answers.count,
            silentThrough: silentThrough
        )
    }
}

extension Diagnosis: CustomStringConvertible {
    /// One paragraph for a person.
    public var description: String {
        let counts = votes.map { "\($0.kind) \($0.present.count)/\(quorum) (missing \($0.missing.map(\.description)))" }
        return """
            view \(view), leader \(leader)\(isLeaderAbsent ? " (absent)" : ""), \(isActive ? "active" : "at rest"), \
            proposal \(proposal), final up to view \(lastFinalizedView); \(counts.joined(separator: ", ")); \
            timers: \(armedTimers.joined(separator: ", ")); awaited certificates: \(awaitedCertificates)
            """
    }
}
