/// Every bound of the transport, in one place, each with its reason.
public struct TransportLimits: Sendable {
    /// The bounds of one lane.
    public struct LaneLimits: Sendable {
        /// The longest frame, in bytes without its length field. The receiver refuses a longer one before it stores it.
        public var maximumFrameBytes: Int
        /// Bytes that may wait to be sent to one peer, for one-way messages and for calls each.
        public var maximumQueuedBytes: Int
        /// Calls of one peer that run at a time; the caller learns the number and keeps to it.
        public var maximumConcurrentCalls: Int
        /// How long a call may take where its caller says nothing else.
        public var callTimeout: Duration

        public init(
            maximumFrameBytes: Int,
            maximumQueuedBytes: Int,
            maximumConcurrentCalls: Int,
            callTimeout: Duration
        ) {
            self.maximumFrameBytes = maximumFrameBytes
            self.maximumQueuedBytes = maximumQueuedBytes
            self.maximumConcurrentCalls = maximumConcurrentCalls
            self.callTimeout = callTimeout
        }
    }

    /// Proposals carry whole blocks; votes are small, and stale ones worthless: a short queue suffices.
    public var consensus = LaneLimits(
        maximumFrameBytes: 8 << 20,
        maximumQueuedBytes: 16 << 20,
        maximumConcurrentCalls: 64,
        callTimeout: .seconds(2)
    )
    /// One transaction, query or receipt per frame, many at a time.
    public var requests = LaneLimits(
        maximumFrameBytes: 1 << 20,
        maximumQueuedBytes: 8 << 20,
        maximumConcurrentCalls: 256,
        callTimeout: .seconds(10)
    )
    /// Blocks and snapshots: a few large frames at a time fill any link.
    public var bulk = LaneLimits(
        maximumFrameBytes: 8 << 20,
        maximumQueuedBytes: 32 << 20,
        maximumConcurrentCalls: 8,
        callTimeout: .seconds(30)
    )

    /// The longest frame before a peer has introduced itself: room for a hello or a refusal.
    public var maximumGreetingBytes = 1024
    /// TCP connection, TLS handshake and greeting together.
    public var handshakeTimeout: Duration = .seconds(5)
    /// A connection with nothing to say sends a ping this often.
    public var heartbeatInterval: Duration = .milliseconds(500)
    /// A peer that sent nothing for so long is dead. Four heartbeats, so that one lost packet kills nobody.
    public var silenceTimeout: Duration = .seconds(2)
    /// The first pause before dialling again; it doubles with each failure and is spread by up to its own half.
    public var shortestBackoff: Duration = .milliseconds(100)
    /// The longest pause before dialling again: how late a node may notice that its peer is back.
    public var longestBackoff: Duration = .seconds(2)
    /// One-way messages received and not yet executed, per connection; beyond it the connection is not read.
    public var maximumPendingOneWays = 1024
    /// Bytes of those messages, likewise.
    public var maximumPendingOneWayBytes = 16 << 20
    /// Bytes of replies that a peer has not taken yet; beyond it its new calls are refused as overload.
    public var maximumUnsentReplyBytes = 16 << 20
    /// Bytes handed to the operating system and not taken yet, above which nothing more is handed over.
    public var maximumUnsentSocketBytes = 256 << 10
    /// Connections accepted at a time, from everybody together: file descriptors are finite.
    public var maximumInboundConnections = 1024
    /// Connections accepted at a time from one member, so that none can take them all.
    public var maximumInboundConnectionsPerMember = 64
    /// How long a shutdown, a drained connection or a rotation waits for calls under way.
    public var drainTimeout: Duration = .seconds(2)
    /// Events kept for a subscriber of peer events that does not read them.
    public var maximumBufferedPeerEvents = 256
    /// What an argument or a result may be.
    public var coding = CodingLimits()

    public init() {}

    /// The bounds of `lane`.
    public subscript(lane: Lane) -> LaneLimits {
        get {
            switch lane {
            case .consensus: consensus
            case .requests: requests
            case .bulk: bulk
            }
        }
        set {
            switch lane {
            case .consensus: consensus = newValue
            case .requests: requests = newValue
            case .bulk: bulk = newValue
            }
        }
    }
}
