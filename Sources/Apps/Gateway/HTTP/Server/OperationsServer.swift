import Formats
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Nodes
import PrometheusMetrics

/// Health, readiness and metrics, for the machines that watch over nodes: on a listener of its own, which the world
/// does not reach.
struct OperationsServer: Sendable {
    let endpoint: NodeConfiguration.Endpoint
    let services: GatewayServices
    let metrics: MetricsRegistry
    let logger: Logger

    /// Whether a node is ready to be asked.
    struct Readiness: Encodable, Sendable {
        let isReady: Bool
        let height: Height
        /// Why it is not, in words; empty where it is.
        let reasons: [String]
    }

    /// Serves until the task is cancelled or the process is asked to stop.
    /// - Throws: ``GatewayError`` where the address cannot be listened on.
    func run() async throws {
        let router = Router(context: BasicRequestContext.self)
        router.get("/health") { _, _ in
            // Whoever answers is alive.
            Response(status: .ok, headers: [.contentType: "text/plain; charset=utf-8"], body: .text("ok\n"))
        }
        router.get("/ready") { _, _ in
            let readiness = await self.readiness()
            return Response(
                status: readiness.isReady ? .ok : .serviceUnavailable,
                headers: [.contentType: "application/json; charset=utf-8"], body: try .json(readiness))
        }
        router.get("/metrics") { request, _ in
            let format = ExpositionFormat(accept: request.headers[.accept])
            return Response(
                status: .ok, headers: [.contentType: format.contentType], body: .text(metrics.exposition(as: format)))
        }
        let application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .seconds(30))),
            configuration: ApplicationConfiguration(
                address: .hostname(endpoint.host, port: endpoint.port), serverName: "zhenglian",
                availableConnectionsDelegate: .maximum(64, logger: logger)),
            logger: GatewayServer.quiet(logger))
        do {
            try await application.run()
        } catch let error as IOError {
            throw GatewayError("metrics cannot be served on \(endpoint): \(error); choose another 'gateway.operations'")
        }
    }

    /// A node is ready once it is not behind and reaches a quorum of validators.
    func readiness() async -> Readiness {
        let health = await services.inspection.health()
        var reasons: [String] = []
        if health.isBehind { reasons.append("it lacks final blocks, and fetches them") }
        let reachable = health.peers.count(where: \.isReachable) + 1
        if reachable < health.quorum {
            reasons.append("\(reachable) of \(health.validatorCount) validators are there; \(health.quorum) are needed")
        }
        return Readiness(isReady: reasons.isEmpty, height: health.height, reasons: reasons)
    }
}

extension ResponseBody {
    static func text(_ text: String) -> ResponseBody { ResponseBody(byteBuffer: ByteBuffer(string: text)) }
}
