import Metrics

/// What a node tells about its webhooks, for whoever collects metrics.
struct WebhookMetrics: Sendable {
    private let delivered = Counter(label: "zhenglian_webhook_deliveries_total", dimensions: [("outcome", "delivered")])
    /// Tried, and to be tried again.
    private let failed = Counter(label: "zhenglian_webhook_deliveries_total", dimensions: [("outcome", "failed")])
    private let putAside = Counter(label: "zhenglian_webhook_deliveries_total", dimensions: [("outcome", "put_aside")])
    /// Subscriptions that the node has stopped.
    private let disabled = Counter(label: "zhenglian_webhooks_disabled_total")

    func count(hasArrived: Bool) { (hasArrived ? delivered : failed).increment() }

    func countStopped() { disabled.increment() }

    func count(_ effect: DeliverySchedule.Effect) {
        switch effect {
        case .retry: failed.increment()
        case .putAside: putAside.increment()
        case .disable:
            failed.increment()
            disabled.increment()
        }
    }
}
