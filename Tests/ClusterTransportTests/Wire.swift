import ClusterTransport
import NIOCore
import NIOPosix
import Synchronization

/// A cable that a test can freeze or cut: it takes TCP connections and passes their bytes on to a node.
final class Wire: Sendable {
    let address: NodeAddress
    private let listener: any Channel
    private let ends: Ends

    /// The channels of the connections that pass, and whether bytes do.
    fileprivate final class Ends: Sendable {
        private let state = Mutex<(channels: [any Channel], isFrozen: Bool)>(([], false))

        var isFrozen: Bool { state.withLock { $0.isFrozen } }

        func add(_ channel: any Channel) { state.withLock { $0.channels.append(channel) } }

        func freeze() { state.withLock { $0.isFrozen = true } }

        func removeAll() -> [any Channel] {
            state.withLock { state in
                defer { state = ([], false) }
                return state.channels
            }
        }
    }

    static func lay(to target: NodeAddress) async throws -> Wire {
        let ends = Ends()
        let group = MultiThreadedEventLoopGroup.singleton
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { near in
                ends.add(near)
                // Both ends on one event loop, so that each may write to the other directly.
                return ClientBootstrap(group: near.eventLoop)
                    .channelInitializer { far in
                        ends.add(far)
                        return far.eventLoop.makeCompletedFuture {
                            try far.pipeline.syncOperations.addHandler(Splice(other: near, ends: ends))
                        }
                    }
                    .connect(host: target.host, port: Int(target.port))
                    .flatMapThrowing { far in
                        try near.pipeline.syncOperations.addHandler(Splice(other: far, ends: ends))
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port.flatMap { UInt16(exactly: $0) } ?? 0
        return Wire(address: NodeAddress(host: "127.0.0.1", port: port), listener: listener, ends: ends)
    }

    private init(address: NodeAddress, listener: any Channel, ends: Ends) {
        self.address = address
        self.listener = listener
        self.ends = ends
    }

    /// From now on nothing arrives, and nobody is told, as behind a firewall that lost its memory.
    func freeze() { ends.freeze() }

    /// Ends all connections; new ones pass again.
    func cut() async {
        for channel in ends.removeAll() { try? await channel.close().get() }
    }

    func remove() async {
        try? await listener.close().get()
        await cut()
    }
}

private final class Splice: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let ends: Wire.Ends

    init(other: any Channel, ends: Wire.Ends) {
        self.other = other
        self.ends = ends
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !ends.isFrozen { other.writeAndFlush(unwrapInboundIn(data), promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !ends.isFrozen { other.close(promise: nil) }
    }
}
