import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import Nodes

/// Listens for HTTP, with TLS where there is a certificate, and within limits.
struct GatewayServer: Sendable {
    let configuration: GatewayConfiguration
    let responder: RouterResponder<GatewayContext>
    let logger: Logger

    /// Serves until the task is cancelled or the process is asked to stop.
    /// - Throws: ``GatewayError`` where the address cannot be listened on, `FileError` and ``GatewayError`` for the
    ///   certificate.
    func run() async throws {
        let endpoint = configuration.listen
        let connections = DescriptorLimit.raise(wanted: GatewayLimits.connectionCount)
        let server = try server()
        let threads = try await ConnectionThreads.prepare()
        let application = Application(
            responder: responder,
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(endpoint.host, port: endpoint.port), serverName: "zhenglian", backlog: 1_024,
                availableConnectionsDelegate: .maximum(connections, logger: logger)),
            onServerRunning: { [logger, configuration] _ in
                logger.info(
                    "HTTP is served",
                    metadata: [
                        "address": "\(configuration.address)", "connections": "\(connections)",
                        "belowVotes": "\(threads.areBelow)",
                    ])
            },
            eventLoopGroupProvider: .shared(ConnectionThreads.group),
            logger: Self.quiet(logger))
        do {
            try await application.run()
        } catch let error as IOError {
            throw GatewayError("HTTP cannot be served on \(endpoint): \(error); choose another 'gateway.listen'")
        }
    }

    private func server() throws -> HTTPServerBuilder {
        let connection = HTTP1Channel.Configuration(
            idleTimeout: .nanoseconds(Int64(GatewayLimits.idleTime / .nanoseconds(1))),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: GatewayLimits.headerByteCount,
                maxHeaderListSize: GatewayLimits.headerByteCount,
                maxHeaderFieldCount: GatewayLimits.headerCount))
        let http = HTTPServerBuilder { responder in
            PinnedChannel(base: HTTP1Channel(responder: responder, configuration: connection))
        }
        guard let certificate = configuration.certificate else { return http }
        return try .tls(
            http,
            configuration: TLSChannelConfiguration(
                tlsConfiguration: try ServerCertificate.configuration(
                    chainPath: certificate.chainPath, keyPath: certificate.keyPath),
                // That the key is the certificate's, TLS sees to; whose it is and whether it counts, the door does.
                customVerificationCallback: { $1.succeed(.certificateVerified) }))
    }

    /// What the library tells of itself is of no interest to operators.
    static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}
