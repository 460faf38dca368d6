public import Formats
public import Identity
public import Ledger

/// What `zhenglian node doctor` judges: the facts about one node, without an opinion. It crosses the network as itself.
public struct NodeHealth: Sendable, Codable, Equatable {
    /// What the node waits for in consensus.
    public struct Consensus: Sendable, Codable, Equatable {
        /// The votes of one kind in the current view.
        public struct Votes: Sendable, Codable, Equatable {
            /// `notarize`, `nullify` or `finalize`.
            public let kind: String
            public let present: [MemberName]
            public let missing: [MemberName]

            package init(kind: String, present: [MemberName], missing: [MemberName]) {
                self.kind = kind
                self.present = present
                self.missing = missing
            }
        }

        public let view: View
        public let leader: MemberName
        /// The leader is given up at once, because it is unreachable or silent.
        public let isLeaderAbsent: Bool
        /// Whether there is work: an idle chain rests.
        public let isActive: Bool
        public let lastFinalizedView: View
        /// How far the view's proposal is: `none`, `waiting`, `verifying`, `valid` or `invalid`.
        public let proposal: String
        /// Votes that a certificate needs.
        public let quorum: Int
        public let votes: [Votes]
        /// Views in a row that timed out.
        public let consecutiveNullifications: Int
        /// Each with the time that it was armed for.
        public let armedTimers: [String]
        /// Answers that a validator without memory has; `nil` where it remembers its votes.
        public let recoveryAnswers: Int?
        /// No vote in this view or below, after a lost log; 0 otherwise.
        public let silentThrough: View
        /// How long the node has been in this view, in seconds.
        public let viewSeconds: Double

        package init(
            view: View, leader: MemberName, isLeaderAbsent: Bool, isActive: Bool, lastFinalizedView: View,
            proposal: String, quorum: Int, votes: [Votes], consecutiveNullifications: Int, armedTimers: [String],
            recoveryAnswers: Int?, silentThrough: View, viewSeconds: Double
        ) {
            self.view = view
            self.leader = leader
            self.isLeaderAbsent = isLeaderAbsent
            self.isActive = isActive
            self.lastFinalizedView = lastFinalizedView
            self.proposal = proposal
            self.quorum = quorum
            self.votes = votes
            self.consecutiveNullifications = consecutiveNullifications
            self.armedTimers = armedTimers
            self.recoveryAnswers = recoveryAnswers
            self.silentThrough = silentThrough
            self.viewSeconds = viewSeconds
        }
    }

    /// Another validator of the epoch.
    public struct Peer: Sendable, Codable, Equatable {
        public let member: MemberName
        public let isReachable: Bool
        /// How long it has been so, in seconds.
        public let seconds: Double

        package init(member: MemberName, isReachable: Bool, seconds: Double) {
            self.member = member
            self.isReachable = isReachable
            self.seconds = seconds
        }
    }

    /// Connections of one member that the node refused for one reason.
    public struct Refusal: Sendable, Codable, Equatable {
        /// `nil` where the certificate named nobody.
        public let member: MemberName?
        /// The code of the error.
        public let reason: String
        public let count: Int
        /// Since the last one.
        public let secondsAgo: Double

        package init(member: MemberName?, reason: String, count: Int, secondsAgo: Double) {
            self.member = member
            self.reason = reason
            self.count = count
            self.secondsAgo = secondsAgo
        }
    }

    /// One of the node's certificates.
    public struct Certificate: Sendable, Codable, Equatable {
        /// `ledger`, or `transport` where that is another one.
        public let purpose: String
        public let notBefore: Timestamp
        public let notAfter: Timestamp
        public let isRevoked: Bool

        package init(purpose: String, notBefore: Timestamp, notAfter: Timestamp, isRevoked: Bool) {
            self.purpose = purpose
            self.notBefore = notBefore
            self.notAfter = notAfter
            self.isRevoked = isRevoked
        }
    }

    public let member: MemberName
    public let version: String
    /// The node's clock.
    public let time: Timestamp
    /// The last executed height, and the timestamp of its block.
    public let height: Height
    public let headTime: Timestamp
    /// Final blocks that wait for execution.
    public let waitingBlocks: Int
    /// Whether the node knows that it lacks final blocks.
    public let isBehind: Bool
    public let epoch: Epoch
    /// Validators of the epoch, the node included.
    public let validatorCount: Int
    public let quorum: Int
    public let pendingTransactions: Int
    /// Since the last block was executed, or the node started.
    public let secondsSinceCommit: Double
    /// `nil` where the node does not vote.
    public let consensus: Consensus?
    public let peers: [Peer]
    public let refusals: [Refusal]
    public let certificates: [Certificate]
    public let storage: StorageState
    /// File names of the proofs of misconduct that the node keeps, the first ``maximumEvidenceCount``.
    public let evidence: [String]
    /// What the node's program lacks of what has been decided about contracts, the lowest height first; `nil` where its
    /// version does not say.
    public let missingContracts: [MissingContractVersion]?

    /// Most proofs that are named.
    package static let maximumEvidenceCount = 100

    package init(
        member: MemberName, version: String, time: Timestamp, height: Height, headTime: Timestamp, waitingBlocks: Int,
        isBehind: Bool, epoch: Epoch, validatorCount: Int, quorum: Int, pendingTransactions: Int,
        secondsSinceCommit: Double, consensus: Consensus?, peers: [Peer], refusals: [Refusal],
        certificates: [Certificate], storage: StorageState, evidence: [String],
        missingContracts: [MissingContractVersion] = []
    ) {
        self.member = member
        self.version = version
        self.time = time
        self.height = height
        self.headTime = headTime
        self.waitingBlocks = waitingBlocks
        self.isBehind = isBehind
        self.epoch = epoch
        self.validatorCount = validatorCount
        self.quorum = quorum
        self.pendingTransactions = pendingTransactions
        self.secondsSinceCommit = secondsSinceCommit
        self.consensus = consensus
        self.peers = peers
        self.refusals = refusals
        self.certificates = certificates
        self.storage = storage
        self.evidence = evidence
        self.missingContracts = missingContracts
    }
}

/// Whoever can say how it is.
public protocol NodeExaminer: Sendable {
    /// - Throws: ``NodeError``, or the transport's error.
    func health() async throws -> NodeHealth
}
