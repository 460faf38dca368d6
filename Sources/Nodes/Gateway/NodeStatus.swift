public import Formats
public import Identity
public import Ledger

/// How a node is, as it tells `zhenglian node status`.
public struct NodeStatus: Sendable, Codable {
    /// One of the node's peers.
    public struct Peer: Sendable, Codable {
        public let member: MemberName
        public let isReachable: Bool

        public init(member: MemberName, isReachable: Bool) {
            self.member = member
            self.isReachable = isReachable
        }
    }

    public let member: MemberName
    /// The digest of the genesis file.
    public let consortium: Digest
    public let channel: Label
    /// The last executed height.
    public let height: Height
    /// The digest of the header at that height.
    public let head: Digest
    /// The timestamp of the block at that height.
    public let headTime: Timestamp
    /// The running digest of every write up to that height.
    public let stateRoot: Digest
    public let epoch: Epoch
    /// `nil`, as the next two, where the node does not vote in this epoch.
    public let view: View?
    public let leader: MemberName?
    public let lastFinalizedView: View?
    /// Whether there is work: an idle chain rests.
    public let isActive: Bool
    /// Transactions that wait to be put into a block.
    public let pendingTransactions: Int
    public let peers: [Peer]
    /// Why there is no progress, in words; empty while there is, or while the chain rests.
    public let diagnosis: [String]
    /// Seconds since the node started.
    public let uptimeSeconds: Double
    /// User and system time that the process has used, in seconds.
    public let processorSeconds: Double
    /// Resident memory of the process, in bytes.
    public let residentBytes: UInt64
    public let version: String
    /// What the node's program lacks of what has been decided about contracts, the lowest height first; `nil` where its
    /// version does not say.
    public let missingContracts: [MissingContractVersion]?

    /// The version of this software.
    public static let currentVersion = "0.1.0"

    package init(
        member: MemberName,
        consortium: Digest,
        channel: Label,
        height: Height,
        head: Digest,
        headTime: Timestamp,
        stateRoot: Digest,
        epoch: Epoch,
        view: View?,
        leader: MemberName?,
        lastFinalizedView: View?,
        isActive: Bool,
        pendingTransactions: Int,
        peers: [Peer],
        diagnosis: [String],
        uptimeSeconds: Double,
        processorSeconds: Double,
        residentBytes: UInt64,
        version: String,
        missingContracts: [MissingContractVersion] = []
    ) {
        self.member = member
        self.consortium = consortium
        self.channel = channel
        self.height = height
        self.head = head
        self.headTime = headTime
        self.stateRoot = stateRoot
        self.epoch = epoch
        self.view = view
        self.leader = leader
        self.lastFinalizedView = lastFinalizedView
        self.isActive = isActive
        self.pendingTransactions = pendingTransactions
        self.peers = peers
        self.diagnosis = diagnosis
        self.uptimeSeconds = uptimeSeconds
        self.processorSeconds = processorSeconds
        self.residentBytes = residentBytes
        self.version = version
        self.missingContracts = missingContracts
    }
}
