import Metrics

/// What a node tells about its channel, for whoever collects metrics; units stand in the names.
struct NodeMetrics: Sendable {
    let height = Gauge(label: "zhenglian_height")
    let view = Gauge(label: "zhenglian_view")
    let pendingTransactions = Gauge(label: "zhenglian_pending_transactions")
    let waitingBlocks = Gauge(label: "zhenglian_blocks_waiting_for_execution")
    let executedTransactions = Counter(label: "zhenglian_executed_transactions_total")
    let executedBlocks = Counter(label: "zhenglian_executed_blocks_total")
    let refusedProposals = Counter(label: "zhenglian_refused_proposals_total")
    let evidence = Counter(label: "zhenglian_evidence_total")
}

/// What a node tells about its read model.
struct ReadModelMetrics: Sendable {
    let height = Gauge(label: "zhenglian_read_model_height")
    let lag = Gauge(label: "zhenglian_read_model_lag_heights")
}
