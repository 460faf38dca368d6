public import Metrics

/// Has swift-metrics count in a ``MetricsRegistry``, for Prometheus to read.
///
/// Counters, meters and recorders are what their names say; a recorder that aggregates is a histogram with
/// ``HistogramBuckets/values``, a timer one with ``HistogramBuckets/seconds``.
///
///     let registry = MetricsRegistry()
///     MetricsSystem.bootstrap(PrometheusMetricsFactory(registry))
public struct PrometheusMetricsFactory: MetricsFactory {
    public let registry: MetricsRegistry

    public init(_ registry: MetricsRegistry) { self.registry = registry }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        registry.counter(label, dimensions)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        registry.realCounter(label, dimensions)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        registry.gauge(label, dimensions)
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate ? registry.histogram(label, dimensions) : registry.gauge(label, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        registry.timer(label, dimensions)
    }

    public func destroyCounter(_ handler: any CounterHandler) { release(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { release(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { release(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { release(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { release(handler) }

    private func release(_ handler: AnyObject) {
        guard let series = handler as? any MetricSeries else { return }
        registry.release(series)
    }
}
