import ClusterTransport
import Identity
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// A peer that speaks TLS with any certificate or none, and sends whatever bytes a test wants.
struct RawPeer {
    /// What the other side did with a connection.
    struct Outcome {
        /// Whether the TLS handshake completed at this side.
        var completedHandshake = false
        /// Every whole frame that came.
        var frames: [Frame] = []
        /// Whether the other side broke TLS off or the connection with an error.
        var failed = false

        /// The refusal that came, if one came.
        var refusal: Refusal? {
            for case .refusal(let refusal) in frames { return refusal }
            return nil
        }
    }

    /// Connects, sends `chunks` as soon as TLS stands, and reads until the other side closes or `isEnough` has come.
    static func connect(
        to address: NodeAddress,
        as credential: RawCredential?,
        applicationProtocol: String = "zhenglian/1",
        sending chunks: [[UInt8]],
        until isEnough: @escaping @Sendable ([Frame]) -> Bool = { _ in false }
    ) async throws -> Outcome {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = [applicationProtocol]
        configuration.certificateVerification = .noHostnameVerification
        if let credential {
            configuration.certificateChain = [.certificate(try credential.certificate())]
            configuration.privateKey = .privateKey(try credential.privateKey())
        }
        let context = try NIOSSLContext(configuration: configuration)
        let group = MultiThreadedEventLoopGroup.singleton
        let promise = group.next().makePromise(of: Outcome.self)
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        try NIOSSLClientHandler(
                            context: context,
                            serverHostname: nil,
                            customVerificationCallback: { $1.succeed(.certificateVerified) }
                        ),
                        RawPeerHandler(chunks: chunks, isEnough: isEnough, promise: promise),
                    ])
                }
            }
            .connect(host: address.host, port: Int(address.port)).get()
        let outcome = try await promise.futureResult.get()
        try? await channel.close().get()
        return outcome
    }
}

/// A server that speaks TLS with any certificate, and then says nothing.
struct RawServer {
    let address: NodeAddress
    private let channel: any Channel

    static func listen(as credential: RawCredential) async throws -> RawServer {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try credential.certificate())],
            privateKey: .privateKey(try credential.privateKey())
        )
        configuration.applicationProtocols = ["zhenglian/1"]
        let context = try NIOSSLContext(configuration: configuration)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port.flatMap { UInt16(exactly: $0) } ?? 0
        return RawServer(address: NodeAddress(host: "127.0.0.1", port: port), channel: channel)
    }

    func close() async { try? await channel.close().get() }
}

private final class RawPeerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let chunks: [[UInt8]]
    private let isEnough: @Sendable ([Frame]) -> Bool
    private let promise: EventLoopPromise<RawPeer.Outcome>
    private var outcome = RawPeer.Outcome()
    private var assembler = FrameAssembler(maximumFrameBytes: 1 << 24)

    init(
        chunks: [[UInt8]],
        isEnough: @escaping @Sendable ([Frame]) -> Bool,
        promise: EventLoopPromise<RawPeer.Outcome>
    ) {
        self.chunks = chunks
        self.isEnough = isEnough
        self.promise = promise
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted? = event as? TLSUserEvent else { return }
        outcome.completedHandshake = true
        for chunk in chunks { context.write(wrapOutboundOut(ByteBuffer(bytes: chunk)), promise: nil) }
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        assembler.append(unwrapInboundIn(data))
        do {
            while let content = try assembler.next() { outcome.frames.append(try FrameReader.frame(in: content)) }
            if isEnough(outcome.frames) { context.close(promise: nil) }
        } catch {
            outcome.failed = true
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        outcome.failed = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { promise.succeed(outcome) }
}
