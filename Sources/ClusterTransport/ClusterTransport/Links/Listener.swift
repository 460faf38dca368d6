import Identity
import NIOCore
import NIOPosix
import NIOSSL

/// Accepts connections at one address.
struct Listener: Sendable {
    let address: NodeAddress
    private let channel: any Channel

    /// - Throws: ``ClusterError`` with code `addressInUse` or `cannotListen`.
    static func listen(
        on address: NodeAddress,
        system: TransportContext,
        table: InboundTable,
        dispatcher: Dispatcher
    ) async throws -> Listener {
        let bootstrap = ServerBootstrap(group: system.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: OutboundConnection.waterMark(system.limits))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let verifier = PeerVerifier(credentials: system.credentials, expecting: nil)
                    let tls = NIOSSLServerHandler(
                        context: try system.credentials.material().serverContext(),
                        customVerificationCallback: { $1.succeed(verifier.verify($0)) }
                    )
                    let connection = InboundConnection(
                        system: system,
                        table: table,
                        dispatcher: dispatcher,
                        verifier: verifier
                    )
                    try channel.pipeline.syncOperations.addHandlers([tls, connection])
                }
            }
        do {
            let channel = try await bootstrap.bind(host: address.host, port: Int(address.port)).get()
            let port = channel.localAddress?.port.flatMap { UInt16(exactly: $0) } ?? address.port
            return Listener(address: NodeAddress(host: address.host, port: port), channel: channel)
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw ClusterError(
                .addressInUse,
                "port \(address.port) of \(address.host) is in use: stop the other process or configure another port",
                cause: error
            )
        } catch {
            throw ClusterError(.cannotListen, "this node cannot listen at \(address)", cause: error)
        }
    }

    func close() async {
        // Closed already is closed as well.
        try? await channel.close().get()
    }
}
