import CoreMetrics
import Metrics

/// The transport's metrics, made once; units stand in the names.
struct TransportMetrics: Sendable {
    /// The metrics of one lane.
    struct LaneMetrics: Sendable {
        let calls: Counter
        let failedCalls: Counter
        let callDuration: Metrics.Timer
        let servedCalls: Counter
        let refusedCalls: Counter
        let droppedMessages: Counter
        let sentBytes: Counter
        let receivedBytes: Counter

        init(_ lane: Lane) {
            let dimensions = [("lane", lane.description)]
            calls = Counter(label: "cluster_calls_total", dimensions: dimensions)
            failedCalls = Counter(label: "cluster_failed_calls_total", dimensions: dimensions)
            callDuration = Metrics.Timer(
                label: "cluster_call_duration_seconds",
                dimensions: dimensions,
                preferredDisplayUnit: .seconds
            )
            servedCalls = Counter(label: "cluster_served_calls_total", dimensions: dimensions)
            refusedCalls = Counter(label: "cluster_refused_calls_total", dimensions: dimensions)
            droppedMessages = Counter(label: "cluster_dropped_messages_total", dimensions: dimensions)
            sentBytes = Counter(label: "cluster_sent_bytes_total", dimensions: dimensions)
            receivedBytes = Counter(label: "cluster_received_bytes_total", dimensions: dimensions)
        }
    }

    let refusedConnections = Counter(label: "cluster_refused_connections_total")
    let deadPeers = Counter(label: "cluster_dead_peers_total")
    let dials = Counter(label: "cluster_dials_total")
    let inboundConnections = Gauge(label: "cluster_inbound_connections")
    let reachablePeers = Gauge(label: "cluster_reachable_peers")

    private let consensus = LaneMetrics(.consensus)
    private let requests = LaneMetrics(.requests)
    private let bulk = LaneMetrics(.bulk)

    subscript(lane: Lane) -> LaneMetrics {
        switch lane {
        case .consensus: consensus
        case .requests: requests
        case .bulk: bulk
        }
    }
}
