import Metrics

/// What a node tells about its channel, for whoever collects metrics; units stand in the names.
struct NodeMetrics: Sendable {
    let height = Gauge(label: "zhenglian_height")
    let executedTransactions = Counter(label: "zhenglian_executed_transactions_total")
    let executedBlocks = Counter(label: "zhenglian_executed_blocks_total")
    let refusedProposals = Counter(label: "zhenglian_refused_proposals_total")
    let evidence = Counter(label: "zhenglian_evidence_total")
}

/// What a node tells about why it makes progress or does not, as of the last second.
struct HealthMetrics: Sendable {
    let view = Gauge(label: "zhenglian_view")
    let finalView = Gauge(label: "zhenglian_final_view")
    let secondsInView = Gauge(label: "zhenglian_view_age_seconds")
    let secondsSinceCommit = Gauge(label: "zhenglian_last_commit_age_seconds")
    /// Votes for a block that the current view still needs; 0 while the chain rests.
    let missingVotes = Gauge(label: "zhenglian_missing_votes")
    /// Views in a row that were given up.
    let consecutiveNullifications = Gauge(label: "zhenglian_consecutive_nullifications")
    /// Looks at which the view was another one than a second before.
    let viewChangesSeen = Counter(label: "zhenglian_view_changes_seen_total")
    let unreachableValidators = Gauge(label: "zhenglian_unreachable_validators")
    /// 1 while the node knows that it lacks final blocks.
    let isBehind = Gauge(label: "zhenglian_catching_up")
    let pendingTransactions = Gauge(label: "zhenglian_pending_transactions")
    let waitingBlocks = Gauge(label: "zhenglian_blocks_waiting_for_execution")
    /// Versions of contracts that have been decided on and that this program lacks: it has to be updated.
    let missingContracts = Gauge(label: "zhenglian_missing_contract_versions")
    let refusedConnections = Counter(label: "zhenglian_refused_connections_total")
}

/// What a node tells about the messages of other validators.
struct IntakeMetrics: Sendable {
    /// Messages whose signatures were checked: the others were of no use, or too far ahead.
    let checkedMessages = Counter(label: "zhenglian_consensus_messages_checked_total")
    /// Messages that cannot be read, break a rule, or have a signature that does not hold.
    let refusedMessages = Counter(label: "zhenglian_consensus_messages_refused_total")
}

/// What a node tells about its read model.
struct ReadModelMetrics: Sendable {
    let height = Gauge(label: "zhenglian_read_model_height")
    let lag = Gauge(label: "zhenglian_read_model_lag_heights")
}
