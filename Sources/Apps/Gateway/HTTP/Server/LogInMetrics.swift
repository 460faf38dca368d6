import GatewayAccess
import Metrics

/// What a gateway tells about log-ins by the pages of its identity platform, for whoever collects metrics.
struct LogInMetrics: Sendable {
    private static let label = "zhenglian_gateway_platform_logins_total"

    private let accepted = Counter(label: label, dimensions: [("outcome", "accepted")])

    func countAccepted() { accepted.increment() }

    /// By the code of the error, of which there are few.
    func countRefused(_ code: AccessError.Code) {
        Counter(label: Self.label, dimensions: [("outcome", code.rawValue)]).increment()
    }
}
