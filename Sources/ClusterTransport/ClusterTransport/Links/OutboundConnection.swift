import CoreMetrics
import Identity
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// The caller's end of one connection: shakes hands, writes what its link has to send, hands the answers in.
final class OutboundConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What other threads may do with a connection.
    struct Handle: Sendable {
        fileprivate let loop: any EventLoop
        fileprivate let connection: NIOLoopBound<OutboundConnection>

        /// The link has something to send.
        func wake() { loop.execute { self.connection.value.writeFrames() } }

        func cancel(_ number: CallNumber) {
            loop.execute { self.connection.value.write(.cancel(number)) }
        }

        func recheckPeer() { loop.execute { self.connection.value.recheckPeer() } }

        func close() { loop.execute { self.connection.value.close() } }
    }

    private enum Phase {
        case handshake
        case greeting(MemberCertificate)
        case open(MemberCertificate)
        case closed
    }

    /// Frames written at once; more of them together need fewer TLS records and system calls.
    private static let batchBytes = 64 << 10

    private let link: OutboundLink
    private let number: ConnectionNumber
    private let verifier: PeerVerifier
    private var phase = Phase.handshake
    private var assembler: FrameAssembler
    private var heartbeat: Heartbeat
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var fault: ClusterError?

    init(link: OutboundLink, number: ConnectionNumber, verifier: PeerVerifier) {
        self.link = link
        self.number = number
        self.verifier = verifier
        assembler = FrameAssembler(maximumFrameBytes: link.context.limits.maximumGreetingBytes)
        heartbeat = Heartbeat(limits: link.context.limits, now: .now())
    }

    static func waterMark(_ limits: TransportLimits) -> ChannelOptions.Types.WriteBufferWaterMark {
        .init(low: limits.maximumUnsentSocketBytes / 2, high: limits.maximumUnsentSocketBytes)
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let timeout = link.context.limits.handshakeTimeout
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) {
            self.fail(ClusterError(.unreachable, "\(self.link.peer) did not complete the handshake in \(timeout)"))
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent {
            handshakeCompleted(context, negotiated)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case NIOSSLError.uncleanShutdown = error {
            // The peer's process ended without a farewell: what follows is the end of the connection.
            return
        }
        switch phase {
        case .closed: break
        case .handshake:
            if let identityError = verifier.fault {
                fail(refusal(identityError))
            } else {
                fail(ClusterError(.unreachable, "the TLS handshake with \(link.peer) failed", cause: error))
            }
        case .greeting where error is NIOSSLError || error is BoringSSLError:
            // In TLS 1.3 the caller's handshake is complete before the callee has seen the caller's certificate.
            let text = "\(link.peer) refused this node's certificate with a TLS alert; its log says why"
            fail(ClusterError(.refused, text, cause: error))
        case .greeting, .open:
            fail(ClusterError(.unreachable, "the connection to \(link.peer) broke", cause: error))
        }
    }

    private func handshakeCompleted(_ context: ChannelHandlerContext, _ negotiated: String?) {
        guard case .handshake = phase else { return }
        guard negotiated == TLSMaterial.applicationProtocol else {
            return fail(
                ClusterError(.unsupportedVersion, "\(link.peer) does not speak \(TLSMaterial.applicationProtocol)"))
        }
        do {
            let tls = try context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
            phase = .greeting(try verifier.authenticate(tls.peerCertificate))
        } catch let error as IdentityError {
            return fail(refusal(error))
        } catch {
            return fail(ClusterError(.unreachable, "the connection to \(link.peer) has no TLS", cause: error))
        }
        write(.hello(link.context.hello(on: link.lane)))
    }

    private func refusal(_ error: IdentityError) -> ClusterError {
        ClusterError(
            .refused,
            "connection to \(link.peer) refused by this node: \(error.message)",
            identityCode: error.code
        )
    }

    private func fail(_ error: ClusterError) {
        guard fault == nil else { return }
        fault = error
        close()
    }

    /// Reports the end at once: TLS may wait for the farewell of a peer that is dead.
    private func close() {
        let context = context
        end()
        context?.close(promise: nil)
    }

    private func end() {
        if case .closed = phase { return }
        phase = .closed
        timer?.cancel()
        timer = nil
        context = nil
        let error = fault ?? ClusterError(.unreachable, "\(link.peer) closed the connection")
        link.context.logger.debug(
            "outbound connection closed",
            metadata: ["peer": "\(link.peer)", "lane": "\(link.lane)", "reason": "\(error)"]
        )
        link.closed(number, error)
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        heartbeat.received(at: .now())
        link.context.metrics[link.lane].receivedBytes.increment(by: bytes.readableBytes)
        assembler.append(bytes)
        do {
            while fault == nil, let content = try assembler.next() {
                try take(try FrameReader.frame(in: content))
            }
        } catch let error as FrameError {
            fail(error.clusterError)
        } catch let error as ClusterError {
            fail(error)
        } catch {
            fail(ClusterError(.malformed, "\(link.peer) sent what cannot be read", cause: error))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Answers may have made room for calls that waited for it.
        writeFrames()
        context.fireChannelReadComplete()
    }

    private func take(_ frame: Frame) throws {
        switch (frame, phase) {
        case (.hello(let hello), .greeting(let certificate)):
            try greeted(hello, by: certificate)
        case (.refusal(let refusal), _):
            throw Self.error(of: refusal, from: link.peer)
        case (.reply(let call, let result), .open):
            try link.answered(call, with: .result(result), on: number)
        case (.failure(let call, let failure), .open):
            try link.answered(call, with: .failure(failure), on: number)
        case (.goodbye, .open):
            link.goodbye(number)
        case (.ping, .open):
            write(.pong)
        case (.pong, .open):
            break
        default:
            throw ClusterError(.malformed, "\(link.peer) sent a frame that the callee does not send now")
        }
    }

    private func greeted(_ hello: Hello, by certificate: MemberCertificate) throws(ClusterError) {
        guard hello.realm == link.context.realm else {
            throw ClusterError(
                .wrongRealm,
                "\(link.peer) belongs to another consortium with the same name: its genesis differs"
            )
        }
        guard hello.lane == link.lane, let context else {
            throw ClusterError(.malformed, "\(link.peer) answered for another lane")
        }
        timer?.cancel()
        phase = .open(certificate)
        assembler.maximumFrameBytes = link.context.limits[link.lane].maximumFrameBytes
        scheduleTick(context)
        let handle = Handle(
            loop: context.eventLoop,
            connection: NIOLoopBound(self, eventLoop: context.eventLoop)
        )
        link.opened(number, handle, maximumCalls: Int(hello.maximumConcurrentCalls))
    }

    private static func error(of refusal: Refusal, from peer: MemberName) -> ClusterError {
        let code = ClusterError.Code(rawValue: refusal.code)
        let identityCode = refusal.identityCode.isEmpty ? nil : IdentityError.Code(rawValue: refusal.identityCode)
        let versions = code == .unsupportedVersion ? " (it speaks the versions \(refusal.versions))" : ""
        return ClusterError(
            code,
            "connection to \(peer) refused: \(refusal.message)\(versions)",
            identityCode: identityCode
        )
    }

    // MARK: Writing

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeFrames()
        context.fireChannelWritabilityChanged()
    }

    private func writeFrames() {
        guard let context, case .open = phase else { return }
        while context.channel.isWritable {
            let frames = link.nextFrames(of: number, maximumBytes: Self.batchBytes)
            guard !frames.isEmpty else { return }
            FrameBatch.write(frames) { frame in
                link.context.metrics[link.lane].sentBytes.increment(by: frame.readableBytes)
                context.write(wrapOutboundOut(frame), promise: nil)
            }
            heartbeat.sent(at: .now())
            // TLS holds back what is not flushed, and the channel's writability does not know of it.
            context.flush()
        }
    }

    private func write(_ frame: Frame) {
        guard let context else { return }
        heartbeat.sent(at: .now())
        context.writeAndFlush(wrapOutboundOut(FrameWriter.bytes(of: frame)), promise: nil)
    }

    // MARK: Watching

    private func scheduleTick(_ context: ChannelHandlerContext) {
        let interval = TimeAmount(link.context.limits.heartbeatInterval)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: interval) { self.tick() }
    }

    private func tick() {
        guard let context, case .open = phase else { return }
        switch heartbeat.tick(at: .now()) {
        case .nothing: break
        case .ping: write(.ping)
        case .dead:
            link.context.metrics.deadPeers.increment()
            let silence = link.context.limits.silenceTimeout
            return fail(ClusterError(.unreachable, "\(link.peer) has been silent for \(silence): taken for dead"))
        }
        recheckPeer()
        if fault == nil { scheduleTick(context) }
    }

    private func recheckPeer() {
        guard case .open(let certificate) = phase else { return }
        do {
            try link.context.credentials.recheck(certificate)
        } catch {
            fail(refusal(error))
        }
    }
}
