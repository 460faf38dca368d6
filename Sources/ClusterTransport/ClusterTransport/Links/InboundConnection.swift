import CoreMetrics
import Identity
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// The callee's end of one connection: shakes hands, decides on each call before it decodes it, writes the answers.
final class InboundConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What other threads may do with a connection.
    struct Handle: Sendable {
        fileprivate let loop: any EventLoop
        fileprivate let connection: NIOLoopBound<InboundConnection>

        func writeAnswers() { loop.execute { self.connection.value.writeAnswers() } }

        func resumeReading() { loop.execute { self.connection.value.resumeReading() } }

        func recheckPeer() { loop.execute { self.connection.value.recheckPeer() } }

        /// Asks the caller to make no more calls here and to close when those under way are answered.
        func sayGoodbye() { loop.execute { self.connection.value.sayGoodbye() } }

        func close() { loop.execute { self.connection.value.close() } }
    }

    private enum Phase {
        case handshake
        case greeting(MemberCertificate)
        case open(Peer)
        /// Why is on its way to the peer; nothing that comes counts any more.
        case refusing
        case closed
    }

    private struct Peer {
        let certificate: MemberCertificate
        let lane: Lane
        let calls: InboundCalls
        let inbox: OneWayInbox
    }

    private static let batchBytes = 64 << 10

    private let system: TransportContext
    private let table: InboundTable
    private let dispatcher: Dispatcher
    private let verifier: PeerVerifier
    private var number: ConnectionNumber?
    private var phase = Phase.handshake
    private var assembler: FrameAssembler
    private var heartbeat: Heartbeat
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var isPaused = false
    private var wantsRead = false

    init(system: TransportContext, table: InboundTable, dispatcher: Dispatcher, verifier: PeerVerifier) {
        self.system = system
        self.table = table
        self.dispatcher = dispatcher
        self.verifier = verifier
        assembler = FrameAssembler(maximumFrameBytes: system.limits.maximumGreetingBytes)
        heartbeat = Heartbeat(limits: system.limits, now: .now())
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        number = table.add(handle(context))
        guard number != nil else { return close() }
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(system.limits.handshakeTimeout)) {
            self.close()
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
        if case .handshake = phase, !(error is IOError) {
            let refusal =
                verifier.fault.map { ClusterError(.refused, $0.message, identityCode: $0.code) }
                ?? ClusterError(.refused, "the TLS handshake failed", cause: error)
            report(refusal, member: nil)
        }
        close()
    }

    private func handshakeCompleted(_ context: ChannelHandlerContext, _ negotiated: String?) {
        guard case .handshake = phase else { return }
        guard negotiated == TLSMaterial.applicationProtocol else {
            return refuse(ClusterError(.unsupportedVersion, "this node speaks \(TLSMaterial.applicationProtocol)"))
        }
        do {
            let tls = try context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
            phase = .greeting(try verifier.authenticate(tls.peerCertificate))
        } catch let error as IdentityError {
            refuse(ClusterError(.refused, error.message, identityCode: error.code))
        } catch {
            refuse(ClusterError(.refused, "the connection has no TLS", cause: error))
        }
    }

    /// Leaves the table at once: TLS may wait for the farewell of a peer that is dead.
    private func close() {
        let context = context
        end()
        context?.close(promise: nil)
    }

    private func end() {
        if case .open(let peer) = phase {
            peer.calls.close()
            peer.inbox.finish()
        }
        phase = .closed
        timer?.cancel()
        timer = nil
        context = nil
        if let number { table.remove(number) }
        number = nil
    }

    private func handle(_ context: ChannelHandlerContext) -> Handle {
        Handle(loop: context.eventLoop, connection: NIOLoopBound(self, eventLoop: context.eventLoop))
    }

    // MARK: Refusing

    /// Tells the peer why, and closes.
    private func refuse(_ error: ClusterError) {
        guard let context else { return }
        switch phase {
        case .refusing, .closed: return
        case .handshake: report(error, member: nil)
        case .greeting(let certificate): report(error, member: certificate.member)
        case .open(let peer):
            report(error, member: peer.certificate.member)
            peer.calls.close()
            peer.inbox.cancel()
        }
        phase = .refusing
        let frame = Frame.refusal(
            Refusal(
                code: error.code.rawValue,
                identityCode: error.identityCode?.rawValue ?? "",
                message: error.message,
                versions: ProtocolVersion.spoken
            )
        )
        context.writeAndFlush(wrapOutboundOut(FrameWriter.bytes(of: frame))).assumeIsolated().whenComplete { _ in
            self.close()
        }
    }

    private func report(_ error: ClusterError, member: MemberName?) {
        system.metrics.refusedConnections.increment()
        system.peers.refused(PeerRefusal(member: member, code: error.code, identityCode: error.identityCode))
        system.logger.notice(
            "connection refused",
            metadata: [
                "peer": "\(member.map(String.init(describing:)) ?? "unknown")",
                "address": "\(context?.remoteAddress.map(String.init(describing:)) ?? "unknown")",
                "reason": "\(error)",
            ]
        )
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .refusing = phase { return }
        let bytes = unwrapInboundIn(data)
        heartbeat.received(at: .now())
        assembler.append(bytes)
        if case .open(let peer) = phase { system.metrics[peer.lane].receivedBytes.increment(by: bytes.readableBytes) }
        takeFrames()
    }

    private func takeFrames() {
        do {
            while !isPaused, isReading, let content = try assembler.next() {
                try take(try FrameReader.frame(in: content), byteCount: content.readableBytes)
            }
        } catch let error as FrameError {
            refuse(error.clusterError)
        } catch let error as ClusterError {
            refuse(error)
        } catch {
            refuse(ClusterError(.malformed, "what came cannot be read", cause: error))
        }
    }

    private var isReading: Bool {
        switch phase {
        case .greeting, .open: true
        case .handshake, .refusing, .closed: false
        }
    }

    /// Withholds reading while the inbox is full; TCP then slows the peer down.
    func read(context: ChannelHandlerContext) {
        if isPaused { wantsRead = true } else { context.read() }
    }

    private func resumeReading() {
        guard isPaused, let context else { return }
        isPaused = false
        heartbeat.received(at: .now())
        takeFrames()
        guard !isPaused, wantsRead else { return }
        wantsRead = false
        context.read()
    }

    private func take(_ frame: Frame, byteCount: Int) throws(ClusterError) {
        switch (frame, phase) {
        case (.hello(let hello), .greeting(let certificate)):
            try greet(hello, certificate)
        case (.call(let call, let invocation, let timeout), .open(let peer)):
            try begin(call, invocation, timeoutMilliseconds: timeout, peer)
        case (.oneWay(let invocation), .open(let peer)):
            receive(invocation, byteCount: byteCount, peer)
        case (.cancel(let call), .open(let peer)):
            peer.calls.cancel(call)
        case (.ping, .open):
            write(.pong)
        case (.pong, .open):
            break
        case (.refusal, _), (.goodbye, _):
            close()
        default:
            throw ClusterError(.malformed, "a frame came that a caller does not send now")
        }
    }

    private func greet(_ hello: Hello, _ certificate: MemberCertificate) throws(ClusterError) {
        guard let context, let number else { return }
        guard hello.realm == system.realm else {
            throw ClusterError(
                .wrongRealm,
                "\(system.member) belongs to another consortium with the same name: its genesis differs"
            )
        }
        switch table.admit(number, certificate.member, hello) {
        case .refused(let error): throw error
        case .admitted(let older): older?.close()
        }
        let handle = handle(context)
        let limits = system.limits
        let calls = InboundCalls(
            maximumCalls: limits[hello.lane].maximumConcurrentCalls,
            maximumAnswerBytes: limits.maximumUnsentReplyBytes,
            wake: { handle.writeAnswers() }
        )
        let inbox = OneWayInbox(
            limits: limits,
            executor: hello.lane == .consensus ? EventLoopTaskExecutor(context.eventLoop) : nil,
            resume: { handle.resumeReading() }
        )
        phase = .open(Peer(certificate: certificate, lane: hello.lane, calls: calls, inbox: inbox))
        assembler.maximumFrameBytes = limits[hello.lane].maximumFrameBytes
        timer?.cancel()
        scheduleTick(context)
        write(.hello(system.hello(on: hello.lane)))
    }

    // MARK: Calls

    private func begin(
        _ call: CallNumber,
        _ invocation: Invocation,
        timeoutMilliseconds: UInt32,
        _ peer: Peer
    ) throws(ClusterError) {
        let method: BoundMethod
        do throws(ClusterError) {
            method = try dispatcher.registry.method(for: invocation, caller: peer.certificate.member)
        } catch {
            system.metrics[peer.lane].refusedCalls.increment()
            return peer.calls.refuse(call, error)
        }
        let callContext = CallContext(
            caller: peer.certificate,
            deadline: .now.advanced(by: .milliseconds(timeoutMilliseconds))
        )
        let admission = peer.calls.begin(call) { [dispatcher] in
            await dispatcher.answer(call, method, invocation, context: callContext, lane: peer.lane)
        }
        switch admission {
        case .admitted: break
        case .duplicate: throw ClusterError(.malformed, "two calls under way have the number \(call.rawValue)")
        case .overloaded:
            system.metrics[peer.lane].refusedCalls.increment()
            peer.calls.refuse(call, ClusterError(.overloaded, "\(system.member) takes no more calls at a time"))
        }
    }

    private func receive(_ invocation: Invocation, byteCount: Int, _ peer: Peer) {
        let method: BoundMethod
        do {
            method = try dispatcher.registry.method(for: invocation, caller: peer.certificate.member)
        } catch {
            system.metrics[peer.lane].refusedCalls.increment()
            system.logger.notice(
                "one-way message refused",
                metadata: ["caller": "\(peer.certificate.member)", "reason": "\(error)"]
            )
            return
        }
        let callContext = CallContext(caller: peer.certificate, deadline: nil)
        let mayContinue = peer.inbox.add(bytes: byteCount) { [dispatcher] in
            await dispatcher.carryOut(method, invocation, context: callContext, lane: peer.lane)
        }
        if !mayContinue { isPaused = true }
    }

    // MARK: Writing

    func channelReadComplete(context: ChannelHandlerContext) {
        writeAnswers()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeAnswers()
        context.fireChannelWritabilityChanged()
    }

    private func writeAnswers() {
        guard let context, case .open(let peer) = phase else { return }
        while context.channel.isWritable {
            let answers = peer.calls.nextAnswers(maximumBytes: Self.batchBytes)
            guard !answers.isEmpty else { break }
            FrameBatch.write(answers) { frame in
                system.metrics[peer.lane].sentBytes.increment(by: frame.readableBytes)
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

    /// The caller closes, not this side: its calls may be on their way here already.
    private func sayGoodbye() {
        if case .open = phase { write(.goodbye) }
    }

    // MARK: Watching

    private func scheduleTick(_ context: ChannelHandlerContext) {
        let interval = TimeAmount(system.limits.heartbeatInterval)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: interval) { self.tick() }
    }

    private func tick() {
        guard let context, case .open(let peer) = phase else { return }
        if isPaused {
            // Nothing is heard while nothing is read; the peer is told that this side lives.
            heartbeat.received(at: .now())
            write(.pong)
        } else if heartbeat.tick(at: .now()) == .dead {
            system.metrics.deadPeers.increment()
            system.logger.info("silent caller disconnected", metadata: ["peer": "\(peer.certificate.member)"])
            return close()
        }
        recheckPeer()
        if case .open = phase { scheduleTick(context) }
    }

    private func recheckPeer() {
        guard case .open(let peer) = phase else { return }
        do {
            try system.credentials.recheck(peer.certificate)
        } catch {
            refuse(ClusterError(.refused, error.message, identityCode: error.code))
        }
    }
}
